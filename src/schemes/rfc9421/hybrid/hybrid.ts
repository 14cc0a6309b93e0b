import type { HybridAlgorithm } from '../../../crypto/algorithm.js'
import { base64Decode } from '../../../crypto/encoding.js'
import type { Bytes, SigningKey } from '../../../crypto/key.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { type HttpMessage, withFields } from '../../../message/message.js'
import type { Prepared, SignContext, Signer, SignScheme } from '../../scheme.js'
import { rfc9421Signer } from '../custom-signer.js'
import { LABEL, type Rfc9421SignerOptions } from '../options.js'
import { basesOf, bothOf, CLASSICAL_BYTES, hybridAlgorithm, joined, SEPARATOR } from './hybrid-key.js'

/** The names of the two signatures in a message: that of Ed25519, then that of ML-DSA. */
export type HybridLabels = readonly [classical: string, postQuantum: string]

/** Options of {@link hybrid}: those of `rfc9421Signer`, with two keys and two labels. No signature states `alg`. */
export interface HybridOptions extends Omit<Rfc9421SignerOptions, 'key' | 'label' | 'alg'> {
  /** A key of `ed25519`. */
  readonly classical: SigningKey
  /** A key of `ml-dsa-44`, `ml-dsa-65` or `ml-dsa-87`, with a separate id. */
  readonly postQuantum: SigningKey
  /** Default `['sig1', 'sig1-pq']`. */
  readonly labels?: HybridLabels
}

const KNOWN: OptionNames<HybridOptions> = {
  classical: 2,
  postQuantum: 2,
  labels: 1,
  tag: 1,
  expiresInMs: 1,
  nonce: 1,
  digest: 1,
  components: 1,
  whenPresent: 1,
  parameters: 1,
}
const HINTS = { key: 'classical and postQuantum', keys: 'classical and postQuantum' }
export const LABELS: HybridLabels = ['sig1', 'sig1-pq']

/** Two different labels. @throws {CountersignError} `CONFIG_INVALID`. */
export function assertLabels(where: string, labels: unknown): asserts labels is HybridLabels {
  const fits = Array.isArray(labels) && labels.length === 2 && labels.every((one) => LABEL.test(String(one)))
  if (!fits || labels[0] === labels[1])
    fail('CONFIG_INVALID', `${where}: "labels" must be two different structured-field keys`)
}

/**
 * Signs with Ed25519 and ML-DSA: two signatures over the same components, with the same time, nonce and tag, under two labels. A
 * verifier that knows neither ML-DSA nor this function can verify the first by its label; {@link hybridVerifier} requires both.
 * Experimental.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for keys of other algorithms, two of one id, or bad labels; and as `rfc9421Signer`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-4.3 | RFC 9421 4.3}
 * @example
 * ```ts
 * import { createSignedFetch, type SigningKey } from 'countersign'
 * import { hybrid } from 'countersign/rfc9421/hybrid'
 *
 * declare const ed25519: SigningKey
 * declare const mlDsa: SigningKey
 * const signer = hybrid({ classical: ed25519, postQuantum: mlDsa })
 * const signedFetch = createSignedFetch(signer, { origins: ['https://api.example.com'] })
 * ```
 */
export function hybrid(options: HybridOptions): Signer {
  assertOptions('hybrid', options, KNOWN, HINTS)
  const { classical, postQuantum, labels = LABELS, ...rest } = options
  const algorithm = hybridAlgorithm('hybrid', 'sign', classical, postQuantum)
  assertLabels('hybrid', labels)
  const [first, second] = [classical, postQuantum].map(
    (key, at) => rfc9421Signer({ ...rest, key, label: labels[at] as string }).scheme,
  ) as [SignScheme, SignScheme]
  return pairSigner(classical, postQuantum, algorithm, [first, second])
}

/** One signer of two keys and their schemes. */
export function pairSigner(
  classical: SigningKey,
  postQuantum: SigningKey,
  algorithm: HybridAlgorithm,
  [first, second]: readonly [SignScheme, SignScheme],
): Signer {
  const join = (a: Uint8Array, b: Uint8Array): Uint8Array => joined(a, b, postQuantum)
  const key: SigningKey = {
    keyId: classical.keyId,
    algorithm,
    sign: (base: Bytes) => {
      const [own, other] =
        basesOf(base) ?? fail('KEY_UNSUPPORTED', 'two keys sign what hybrid() has prepared, no other text')
      return bothOf(
        () => classical.sign(own),
        () => postQuantum.sign(other),
        join,
      )
    },
  }
  return {
    key,
    scheme: { id: 'rfc9421/hybrid', prepare: (message, context) => prepared(first, second, message, context) },
  }
}

function prepared<M extends HttpMessage>(
  first: SignScheme,
  second: SignScheme,
  message: M,
  context: SignContext,
): Prepared<M> {
  // Of one message and one context: the components, time and nonce are the same.
  const [own, other] = [first.prepare(message, context), second.prepare(message, context)]
  return {
    base: `${own.base}${SEPARATOR}${other.base}`,
    encoding: 'base64',
    attach: (signature) => {
      const bytes = typeof signature === 'string' ? (base64Decode(signature) ?? new Uint8Array(0)) : signature
      const signed = own.attach(bytes.subarray(0, CLASSICAL_BYTES))
      const { fields } = other.attach(bytes.subarray(CLASSICAL_BYTES))
      // Two lines each with its name: Signature-Input and Signature stand last.
      return withFields(signed, [...signed.fields, ...fields.slice(-4)])
    },
    trace: () => {
      const { covered } = own.trace()
      return { scheme: 'rfc9421/hybrid', base: `${own.base}${SEPARATOR}${other.base}`, covered }
    },
  }
}
