import { ALGORITHMS } from '../crypto/algorithm.js'
import type { VerdictCode } from '../errors.js'
import { isThere } from '../schemes/scheme/coverage-met.js'
import type { PublicFault, RefusalField, VerifyScheme } from '../schemes/scheme.js'
import type { EffectivePolicy } from './policy/scheme-policy.js'
import { type Attempt, IDENTIFYING, READING } from './refusal.js'
import { hasBody } from './steps/coverage.js'
import type { Refused } from './verdict.js'

const FAULTS: Readonly<Partial<Record<VerdictCode, PublicFault['fault']>>> = {
  COMPONENT_MISSING: 'input',
  DIGEST_MISSING: 'input',
  ALG_UNSUPPORTED: 'algorithm',
}
const UNREADABLE: readonly VerdictCode[] = ['AUTH_MALFORMED', 'AUTH_DUPLICATE', 'AUTH_TOO_LARGE', 'SIGNATURE_MALFORMED']

/** What a refusal may reveal: only what the message and the policy show without any key. */
function faultOf(
  { code, status }: Refused,
  { stage, signature }: Attempt,
  algorithms: readonly string[],
): PublicFault['fault'] | undefined {
  if (status !== 400 && status !== 401) return undefined
  const isEarly = stage === READING || stage === IDENTIFYING
  const fault = FAULTS[code]
  if (fault !== undefined) return fault
  if (!isEarly) return undefined
  // By what the message claims, whatever became of its key.
  if (signature?.claimedAlgorithm !== undefined && !algorithms.includes(signature.claimedAlgorithm)) return 'algorithm'
  // One word for an unknown key, a wrong one, and a signature that does not match.
  if (stage === IDENTIFYING) return 'signature'
  return UNREADABLE.includes(code) ? 'request' : undefined
}

/** A refusal with the field that the option `signatureError` makes of it. */
export function withSignatureError(
  field: RefusalField | undefined,
  refused: Refused,
  attempt: Attempt,
  policies: ReadonlyMap<VerifyScheme, EffectivePolicy>,
): Refused {
  if (field === undefined) return refused
  const [first] = policies.keys()
  const scheme = attempt.scheme ?? (first as VerifyScheme)
  const policy = policies.get(scheme) as EffectivePolicy
  const algorithms = policy.algorithms ?? Object.keys(ALGORITHMS)
  const fault = faultOf(refused, attempt, algorithms)
  if (fault === undefined) return refused
  const { require, requireWithBody, requireWhenPresent } = policy
  const { request } = attempt
  const required = new Set([
    ...require,
    ...(hasBody(request) ? requireWithBody : []),
    ...requireWhenPresent.filter((fact) => isThere(fact, request)),
  ])
  const accept = scheme.challenge?.(required, { nonce: false, expires: false })?.value
  const made = field({ fault, accept, algorithms })
  return made === undefined ? refused : { ...refused, signatureError: made }
}
