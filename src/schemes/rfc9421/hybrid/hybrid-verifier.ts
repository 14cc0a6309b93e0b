import { concatBytes } from '../../../crypto/encoding.js'
import { assertOptions, fail, type OptionNames } from '../../../errors.js'
import { LIST } from '../../../support/option-kinds.js'
import type { UntrustedSignature, VerifyScheme } from '../../scheme.js'
import { quoted } from '../parameters.js'
import { type Rfc9421VerifierOptions, rfc9421Verifier } from '../verifier.js'
import { assertLabels, type HybridLabels, LABELS } from './hybrid.js'
import { CLASSICAL_BYTES, SEPARATOR } from './hybrid-key.js'

/** Options of {@link hybridVerifier}. */
export interface HybridVerifierOptions extends Rfc9421VerifierOptions {
  /** As in {@link HybridOptions}. Default `['sig1', 'sig1-pq']`. */
  readonly labels?: HybridLabels
}

const KNOWN: OptionNames<HybridVerifierOptions> = { labels: LIST, fieldTypes: 1, parameters: 1 }

/**
 * Accepts what {@link hybrid} signs: both signatures, over the same components, with the same parameters except their key ids.
 * Where one of the two is missing, covers something else or does not match, the message is refused; none counts alone. The keys
 * are those of {@link hybridVerifyingKey}, and the policy names the pair. Experimental.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-4.3 | RFC 9421 4.3}
 * @example
 * ```ts
 * import type { VerifyingKey } from 'countersign'
 * import { hybridVerifier, hybridVerifyingKey } from 'countersign/rfc9421/hybrid'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const ed25519: VerifyingKey
 * declare const mlDsa: VerifyingKey
 * const verifier = createVerifier({
 *   schemes: [hybridVerifier()],
 *   keys: staticKeys([{ key: hybridVerifyingKey({ classical: ed25519, postQuantum: mlDsa }), owner: 'alice' }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'], algorithms: ['ed25519+ml-dsa-65'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function hybridVerifier(options: HybridVerifierOptions = {}): VerifyScheme {
  assertOptions('hybridVerifier', options, KNOWN)
  const { labels = LABELS, ...rest } = options
  assertLabels('hybridVerifier', labels)
  const base = rfc9421Verifier(rest) as Required<Pick<VerifyScheme, 'parse' | 'challenge'>>
  return {
    id: 'rfc9421/hybrid',
    parse: (message, select) => {
      if ((select?.label ?? labels[0]) !== labels[0]) return []
      const [[first], [second]] = labels.map((label) => base.parse(message, { ...select, label })) as unknown as [
        readonly UntrustedSignature[],
        readonly UntrustedSignature[],
      ]
      if (first === undefined && second === undefined) return []
      if (first === undefined || second === undefined) {
        const missing = labels[first === undefined ? 0 : 1]
        return fail('AUTH_MISSING', `rfc9421/hybrid: the signature "${missing}" is missing, and both are required`)
      }
      return [together(first, second)]
    },
    challenge: (required, facts) => {
      const asked = labels.map(
        (label) =>
          base.challenge(required, { nonce: true, expires: false, ...facts, select: { ...facts?.select, label } })
            ?.value,
      )
      return { field: 'Accept-Signature', value: asked.join(', ') }
    },
  }
}

// Two signatures of one moment: were they of two, the one could be taken from another message with the same text.
const SAME = ['createdMs', 'expiresMs', 'nonce', 'tag'] as const

/** Two signatures as one, which one record of two keys verifies; `tags` where they have two. @throws {CountersignError} the verdict code of a disagreement. */
export function together(
  first: UntrustedSignature,
  second: UntrustedSignature,
  tags?: readonly [string, string],
): UntrustedSignature {
  if (first.covered.length !== second.covered.length || first.covered.some((one, at) => one !== second.covered[at]))
    fail('COMPONENT_MISSING', 'rfc9421/hybrid: the two signatures must cover the same components in the same order')
  const same = tags === undefined ? SAME : SAME.filter((name) => name !== 'tag')
  const odd = same.find((name) => first[name] !== second[name])
  if (odd !== undefined) fail('AUTH_MALFORMED', `rfc9421/hybrid: the two signatures must have the same ${odd}`)
  if ((first.claimedAlgorithm ?? 'ed25519') !== 'ed25519' || second.claimedAlgorithm !== undefined)
    fail('ALG_MISMATCH', 'rfc9421/hybrid: the signatures must not state another algorithm, and that of ML-DSA none')
  if (first.keyId === second.keyId) fail('AUTH_MALFORMED', 'rfc9421/hybrid: the two signatures must name two keys')
  if (first.signature.length !== CLASSICAL_BYTES)
    fail('SIGNATURE_MALFORMED', `rfc9421/hybrid: the first signature must have ${CLASSICAL_BYTES} bytes`)
  return Object.create(first, {
    signature: { value: concatBytes(first.signature, second.signature), enumerable: true },
    claimedAlgorithm: { value: undefined, enumerable: true },
    base: {
      enumerable: true,
      get: () => {
        if (bare(first, tags?.[0]) !== bare(second, tags?.[1]))
          fail('AUTH_MALFORMED', 'rfc9421/hybrid: the two signatures must state the same parameters')
        return `${first.base}${SEPARATOR}${second.base}`
      },
    },
  }) as UntrustedSignature
}

/** What was signed, without what names key and algorithm: that of the one is that of the other. */
function bare({ base, keyId, claimedAlgorithm }: UntrustedSignature, tag: string | undefined): string {
  const text = base as string
  const at = text.lastIndexOf('\n') + 1
  const without = (params: string, name: string, value: string | undefined): string =>
    value === undefined ? params : params.replace(`;${name}=${quoted(value, name, 'AUTH_MALFORMED')}`, () => '')
  const params = without(without(without(text.slice(at), 'keyid', keyId), 'alg', claimedAlgorithm), 'tag', tag)
  return text.slice(0, at) + params
}
