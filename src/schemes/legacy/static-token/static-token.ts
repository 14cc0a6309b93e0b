import { hash } from '#backend/hash'
import { base64, base64Decode, equalBytes, utf8, utf8Decode } from '../../../crypto/encoding.js'
import { assertKeyId, type SyncSigningKey, type SyncVerifyingKey } from '../../../crypto/key.js'
import { revealed, type Secret } from '../../../crypto/secret.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { assertFieldLine } from '../../../message/fields.js'
import { type HttpMessage, isRequest, withFields } from '../../../message/message.js'
import { isVisible } from '../../../support/ascii.js'
import { FUNCTION, TEXT } from '../../../support/option-kinds.js'
import { type Coverage, type Prepared, type Signer, schemeDemands } from '../../scheme.js'
import { credentialsOf, singleValue } from '../auth-params.js'
import type { OlderScheme } from '../older-scheme.js'
import { assertUnsignedRequest } from '../signing.js'
import { untrusted } from '../untrusted.js'

// Stands in place of what is signed, so that a key for tokens accepts nothing of another scheme.
const NOTHING_SIGNED = 'countersign static token\n'
const MIN_BYTES = 16
const MAX_LENGTH = 1_024

/** Options of {@link staticTokenKey}. */
export interface StaticTokenKeyOptions {
  /** What a request names the token by: the user name of `Basic`. */
  readonly keyId: string
  /** At least 16 bytes of visible ASCII. */
  readonly token: Secret | Uint8Array
  /** Called for each request that showed the token, so that its last callers can be found. What it throws is ignored. */
  readonly onUse: (use: { readonly keyId: string }) => void
}

const KEY: OptionNames<StaticTokenKeyOptions> = { keyId: 2, token: 2, onUse: [FUNCTION, 2] }

/**
 * A key that is matched by a token that stands in the request as it is. Weaker than any signature: a token that was seen once can
 * send any request until it is revoked. For the time in which callers move to signatures; each use is reported.
 *
 * @throws {CountersignError} `KEY_WEAK` for a token under 16 bytes; `ARGUMENT_INVALID`, `CONFIG_INVALID`.
 * @example
 * ```ts
 * import { Secret } from 'countersign'
 * import { staticTokenKey } from 'countersign/legacy/static-token'
 *
 * const key = staticTokenKey({
 *   keyId: 'old-client',
 *   token: Secret.fromText('a-token-of-many-letters'),
 *   onUse: ({ keyId }) => console.warn(`${keyId} still sends its token`),
 * })
 * ```
 */
export function staticTokenKey(options: StaticTokenKeyOptions): SyncVerifyingKey {
  assertOptions('staticTokenKey', options, KEY, { secret: 'token', password: 'token', username: 'keyId' })
  const { keyId, onUse } = options
  assertKeyId(keyId)
  if (onUse === undefined) fail('CONFIG_INVALID', 'staticTokenKey: "onUse" must be a function that reports each use')
  const expected = hash('sha256', tokenBytes(options.token))
  return Object.freeze({
    keyId,
    // Nothing is signed; a verdict shows the scheme beside it.
    algorithm: 'hmac-sha256' as const,
    verify: (base: string | Uint8Array, shown: Uint8Array) => {
      if (base !== NOTHING_SIGNED || !equalBytes(shown, expected)) return false
      try {
        onUse({ keyId })
      } catch {
        // A listener has no part in the verdict.
      }
      return true
    },
  })
}

function tokenBytes(token: Secret | Uint8Array): Uint8Array {
  const bytes = revealed(token, 'token')
  if (bytes.length < MIN_BYTES) fail('KEY_WEAK', `"token" must have at least ${MIN_BYTES} bytes, got ${bytes.length}`)
  if (!isVisible(utf8Decode(bytes) ?? '', MAX_LENGTH)) fail('ARGUMENT_INVALID', '"token" must be visible ASCII')
  return bytes
}

/** Options of {@link staticToken}. */
export interface StaticTokenOptions {
  /** The user name of `Basic`. */
  readonly keyId: string
  /** At least 16 bytes of visible ASCII. */
  readonly token: Secret | Uint8Array
  /** `authorization` (the default) as `Basic keyId:token`, or a field that holds the token alone. */
  readonly field?: string
}

const SIGNER: OptionNames<StaticTokenOptions> = { keyId: 2, token: 2, field: TEXT }

/**
 * Sends a token as it is, for a service that knows nothing better. See {@link staticTokenKey} for how weak that is.
 *
 * @throws {CountersignError} as {@link staticTokenKey}.
 * @example
 * ```ts
 * import { createSignedFetch, Secret } from 'countersign'
 * import { staticToken } from 'countersign/legacy/static-token'
 *
 * const signer = staticToken({ keyId: 'old-client', token: Secret.fromText('a-token-of-many-letters') })
 * const tokenFetch = createSignedFetch(signer, { origins: ['https://api.example.com'] })
 * ```
 */
export function staticToken(options: StaticTokenOptions): Signer<SyncSigningKey> {
  assertOptions('staticToken', options, SIGNER, { secret: 'token', password: 'token', header: 'field' })
  const { keyId, token, field = 'authorization' } = options
  assertKeyId(keyId)
  if (keyId.includes(':')) fail('CONFIG_INVALID', 'staticToken: "keyId" must not hold a colon (RFC 7617 2)')
  assertFieldLine(field, '')
  const bytes = tokenBytes(token)
  const shown = hash('sha256', bytes)
  const key: SyncSigningKey = Object.freeze({ keyId, algorithm: 'hmac-sha256', sign: () => shown })
  const value = (): string =>
    field.toLowerCase() === 'authorization'
      ? `Basic ${base64(utf8(`${keyId}:${utf8Decode(bytes) as string}`))}`
      : (utf8Decode(bytes) as string)
  const prepare = <M extends HttpMessage>(message: M): Prepared<M> => {
    assertUnsignedRequest('staticToken', message, field.toLowerCase())
    return {
      base: NOTHING_SIGNED,
      encoding: 'base64',
      attach: () => withFields(message, [...message.fields, field, value()]),
      trace: () => ({ scheme: 'static-token', base: NOTHING_SIGNED, covered: [] }),
    }
  }
  return { scheme: { id: 'static-token', prepare }, key }
}

/** Options of {@link staticTokenVerifier}. */
export interface StaticTokenVerifierOptions {
  /** `authorization` (the default) as `Basic keyId:token`, or a field that holds the token alone; `keyId` then names its key. */
  readonly field?: string
  /** The id of the key whose token a field of its own holds. */
  readonly keyId?: string
}

const VERIFIER: OptionNames<StaticTokenVerifierOptions> = { field: TEXT, keyId: TEXT }

/**
 * Accepts static tokens beside signatures, for the time of a migration. It is off until a policy states
 * `perScheme: { 'static-token': { untimed: noReplayProtection } }`: nothing of a request is signed, no time bounds it.
 *
 * @example
 * ```ts
 * import { staticTokenVerifier } from 'countersign/legacy/static-token'
 * import { createVerifier, memoryReplayStore, noReplayProtection, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier(), staticTokenVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({
 *     authorities: ['api.example.com'],
 *     perScheme: { 'static-token': { untimed: noReplayProtection } },
 *   }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function staticTokenVerifier(options: StaticTokenVerifierOptions = {}): OlderScheme {
  assertOptions('staticTokenVerifier', options, VERIFIER, { header: 'field' })
  const { field = 'authorization', keyId: named } = options
  assertFieldLine(field, '')
  const lower = field.toLowerCase()
  const basic = lower === 'authorization'
  const own: Coverage = `field:${lower}`
  if (basic === (named !== undefined))
    fail('CONFIG_INVALID', 'staticTokenVerifier: "keyId" must be given with a field of its own, and only then')
  return {
    id: 'static-token',
    weaknesses: ['shared-token', 'no-time', 'no-nonce', 'no-method', 'no-url', 'no-body'],
    demands: schemeDemands({
      // The one thing that is proven: the field that holds the token.
      require: [own],
      requireWithBody: [],
      requireNonce: false,
      algorithms: ['hmac-sha256'],
      untimed: true,
    }),
    parse: (message) => {
      if (!isRequest(message)) return []
      const text = basic ? credentialsOf(message.fields, 'authorization', 'Basic') : singleValue(message.fields, lower)
      if (text === undefined) return []
      const [keyId, token] = basic ? basicParts(text) : [named as string, text]
      if (!isVisible(token, MAX_LENGTH)) fail('AUTH_MALFORMED', 'the token must be visible ASCII')
      return [
        untrusted({
          keyId,
          covered: [lower],
          covers: [own],
          signature: hash('sha256', utf8(token)),
          base: () => NOTHING_SIGNED,
        }),
      ]
    },
    challenge: () => (basic ? { field: 'WWW-Authenticate', value: 'Basic realm="api"' } : undefined),
  }
}

/** @throws {CountersignError} `AUTH_MALFORMED`. */
function basicParts(text: string): readonly [string, string] {
  const bytes = base64Decode(text)
  const pair = (bytes && utf8Decode(bytes)) ?? ''
  const colon = pair.indexOf(':')
  return colon > 0
    ? [pair.slice(0, colon), pair.slice(colon + 1)]
    : fail('AUTH_MALFORMED', 'Basic must be an id and a token in canonical base64')
}
