import type { SigningKey } from '../../crypto/key.js'
import { isCountersignError, mustBe } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import type { Signer } from '../scheme.js'
import { parseAcceptSignature, type SignatureRequest } from './accept-signature.js'
import { rfc9421Signer } from './custom-signer.js'
import { assertSignerOptions, type Rfc9421SignerOptions } from './options.js'
import { parseSignatureError } from './signature-error.js'

const MAX_COMPONENTS = 16
const LIFETIME_MS = 300_000
const REQUEST: readonly string[] = ['@method', '@authority', '@path', '@query']
const WHEN_PRESENT: readonly string[] = ['content-type', 'content-digest']

/** Options of {@link negotiable}. */
export interface NegotiableOptions<K extends SigningKey = SigningKey> extends Rfc9421SignerOptions<K> {
  /**
   * Further keys of the same client, in the order in which they are tried: one of them signs where the server names it or its
   * algorithm, in `Accept-Signature` or in the algorithms that it supports (`Signature-Error`). Set `alg: true` with it: a server
   * can refuse an algorithm only where the signature states it, and otherwise answers as to any signature that does not match.
   */
  readonly otherKeys?: readonly K[]
}

/** A signer that changes what it covers, or its key, where a server asks for it. */
export interface NegotiableSigner<K extends SigningKey = SigningKey> extends Signer<K> {
  /**
   * The same signer answering a server's `Accept-Signature` (RFC 9421 5), or `undefined` where local policy refuses what was
   * asked, or the request (where one is given) does not have it.
   */
  negotiate(acceptSignature: string, request?: HttpRequest): Signer<K> | undefined
  /**
   * The same signer answering a server's `Signature-Error`, which names the input or the algorithms that it wants; `undefined`
   * where there is nothing to change.
   */
  amend(signatureError: string, request?: HttpRequest): Signer<K> | undefined
}

/**
 * {@link rfc9421Signer} that also answers a server's `Accept-Signature` (RFC 9421 5.2): `createSignedFetch` then signs a refused
 * request once more, with everything this signer covers already, and what is asked for added; so it does for a `Signature-Error`
 * that names the input it requires, or the algorithms it supports. It never covers less, and does not answer for a key that is
 * neither its own nor among `otherKeys`, nor for another tag. A separate function, because it brings the
 * structured-field parser along.
 *
 * @throws {CountersignError} as {@link rfc9421Signer}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-5 | RFC 9421 5}
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes } from 'countersign'
 * import { negotiable } from 'countersign/rfc9421'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(negotiable({ key }), { origins: ['https://api.example.com'] })
 * ```
 */
export function negotiable<K extends SigningKey>(options: NegotiableOptions<K>): NegotiableSigner<K> {
  const { otherKeys = [], ...own } = options ?? {}
  // `otherKeys` is checked here, and the rest with it, so that a misspelt name is compared with all of them.
  assertSignerOptions('negotiable', options, { otherKeys: 1 })
  const odd = Array.isArray(otherKeys) ? otherKeys.findIndex((key) => typeof key?.sign !== 'function') : 0
  mustBe(
    odd === -1,
    'otherKeys',
    'a list of signing keys',
    otherKeys?.[odd] ?? otherKeys,
    'CONFIG_INVALID',
    'negotiable: ',
  )
  const keys = [own.key, ...otherKeys]
  const first = rfc9421Signer(own)
  const signer: NegotiableSigner<K> = {
    ...first,
    // First what was wrong, then what is wanted of every request.
    answer: ({ status, headers }, request) => {
      const fault = status === 400 || status === 401 ? headers.get('signature-error') : null
      const asked = status === 401 ? headers.get('accept-signature') : null
      return (
        (fault ? signer.amend(fault, request) : undefined) ?? (asked ? signer.negotiate(asked, request) : undefined)
      )
    },
    negotiate: (text, request) => answering(own, keys, text, request),
    amend: (text, request) => {
      const read = parseSignatureError(text)
      if (read === undefined) return undefined
      const { error, requiredInput, supportedAlgorithms } = read
      if (error === 'invalid_input' && requiredInput.length > 0)
        return answering(own, keys, `${own.label ?? 'sig1'}=(${requiredInput.join(' ')})`, request)
      const supports = ({ algorithm }: K): boolean => supportedAlgorithms.includes(algorithm)
      // One that is supported already was refused for something else.
      const other = error === 'unsupported_algorithm' && !supports(own.key) && otherKeys.find(supports)
      return other ? rfc9421Signer({ ...own, key: other }) : undefined
    },
  }
  return signer
}

function answering<K extends SigningKey>(
  options: Rfc9421SignerOptions<K>,
  keys: readonly K[],
  text: string,
  request: HttpRequest | undefined,
): Signer<K> | undefined {
  try {
    for (const asked of parseAcceptSignature(text)) {
      const { tag } = options
      const key = keys.find(
        ({ keyId, algorithm }) => (asked.keyId ?? keyId) === keyId && (asked.alg ?? algorithm) === algorithm,
      )
      if (key === undefined) continue
      // Another tag is another application's signature.
      if (asked.components.length > MAX_COMPONENTS || (tag ?? asked.tag) !== (asked.tag ?? tag)) continue
      const signer = withNonce(rfc9421Signer({ ...options, ...extended(options, asked), key }), asked.nonce)
      // A rehearsal, which signs nothing: where the request lacks what is asked for, the refusal is the answer.
      if (request !== undefined) {
        const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: 0, nonce: '' }
        const before = rfc9421Signer(options).scheme.prepare(request, context)
        const { base } = signer.scheme.prepare(request, context)
        // The same signature once more would meet the same refusal. Of another key the base has another id or algorithm.
        const same = asked.nonce === undefined && asked.label === (options.label ?? 'sig1')
        if (same && base === before.base) continue
      }
      return signer
    }
  } catch (error) {
    // The value comes from the wire: what it asks for may be impossible, and then there is no answer to it.
    if (!isCountersignError(error)) throw error
  }
  return undefined
}

function extended(options: Rfc9421SignerOptions, asked: SignatureRequest): Omit<Rfc9421SignerOptions, 'key'> {
  const { components = REQUEST, whenPresent = WHEN_PRESENT, digest = 'sha-256' } = options
  const { wants, tag } = asked
  const covered = new Set([...components, ...whenPresent].map((one) => (typeof one === 'string' ? one : one.canonical)))
  const added = asked.components.filter(({ canonical }) => !covered.has(canonical))
  // A plain field is covered where the request has it: servers ask for the digest of a body that a GET does not have.
  const fields = added.filter(({ name, canonical }) => name === canonical && !name.startsWith('@'))
  return {
    label: asked.label,
    components: [...components, ...added.filter((one) => !fields.includes(one))],
    whenPresent: [...whenPresent, ...fields.map(({ name }) => name)],
    // Asking for the digest of a signer that makes none is asking it to make one.
    digest: digest === false && asked.components.some(({ name }) => name === 'content-digest') ? 'sha-256' : digest,
    ...(tag !== undefined && { tag }),
    ...(wants.has('alg') && { alg: true }),
    ...(wants.has('nonce') && { nonce: true }),
    ...(wants.has('expires') && { expiresInMs: options.expiresInMs ?? LIFETIME_MS }),
  }
}

/** RFC 9421 5.1: a nonce that comes with a value is to be used as it is. */
function withNonce<K extends SigningKey>(signer: Signer<K>, nonce: string | undefined): Signer<K> {
  if (nonce === undefined) return signer
  const { scheme, key } = signer
  return { key, scheme: { ...scheme, prepare: (message, context) => scheme.prepare(message, { ...context, nonce }) } }
}
