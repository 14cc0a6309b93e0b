import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import type { SigningKey } from '../../crypto/key.js'
import type { TimeUnit } from '../scheme/times.js'
import type { Weakness } from '../scheme/weaknesses.js'
import type { Signer, VerifyScheme } from '../scheme.js'

/**
 * A part of the signed text.
 *
 * - `key` the key id, `timestamp`, `nonce`: as they stand in their headers
 * - `method`, `authority` (the host, with a port where the URL has one), `path`, `query` (without `?`)
 * - `target` path and query as they are on the wire
 * - `body` the raw body, which can only be the last part; `body-sha256` its SHA-256 in lower-case hexadecimal; `body-sha256-base64`
 * - `field:x-name` the value of a header, which then must be there
 * - `text:…` the text after the colon, the same in every request: a version, for instance
 */
export type HeaderPart =
  | 'key'
  | 'timestamp'
  | 'nonce'
  | 'method'
  | 'authority'
  | 'path'
  | 'query'
  | 'target'
  | 'body'
  | 'body-sha256'
  | 'body-sha256-base64'
  | `field:${string}`
  | `text:${string}`

/** Names of the headers that carry authentication. */
export interface HeaderNames {
  /** Carries the id of the key. */
  readonly key: string
  /** Carries the time of signing. */
  readonly timestamp: string
  /** Left out only with `accept: ['no-nonce']`. */
  readonly nonce?: string
  /** Carries the signature. */
  readonly signature: string
  /** Carries the body's SHA-256, in the form of the part: then a server can judge a request before its body has arrived. */
  readonly bodyDigest?: string
}

/** What a scheme of one's own may lack: given by name, so that nothing is missing by oversight. */
export type AcceptedLack = 'no-nonce' | 'no-body' | 'no-url' | 'no-method' | 'no-separator'

/** A scheme in a few headers. */
export interface HeaderSchemeOptions {
  /** Stable, lower case: what verdicts and policies call it. */
  readonly id: string
  /** Names of the headers. */
  readonly headers: HeaderNames
  /** The signed text, in order. */
  readonly base: readonly HeaderPart[]
  /** Stands between the parts. Default a line feed, which no part but the last can hold. */
  readonly separator?: string
  /** How the time is written. Default milliseconds. */
  readonly timestamp?: TimeUnit
  /** How the signature is written. Default hexadecimal. */
  readonly encoding?: 'hex' | 'base64' | 'base64url'
  /** Stands before the signature in its header, such as `v1=`. Default nothing. */
  readonly prefix?: string
  /** The algorithms of its keys. Default `hmac-sha256`. */
  readonly algorithms?: readonly KeyAlgorithm[]
  /** What the scheme lacks, where an existing service is like that. Default nothing: such a scheme is refused. */
  readonly accept?: readonly AcceptedLack[]
}

/** Both sides of a scheme of one's own. */
export interface HeaderScheme {
  /** As the options state it. */
  readonly id: string
  /**
   * What signs with a key.
   *
   * @throws {CountersignError} `CONFIG_INVALID` for a key of another algorithm.
   */
  signer<K extends SigningKey>(options: { readonly key: K }): Signer<K>
  /** What verifies: one of the `schemes` of `createVerifier`. */
  verifier(): VerifyScheme
  /** What it was made of, for pages and programs that are written from it. */
  readonly description: HeaderSchemeOptions
  /** What it does not protect. */
  readonly weaknesses: readonly Weakness[]
}
