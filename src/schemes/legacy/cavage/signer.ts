import { base64, base64Decode, utf8Decode } from '../../../crypto/encoding.js'
import { parsePem } from '../../../crypto/format/pem.js'
import { assertKeyId, type SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, kindOf, type OptionNames } from '../../../errors.js'
import { hasField } from '../../../message/fields.js'
import { type HttpMessage, isRequest, withFields } from '../../../message/message.js'
import { LIST, oneOf, TEXT, whole } from '../../../support/option-kinds.js'
import type { Prepared, SignContext, Signer } from '../../scheme.js'
import { digestLine } from '../digest-field.js'
import { ecdsaToDer } from '../ecdsa-der.js'
import { httpDate } from '../times.js'
import { CAVAGE_ALGORITHMS, ecdsaSize, HS2019, nameOf, takesNoCreated } from './algorithms.js'
import { cavageBase } from './base.js'
import { NAME } from './names.js'

/** Options of {@link cavage}. */
export interface CavageOptions<K extends SigningKey = SigningKey> {
  /** What signs: an RSA or Ed25519 key of an actor, a shared secret. */
  readonly key: K
  /**
   * What is covered, in this order: `(request-target)`, `host`, field names. A field that is absent is an error. Default:
   * `(request-target) host date`, and `digest` and `content-type` where the message has a body.
   */
  readonly headers?: readonly string[]
  /** Where the signature stands: the `Signature` field, as ActivityPub has it (the default), or `Authorization`. */
  readonly field?: 'signature' | 'authorization'
  /** Default `date`. With `created` the time is a parameter, the algorithm `hs2019`, and no field `Date` is added. */
  readonly time?: 'date' | 'created'
  /** With `time: 'created'`: adds `(expires)`, this many milliseconds later. */
  readonly expiresInMs?: number
  /** The algorithm that the message names. Default: the key's name; `hs2019` where the draft has none, or with `created`. */
  readonly algorithm?: string
  /** The key id as it is written, where it is not the key's own: `SN=…,CA=…` of a bank. */
  readonly keyId?: string
  /** The certificate of the key in PEM or DER, which goes into `TPP-Signature-Certificate` as the Berlin Group has it. */
  readonly certificate?: Uint8Array | string
}

const KNOWN: OptionNames<CavageOptions> = {
  key: 2,
  headers: LIST,
  field: oneOf('signature', 'authorization'),
  time: oneOf('date', 'created'),
  expiresInMs: whole(1_000, 86_400_000, ', in milliseconds'),
  algorithm: TEXT,
  keyId: TEXT,
  certificate: [(value) => typeof value === 'string' || value instanceof Uint8Array, 'a certificate in PEM or DER'],
}
const HINTS = { components: 'headers', covered: 'headers', secret: 'key: hmacKey({ … })' }

// A quoted string without escapes.
const PLAIN = /^[ !#-[\]-~]{1,512}$/

/**
 * The older HTTP Signatures of draft-cavage-http-signatures-12, which Mastodon, other ActivityPub servers and banks sign with.
 * Adds `Date`, a `Digest` of the body, and the signature. New services use `rfc9421()`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_MALFORMED` for PEM that is broken. Signing throws `COMPONENT_MISSING` for a covered
 *   field that is absent and `MESSAGE_MALFORMED` for a message that cannot be signed.
 * @see {@link https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12 | draft-cavage-http-signatures-12}
 * @example
 * ```ts
 * import { createSignedFetch } from 'countersign'
 * import { importSigningKey } from 'countersign/crypto'
 * import { cavage } from 'countersign/legacy/cavage'
 *
 * declare const pem: string
 * const key = await importSigningKey(pem, { keyId: 'https://social.example/users/a#main-key', algorithm: 'rsa-v1_5-sha256' })
 * const deliver = createSignedFetch(cavage({ key }), { origins: ['https://mastodon.example'] })
 * ```
 */
export function cavage<K extends SigningKey>(options: CavageOptions<K>): Signer<K> {
  assertOptions('cavage', options, KNOWN, HINTS)
  const { key, headers, field = 'signature', time = 'date', expiresInMs } = options
  const certificate = options.certificate === undefined ? undefined : certificateOf(options.certificate)
  if (typeof key?.sign !== 'function')
    fail('CONFIG_INVALID', `"key" must be a signing key, such as hmacKey(), got ${kindOf(key)}`)
  assertKeyId(key.keyId)
  if (!CAVAGE_ALGORITHMS.includes(key.algorithm))
    fail('CONFIG_INVALID', `cavage: "key" must be of ${CAVAGE_ALGORITHMS.join(', ')}, got ${key.algorithm}`)
  const { keyId = key.keyId, algorithm = time === 'created' ? HS2019 : nameOf(key.algorithm) } = options
  if (!PLAIN.test(keyId) || !PLAIN.test(algorithm))
    fail('CONFIG_INVALID', 'cavage: "keyId" and "algorithm" must be visible ASCII without quotes')
  if (time === 'created' && takesNoCreated(algorithm))
    fail('CONFIG_INVALID', 'cavage: "algorithm" must be hs2019 with time: "created" (draft-12 2.3)')
  if (expiresInMs !== undefined && time !== 'created')
    fail('CONFIG_INVALID', 'cavage: "expiresInMs" needs time: "created"')
  const clock = time === 'date' ? ['date'] : ['(created)', ...(expiresInMs === undefined ? [] : ['(expires)'])]
  if (headers !== undefined) assertNames(headers, clock)
  const size = ecdsaSize(key.algorithm)
  const written = (signature: Uint8Array | string): string =>
    size === undefined
      ? typeof signature === 'string'
        ? signature
        : base64(signature)
      : base64(ecdsaToDer(typeof signature === 'string' ? (base64Decode(signature) as Uint8Array) : signature))

  const prepare = <M extends HttpMessage>(message: M, { nowMs }: SignContext): Prepared<M> => {
    if (hasField(message.fields, field)) fail('MESSAGE_MALFORMED', `the message has a field "${field}" already`)
    const seconds = Math.floor(nowMs / 1000)
    const lines = [...message.fields, ...digestLine(message)]
    if (time === 'date' && !hasField(lines, 'date')) lines.push('Date', httpDate(seconds * 1000))
    if (certificate !== undefined) lines.push('TPP-Signature-Certificate', base64(certificate))
    const ready = withFields(message, lines)
    const names = headers ?? defaultNames(ready, clock)
    const created = time === 'created' ? String(seconds) : undefined
    const expires = expiresInMs === undefined ? undefined : String(seconds + Math.floor(expiresInMs / 1000))
    const base = cavageBase(names, ready, { created, expires })
    return {
      base,
      encoding: 'base64',
      attach: (signature) => {
        const times = `${created === undefined ? '' : `,created=${created}`}${expires === undefined ? '' : `,expires=${expires}`}`
        const text = `keyId="${keyId}",algorithm="${algorithm}"${times},headers="${names.join(' ')}",signature="${written(signature)}"`
        return withFields(
          ready,
          field === 'signature' ? [...lines, 'Signature', text] : [...lines, 'Authorization', `Signature ${text}`],
        )
      },
      trace: () => ({ scheme: 'cavage', base, covered: names }),
    }
  }
  return { scheme: { id: 'cavage', prepare }, key }
}

/** The DER of a certificate: PEM would go into the field as base64 of base64, which no bank reads. */
function certificateOf(given: Uint8Array | string): Uint8Array {
  // DER of a certificate begins with a SEQUENCE.
  if (typeof given !== 'string' && given[0] === 0x30) return given
  const text = typeof given === 'string' ? given : utf8Decode(given)
  if (!text?.includes('-----BEGIN CERTIFICATE-----'))
    fail('CONFIG_INVALID', 'cavage: "certificate" must be a certificate in PEM or DER')
  // A chain is refused here, and text around the block.
  return parsePem(text).der
}

const defaultNames = (message: HttpMessage, clock: readonly string[]): readonly string[] => [
  ...(isRequest(message) ? ['(request-target)', 'host'] : []),
  ...clock,
  ...['digest', 'content-type'].filter((name) => hasField(message.fields, name)),
]

function assertNames(headers: readonly string[], clock: readonly string[]): void {
  if (!headers.every((name) => NAME.test(name)) || new Set(headers).size !== headers.length)
    fail('CONFIG_INVALID', 'cavage: "headers" must be different names in lower case')
  // A time that is not signed proves nothing, and a verifier has nothing else to judge the age by.
  for (const name of clock)
    if (!headers.includes(name)) fail('CONFIG_INVALID', `cavage: "headers" must hold "${name}", which is the time`)
}
