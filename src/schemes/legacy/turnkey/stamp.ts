import { base64Decode, base64url, hex, hexDecode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import type { SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { type HttpMessage, isRequest, withFields } from '../../../message/message.js'
import { FLAG } from '../../../support/option-kinds.js'
import { bodyBytes } from '../../scheme/signed-bytes.js'
import { type Prepared, type SignContext, type Signer, schemeDemands } from '../../scheme.js'
import { singleValue } from '../auth-params.js'
import { ecdsaFromDer, ecdsaToDer } from '../ecdsa-der.js'
import { encodedObject, jsonObject, memberOf, textMember } from '../json.js'
import type { OlderScheme } from '../older-scheme.js'
import { assertSigningKey, assertUnsignedRequest } from '../signing.js'
import { untrusted } from '../untrusted.js'

/** Options of {@link turnkey}. */
export interface TurnkeyOptions<K extends SigningKey = SigningKey> {
  /** The API key, `ecdsa-p256-sha256`. Its id is the compressed public key in hexadecimal, as Turnkey shows it. */
  readonly key: K
}

const KNOWN: OptionNames<TurnkeyOptions> = { key: 2 }
const SCHEME = 'SIGNATURE_SCHEME_TK_API_P256'
const PUBLIC_KEY = /^0[23][0-9a-f]{64}$/
const COVERED: readonly string[] = ['body']

/**
 * Turnkey's API-key stamp: ECDSA over the body, in `X-Stamp`. Neither method nor URL nor time is signed; Turnkey's activities
 * hold `timestampMs` in the body.
 *
 * @throws {CountersignError} `CONFIG_INVALID`; signing throws `MESSAGE_MALFORMED` for a request without a body in memory.
 * @see {@link https://docs.turnkey.com/developer-reference/api-overview/stamps | Turnkey, Stamps}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { ecdsaSigningKey } from 'countersign/crypto'
 * import { turnkey } from 'countersign/legacy/turnkey'
 *
 * declare const publicKey: string
 * declare const scalar: Uint8Array
 * const key = ecdsaSigningKey({ keyId: publicKey, algorithm: 'ecdsa-p256-sha256', scalar })
 * const signedFetch = createSignedFetch(turnkey({ key }), { origins: ['https://api.turnkey.com'] })
 * ```
 */
export function turnkey<K extends SigningKey>(options: TurnkeyOptions<K>): Signer<K> {
  assertOptions('turnkey', options, KNOWN, { apiPublicKey: 'key: ecdsaSigningKey({ keyId })' })
  const { key } = options
  assertSigningKey('turnkey', key, ['ecdsa-p256-sha256'])
  if (!PUBLIC_KEY.test(key.keyId))
    fail('CONFIG_INVALID', 'turnkey: the key id must be the compressed public key, 66 hexadecimal digits in lower case')
  const prepare = <M extends HttpMessage>(message: M, { keyId }: SignContext): Prepared<M> => {
    assertUnsignedRequest('turnkey', message, 'x-stamp')
    const base = bodyBytes('turnkey', message)
    if (base.length === 0)
      fail('MESSAGE_MALFORMED', 'turnkey: the request must have a body, which is all that is signed')
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const raw = typeof signature === 'string' ? (base64Decode(signature) as Uint8Array) : signature
        const stamp = { publicKey: keyId, scheme: SCHEME, signature: hex(ecdsaToDer(raw)) }
        return withFields(message, [...message.fields, 'X-Stamp', base64url(utf8(JSON.stringify(stamp)))])
      },
      trace: () => ({ scheme: 'turnkey', base: utf8Decode(base) ?? hex(base), covered: COVERED }),
    }
  }
  return { scheme: { id: 'turnkey', prepare }, key }
}

/** Options of {@link turnkeyVerifier}. */
export interface TurnkeyVerifierOptions {
  /**
   * Reads the time from `timestampMs` of the body, as Turnkey's activities have it. Default `true`: a body without one is then
   * refused. With `false` nothing bounds the life of a request, and the policy has to state what is done.
   */
  readonly timestamp?: boolean
}

const VERIFIER: OptionNames<TurnkeyVerifierOptions> = { timestamp: FLAG }

/**
 * Accepts Turnkey's stamps, for a service or a test server that speaks them. A stamp binds the body alone: where its request may go
 * must be known from the body.
 *
 * @example
 * ```ts
 * import { turnkeyVerifier } from 'countersign/legacy/turnkey'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [turnkeyVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function turnkeyVerifier(options: TurnkeyVerifierOptions = {}): OlderScheme {
  assertOptions('turnkeyVerifier', options, VERIFIER, { time: 'timestamp' })
  const { timestamp = true } = options
  return {
    id: 'turnkey',
    weaknesses: [...(timestamp ? [] : (['no-time'] as const)), 'no-nonce', 'no-url'],
    readsBody: true,
    demands: schemeDemands({
      require: ['body'],
      requireWithBody: ['body'],
      requireNonce: false,
      algorithms: ['ecdsa-p256-sha256'],
      ...(!timestamp && { untimed: true }),
    }),
    parse: (message) => {
      const text = singleValue(message.fields, 'x-stamp')
      if (text === undefined || !isRequest(message)) return []
      const stamp = encodedObject('X-Stamp', text)
      const of = (name: string): string => textMember('X-Stamp', stamp, name)
      const [keyId, scheme, signature] = [of('publicKey'), of('scheme'), of('signature')]
      if (Object.keys(stamp).length !== 3) fail('AUTH_MALFORMED', 'X-Stamp holds an unknown member')
      if (scheme !== SCHEME) fail('ALG_UNSUPPORTED', 'the stamp names a scheme that is not supported')
      if (!PUBLIC_KEY.test(keyId))
        fail('AUTH_MALFORMED', 'the public key of a stamp must be compressed, in hexadecimal')
      const body = bodyBytes('turnkey', message)
      if (body.length === 0) fail('COMPONENT_MISSING', 'the stamp covers the body alone, and there is none')
      const der = hexDecode(signature)
      return [
        untrusted({
          keyId,
          claimedAlgorithm: 'ecdsa-p256-sha256',
          createdMs: timestamp ? timeIn(body) : undefined,
          covered: COVERED,
          covers: ['body'],
          signature:
            (der && ecdsaFromDer(der, 32)) ??
            fail('SIGNATURE_MALFORMED', 'the signature must be strict DER in hexadecimal'),
          base: () => body,
        }),
      ]
    },
  }
}

/** @throws {CountersignError} `TIMESTAMP_MALFORMED` for anything but milliseconds as text. */
function timeIn(body: Uint8Array): number {
  const json = utf8Decode(body)
  const value = json === undefined ? undefined : memberOf(jsonObject('the body', json), 'timestampMs')
  return typeof value === 'string' && /^[1-9]\d{12}$/.test(value)
    ? Number(value)
    : fail('TIMESTAMP_MALFORMED', 'the body must hold "timestampMs", 13 digits as text')
}
