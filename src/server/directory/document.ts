import { exportPublicKey } from '../../crypto/export.js'
import type { SigningKey, VerifyingKey } from '../../crypto/key.js'
import { assertOptions, fail, kindOf, mustBe, type OptionNames } from '../../errors.js'
import { DIRECTORY_MEDIA_TYPE } from './fetch-document.js'
import { PRIVATE_MEMBERS } from './key-set.js'
import { DIRECTORY_PATH } from './location.js'

/** A key to publish, with the times between which it may be used. */
export interface PublishedKey {
  /** Its public half is published. */
  readonly key: SigningKey | VerifyingKey
  /** Milliseconds since the epoch, published as whole seconds, rounded up. */
  readonly notBeforeMs?: number
  /** Milliseconds since the epoch, published as whole seconds, rounded down. */
  readonly expiresAtMs?: number
}

const KNOWN: OptionNames<PublishedKey> = { key: 2, notBeforeMs: 1, expiresAtMs: 1 }

/** A directory as it is served. */
export interface DirectoryDocument {
  /** Where clients look for it on your origin. */
  readonly path: string
  /** The `Content-Type`. */
  readonly mediaType: string
  /** JSON. */
  readonly body: string
}

/**
 * The directory of your own public keys: a JWK Set for {@link keyDirectory} and every other reader of such directories.
 * Either half of a key will do, only the public one is written. Publish a new key before signing with it, for at least as
 * long as the document may be cached.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` for a shared secret or a key whose public half is not known here;
 *   `CONFIG_INVALID` for the same key id twice, or a time that is none.
 * @see {@link https://datatracker.ietf.org/doc/draft-meunier-webbotauth-httpsig-directory/ | HTTP Message Signatures Directory}
 * @example
 * ```ts
 * import { generateKeyPair } from 'countersign/server'
 * import { directoryDocument } from 'countersign/server/directory'
 *
 * const { verifyingKey } = await generateKeyPair('ed25519', { keyId: 'bot-2026' })
 * const { body, mediaType } = directoryDocument([verifyingKey])
 * const response = new Response(body, { headers: { 'content-type': mediaType, 'cache-control': 'max-age=3600' } })
 * ```
 */
export function directoryDocument(keys: ReadonlyArray<SigningKey | VerifyingKey | PublishedKey>): DirectoryDocument {
  if (!Array.isArray(keys))
    fail('CONFIG_INVALID', `directoryDocument: "keys" must be a list of keys, got ${kindOf(keys)}`)
  const published = keys.map((one, at) => {
    if (!('key' in one)) return { key: one }
    assertOptions(`directoryDocument: key ${at}`, one, KNOWN, { exp: 'expiresAtMs', nbf: 'notBeforeMs' })
    mustBe(
      typeof one.key?.keyId === 'string',
      `keys[${at}].key`,
      'a key',
      one.key,
      'CONFIG_INVALID',
      'directoryDocument: ',
    )
    return one
  })
  if (new Set(published.map(({ key }) => key.keyId)).size !== keys.length)
    fail('CONFIG_INVALID', 'directoryDocument: "keys" must have different key ids')
  const set = published.map(({ key, notBeforeMs, expiresAtMs }) => ({
    ...publishedJwk(key),
    ...seconds('nbf', notBeforeMs, Math.ceil),
    ...seconds('exp', expiresAtMs, Math.floor),
  }))
  return { path: DIRECTORY_PATH, mediaType: DIRECTORY_MEDIA_TYPE, body: JSON.stringify({ keys: set }) }
}

/**
 * A key of a type that has a subpath of its own brings its JWK along: `mlDsaKey()`. Of that only what the type has is taken.
 *
 * @throws {CountersignError} `KEY_MALFORMED` where a private half stands in it.
 */
export function publishedJwk(key: SigningKey | VerifyingKey): object {
  const { publicJwk } = key as { readonly publicJwk?: Readonly<Record<string, unknown>> }
  if (publicJwk?.['kty'] !== 'AKP') return exportPublicKey(key, 'jwk')
  if (PRIVATE_MEMBERS.some((name) => publicJwk[name] !== undefined))
    fail('KEY_MALFORMED', '"publicJwk" of a key must have its public half only')
  const { kty, alg, pub } = publicJwk
  return { kty, alg, pub, kid: key.keyId, use: 'sig' }
}

function seconds(name: 'nbf' | 'exp', timeMs: number | undefined, round: (value: number) => number): object {
  if (timeMs === undefined) return {}
  if (typeof timeMs !== 'number' || !(timeMs >= 0 && timeMs <= 8.64e15))
    fail(
      'CONFIG_INVALID',
      `directoryDocument: "${name === 'nbf' ? 'notBeforeMs' : 'expiresAtMs'}" must be milliseconds since the epoch, got ${typeof timeMs === 'number' ? timeMs : kindOf(timeMs)}`,
    )
  return { [name]: round(timeMs / 1_000) }
}
