import { hashText } from '#backend/hash'
import { base64Decode } from '../../../crypto/encoding.js'
import { isKeyId } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { combinedValue, fieldValues, hasField, trimOws } from '../../../message/fields.js'
import type { HttpMessage } from '../../../message/message.js'
import { FLAG, FUNCTION } from '../../../support/option-kinds.js'
import { type BodyDigest, schemeDemands, type UntrustedSignature } from '../../scheme.js'
import { authParams, credentialsOf, requiredParam, singleValue } from '../auth-params.js'
import { fieldDigests } from '../digest-field.js'
import { ecdsaFromDer } from '../ecdsa-der.js'
import type { OlderScheme } from '../older-scheme.js'
import { dateOf, secondsOf } from '../times.js'
import { ALGORITHM_TEXTS, algorithmNamed, CAVAGE_ALGORITHMS, ecdsaSize, HS2019, takesNoCreated } from './algorithms.js'
import { cavageBase, cavageCovers } from './base.js'
import { NAME } from './names.js'

/** Options of {@link cavageVerifier}. */
export interface CavageVerifierOptions {
  /** The id of the key in your key source, from the one that the message names. Default: the same. */
  readonly keyId?: (named: string) => string
  /**
   * The key is that of the certificate in `TPP-Signature-Certificate` (Berlin Group, STET), and its id is the SHA-256 of that
   * certificate in base64url. Whether the certificate is trusted is for the key source to decide. Default `false`.
   */
  readonly certificate?: boolean
}

const KNOWN: OptionNames<CavageVerifierOptions> = { keyId: FUNCTION, certificate: FLAG }
const HINTS = { headers: 'policy: perScheme: { cavage: { require } }', maxAgeMs: 'policy: maxAgeMs' }

const MAX_NAMES = 64

/**
 * The verifying side of draft-cavage HTTP Signatures, in the field `Signature` or in `Authorization`. Method, path, query and
 * host have to be covered, a body by its `Digest`, and the time has to be signed: `date` or `(created)`. The algorithm in the
 * message only vetoes. Banks that sign less need `perScheme: { cavage: { require } }` in the policy.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-cavage-http-signatures-12#section-2.5 | draft-cavage 2.5}
 * @example
 * ```ts
 * import { cavageVerifier } from 'countersign/legacy/cavage'
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier(), cavageVerifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['social.example'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function cavageVerifier(options: CavageVerifierOptions = {}): OlderScheme {
  assertOptions('cavageVerifier', options, KNOWN, HINTS)
  const { keyId = (named) => named, certificate = false } = options
  return {
    id: 'cavage',
    weaknesses: ['no-nonce'],
    demands: schemeDemands({
      require: ['method', 'authority', 'path', 'query'],
      requireWithBody: ['body'],
      requireNonce: false,
      algorithms: CAVAGE_ALGORITHMS,
    }),
    parse: (message) => {
      const text = credentials(message)
      if (text === undefined) return []
      const params = authParams('the signature', text)
      const named = requiredParam('the signature', params, 'keyId')
      const id = certificate ? certificateId(message) : keyId(named)
      // A bank names its key by the certificate: `SN=9FA1,CA=CN=…`.
      if (typeof id === 'string' && !isKeyId(id))
        fail(
          'AUTH_MALFORMED',
          'the key id holds characters that may not stand there: cavageVerifier() takes another one with "certificate" or "keyId"',
        )
      return [read(message, params, id)]
    },
  }
}

/** The text of the one signature there may be. `Signature` beside `Signature-Input` is one of RFC 9421. */
function credentials({ fields }: HttpMessage): string | undefined {
  const inAuthorization = credentialsOf(fields, 'authorization', 'Signature')
  const own = hasField(fields, 'signature-input') ? [] : fieldValues(fields, 'signature')
  if (own.length > 1 || (own.length === 1 && inAuthorization !== undefined))
    fail('AUTH_DUPLICATE', 'the message holds two signatures')
  return inAuthorization ?? (own[0] === undefined ? undefined : trimOws(own[0]))
}

/** @throws {CountersignError} `AUTH_MALFORMED` without a certificate that is canonical base64. */
function certificateId({ fields }: HttpMessage): string {
  const text = singleValue(fields, 'tpp-signature-certificate')
  const der = text === undefined ? undefined : base64Decode(text)
  if (der === undefined || der.length === 0)
    fail('AUTH_MALFORMED', 'TPP-Signature-Certificate must be a certificate in base64')
  return hashText('sha256', der, 'base64url')
}

function read(message: HttpMessage, params: ReadonlyMap<string, string>, keyId: string): UntrustedSignature {
  const names = requiredParam('the signature', params, 'headers').split(' ')
  if (names.length > MAX_NAMES) fail('AUTH_TOO_LARGE', `the signature must cover at most ${MAX_NAMES} headers`)
  if (!names.every((name) => NAME.test(name)) || new Set(names).size !== names.length)
    fail('AUTH_MALFORMED', '"headers" must be different names in lower case, separated by one space')
  const algorithm = params.get('algorithm') ?? HS2019
  const claimed = algorithmNamed(algorithm)
  if (claimed === undefined && algorithm !== HS2019)
    fail('ALG_UNSUPPORTED', `"algorithm" must be one of ${ALGORITHM_TEXTS.join(', ')}`)
  const times = { created: params.get('created'), expires: params.get('expires') }
  const isTimed = (name: string): boolean => names.includes(name)
  if (takesNoCreated(algorithm) && (isTimed('(created)') || isTimed('(expires)')))
    fail('AUTH_MALFORMED', '(created) and (expires) go with hs2019 only')
  // Both are read where they stand: a value that is no time is refused whether or not it counts.
  const created = times.created === undefined ? undefined : secondsOf('"created"', times.created)
  const expires = times.expires === undefined ? undefined : secondsOf('"expires"', times.expires)
  const date = isTimed('date') ? dateOf('Date', combinedValue(message.fields, 'date') ?? '') : undefined
  let base: string | undefined
  let digests: readonly BodyDigest[] | undefined
  return {
    label: '',
    tag: undefined,
    keyId,
    claimedAlgorithm: claimed,
    // Only a time that is signed counts.
    createdMs: isTimed('(created)') ? created : date,
    expiresMs: isTimed('(expires)') ? expires : undefined,
    nonce: undefined,
    covered: names,
    covers: cavageCovers(names, message),
    get base() {
      base ??= cavageBase(names, message, times)
      return base
    },
    signature: signatureOf(requiredParam('the signature', params, 'signature'), ecdsaSize(claimed), algorithm),
    get bodyDigests() {
      digests ??= isTimed('digest') ? fieldDigests(message.fields) : []
      return digests
    },
  }
}

function signatureOf(text: string, size: number | undefined, algorithm: string): Uint8Array {
  const bytes = base64Decode(text)
  if (bytes === undefined || bytes.length === 0) fail('SIGNATURE_MALFORMED', 'the signature must be canonical base64')
  if (size !== undefined)
    return ecdsaFromDer(bytes, size) ?? fail('SIGNATURE_MALFORMED', 'an ECDSA signature must be strict DER')
  // hs2019 does not state the family; no other one makes signatures that are DER of two numbers.
  if (algorithm === HS2019 && bytes[0] === 0x30) return ecdsaFromDer(bytes, derSize(bytes.length)) ?? bytes
  return bytes
}

/** The bytes of each number, by the most that a curve's signature takes in DER: 72 bytes of P-256, 104 of P-384. */
const derSize = (length: number): number => (length <= 72 ? 32 : length <= 104 ? 48 : 66)
