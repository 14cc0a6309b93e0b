import type { VerifyingKey } from '../crypto/key.js'
import type { HttpRequest } from '../message/message.js'
import { deadline } from '../support/deadline.js'
import type { Policy } from './policy/policy.js'
import type { ExplainedFinding, Refused } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

/** What is known of a request whose refusal may be explained. */
export interface ExplainFacts {
  readonly context: VerifyContext
  readonly policy: Policy
  /** The key that the request names, where it was found. Whether the sender holds it is not proven. */
  readonly key: VerifyingKey | undefined
  /** When the request was judged. */
  readonly nowMs: number
}

/**
 * Explains refusals to some callers, in the answer itself. An explanation says which keys exist and what a policy demands, so
 * it must reach developers alone: `loopbackOnly()` of `countersign/doctor` is the one to use.
 */
export interface Explainer {
  /** Whether the sender of this request may read why it was refused. An error is a no. */
  allows(request: HttpRequest, facts: ExplainFacts): boolean
  /** What was most likely done wrong. An error, or an answer after a second, is none. */
  finding(refused: Refused, facts: ExplainFacts): Promise<ExplainedFinding | undefined>
}

/** How long a refusal may wait for its explanation. */
const LONGEST_MS = 1_000

/** A refusal with its code and detail for a caller that may read them; as it is for any other. */
export function coded(explainer: Explainer | undefined, refused: Refused, facts: () => ExplainFacts): Refused {
  if (explainer === undefined || !isAllowed(explainer, refused.request, facts)) return refused
  return { ...refused, explanation: { code: refused.code, detail: refused.detail } }
}

/** The same, with what was most likely done wrong. */
export async function explained(
  explainer: Explainer | undefined,
  refused: Refused,
  facts: () => ExplainFacts,
): Promise<Refused> {
  const told = coded(explainer, refused, facts)
  if (explainer === undefined || told.explanation === undefined) return told
  try {
    const finding = plain(await deadline(explainer.finding(refused, facts()), LONGEST_MS))
    return finding === undefined ? told : { ...told, explanation: { ...told.explanation, finding } }
  } catch {
    // The code and the detail are worth an answer by themselves.
    return told
  }
}

const MEMBERS = ['id', 'certainty', 'cause', 'evidence', 'fix'] as const

/** The texts of a finding and nothing else, since it goes out: what is no text may not even be JSON. */
function plain(found: ExplainedFinding | undefined): ExplainedFinding | undefined {
  const texts = MEMBERS.map((name) => [name, found?.[name]] as const)
  return texts.every(([, text]) => typeof text === 'string')
    ? (Object.fromEntries(texts) as unknown as ExplainedFinding)
    : undefined
}

/** Reading the facts may fail as well, where a clock does. */
function isAllowed(explainer: Explainer, request: HttpRequest, facts: () => ExplainFacts): boolean {
  try {
    // Any other value is a bug, and bugs fail closed.
    return explainer.allows(request, facts()) === true
  } catch {
    return false
  }
}
