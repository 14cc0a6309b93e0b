import { hashBase64, hashMatches } from '#backend/hash'
import { assertBytes } from '../crypto/encoding.js'
import { fail } from '../errors.js'
import {
  DIGESTS,
  type DigestAlgorithms,
  digestAlgorithms,
  digestMismatch,
  digestMissing,
  type ExpectedDigest,
  type FieldDigest,
  isDigestAlgorithm,
} from './digest-algorithm.js'
import { memberBytes } from './sf-bare.js'
import { lastWins, parseDictionary } from './structured-fields.js'

export type { DigestAlgorithm, DigestAlgorithms, ExpectedDigest, FieldDigest } from './digest-algorithm.js'
export { checkedBody, type DigestingStream, digestingStream } from './digest-stream.js'

const EMPTY = /* @__PURE__ */ new Uint8Array(0)

/**
 * The value of a `Content-Digest` field (RFC 9530 2) for these bytes: exactly what is sent, after any content coding. The
 * value of a `Repr-Digest` (RFC 9530 3) is made the same way from the bytes of the whole representation.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an algorithm that is not active.
 * @example
 * ```ts
 * import { contentDigest } from 'countersign/message'
 *
 * const headers = { 'content-digest': contentDigest(new TextEncoder().encode('{"n":1}'), ['sha-256', 'sha-512']) }
 * ```
 */
export function contentDigest(body: Uint8Array | null, algorithms: DigestAlgorithms = 'sha-256'): string {
  const bytes = body ?? EMPTY
  assertBytes(bytes, 'body')
  return digestAlgorithms(algorithms)
    .map((name) => `${name}=:${hashBase64(DIGESTS[name].hash, bytes)}:`)
    .join(', ')
}

/**
 * The usable digests of a `Content-Digest` or `Repr-Digest` value; empty where it names only unknown or deprecated
 * algorithms. Each one returned must match the body: an attacker may add one that does.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for anything that is not a dictionary, a repeated algorithm, base64 that is
 *   not canonical, or a digest of the wrong length.
 * @example
 * ```ts
 * import { activeDigests } from 'countersign/message'
 *
 * const [digest] = activeDigests('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:')
 * console.log(digest?.algorithm)
 * ```
 */
export function activeDigests(field: string): readonly FieldDigest[] {
  // Nearly every field holds this one member, and the full parser says what is wrong with any other.
  const digest = memberBytes(field, 'sha-256')
  if (digest?.length === 32) return [{ algorithm: 'sha-256', hash: 'sha256', digest }]
  const entries = parseDictionary(field, { strictBinary: true })
  if (lastWins(entries) !== entries) fail('FIELD_MALFORMED', 'the digest field names an algorithm twice')
  const out: FieldDigest[] = []
  for (const [name, member] of entries) {
    if (!isDigestAlgorithm(name)) continue
    const { hash: hashName, bytes } = DIGESTS[name]
    if (member.kind !== 'item' || member.value.type !== 'binary' || member.value.value.length !== bytes) {
      fail('FIELD_MALFORMED', `the ${name} digest must have ${bytes} bytes`)
    }
    out.push({ algorithm: name, hash: hashName, digest: member.value.value })
  }
  return out
}

/**
 * Whether a body has every one of these digests. Compared in constant time. No digests is `false`: nothing was proven.
 *
 * @example
 * ```ts
 * import { activeDigests, contentDigest, matchesDigests } from 'countersign/message'
 *
 * const body = new TextEncoder().encode('{"n":1}')
 * console.log(matchesDigests(activeDigests(contentDigest(body)), body))
 * ```
 */
export function matchesDigests(digests: readonly ExpectedDigest[], body: Uint8Array | null): boolean {
  const bytes = body ?? EMPTY
  assertBytes(bytes, 'body')
  let matches = digests.length > 0
  for (const { hash: name, digest } of digests) if (!hashMatches(name, bytes, digest)) matches = false
  return matches
}

/**
 * Checks a body against the value of its digest field.
 *
 * @throws {CountersignError} `DIGEST_MISSING` without a field or without an active algorithm in it, `DIGEST_MISMATCH`,
 *   `FIELD_MALFORMED`.
 * @example
 * ```ts
 * import { checkDigest } from 'countersign/message'
 *
 * export async function checked(response: Response): Promise<Uint8Array> {
 *   const body = new Uint8Array(await response.arrayBuffer())
 *   checkDigest(response.headers.get('content-digest') ?? undefined, body)
 *   return body
 * }
 * ```
 */
export function checkDigest(field: string | undefined, body: Uint8Array | null): void {
  const digests = field === undefined ? [] : activeDigests(field)
  if (digests.length === 0) throw digestMissing()
  if (!matchesDigests(digests, body)) throw digestMismatch()
}
