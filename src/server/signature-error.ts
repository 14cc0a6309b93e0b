import { ALGORITHM_NAMES } from '../crypto/algorithm.js'
import type { VerdictCode } from '../errors.js'
import type { VerifyScheme } from '../schemes/scheme.js'
import type { EffectivePolicy } from './policy/scheme-policy.js'
import { type Attempt, IDENTIFYING, READING } from './refusal.js'
import { hasBody, isThere } from './steps/coverage.js'
import type { Refused } from './verdict.js'

/** What a verifier knows of a request that it has refused. */
export interface SignatureErrorFacts {
  /** What was read of the request before it was refused. */
  readonly attempt: Pick<Attempt, 'request' | 'signature' | 'stage' | 'scheme'>
  /** The policy that each scheme was held to. */
  readonly policies: ReadonlyMap<VerifyScheme, EffectivePolicy>
}

const ERRORS: Readonly<Partial<Record<VerdictCode, string>>> = {
  COMPONENT_MISSING: 'invalid_input',
  DIGEST_MISSING: 'invalid_input',
  ALG_UNSUPPORTED: 'unsupported_algorithm',
}
const UNREADABLE: readonly VerdictCode[] = ['AUTH_MALFORMED', 'AUTH_DUPLICATE', 'AUTH_TOO_LARGE', 'SIGNATURE_MALFORMED']

/** What a refusal may reveal: only what the message and the policy show without any key. */
function errorOf(
  { code, status }: Refused,
  { stage, signature }: SignatureErrorFacts['attempt'],
  algorithms: readonly string[],
): string | undefined {
  if (status !== 400 && status !== 401) return undefined
  if (ERRORS[code] !== undefined) return ERRORS[code]
  if (stage !== READING && stage !== IDENTIFYING) return undefined
  // By what the message claims, whatever became of its key.
  const claimed = signature?.claimedAlgorithm
  if (claimed !== undefined && !algorithms.includes(claimed)) return 'unsupported_algorithm'
  // One word for an unknown key, a wrong one, and a signature that does not match.
  if (stage === IDENTIFYING) return 'invalid_signature'
  return UNREADABLE.includes(code) ? 'invalid_request' : undefined
}

// The list of an Accept-Signature; no name that a policy can ask for holds a parenthesis.
const LIST = /^[a-z*][a-z0-9_.*-]*=(\([^()]*\))/

/**
 * For the option `signatureError` of {@link createVerifier}: refusals carry a `Signature-Error`, with the components that a
 * signature has to cover or the algorithms that are taken. A client that reads it signs once more: `negotiable()` does. Nothing
 * in it depends on whether a key exists.
 *
 * @see {@link https://datatracker.ietf.org/doc/draft-hardt-httpbis-signature-key/ | draft-hardt-httpbis-signature-key}
 * @example
 * ```ts
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, signatureErrors, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'], algorithms: ['ed25519'] }),
 *   replay: memoryReplayStore(),
 *   signatureError: signatureErrors,
 * })
 * ```
 */
export function signatureErrors(refused: Refused, { attempt, policies }: SignatureErrorFacts): string | undefined {
  const [first] = policies.keys()
  const scheme = attempt.scheme ?? (first as VerifyScheme)
  const { require, requireWithBody, requireWhenPresent, algorithms: allowed } = policies.get(scheme) as EffectivePolicy
  const algorithms = allowed ?? ALGORITHM_NAMES
  const error = errorOf(refused, attempt, algorithms)
  if (error === undefined) return undefined
  const { request } = attempt
  if (error === 'unsupported_algorithm')
    return `error=${error}, supported_algorithms=(${algorithms.map((name) => `"${name}"`).join(' ')})`
  if (error !== 'invalid_input') return `error=${error}`
  // Of what is asked for where it is there, what this request has.
  const required = new Set([
    ...require,
    ...(hasBody(request) ? requireWithBody : []),
    ...requireWhenPresent.filter((fact) => isThere(fact, request)),
  ])
  const [, list] = LIST.exec(scheme.challenge?.(required, { nonce: false, expires: false })?.value ?? '') ?? []
  return `error=${error}${list === undefined ? '' : `, required_input=${list}`}`
}
