import type { VerifyingKey } from '../crypto/key.js'
import { assertNeeded, assertOptions, type OptionNames } from '../errors.js'
import type { HttpRequest } from '../message/message.js'
import { deadline } from '../support/deadline.js'
import { FUNCTION } from '../support/option-kinds.js'
import { handIn } from './handed-in.js'
import type { Policy } from './policy/policy.js'
import type { ExplainedFinding, Refused } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

/** What is known of a request whose refusal may be explained. */
export interface ExplainFacts {
  /** What the verifier was told of the request. */
  readonly context: VerifyContext
  /** The policy that it was held to. */
  readonly policy: Policy
  /** The key that the request names, where it was found. Whether the sender holds it is not proven. */
  readonly key: VerifyingKey | undefined
  /** When the request was judged. */
  readonly nowMs: number
}

/** Who may read why a request was refused, and what they read. */
export interface ExplainRules {
  /** Whether the sender of this request may read why it was refused. An error is a no. */
  allows(request: HttpRequest, facts: ExplainFacts): boolean
  /** What was most likely done wrong. An error, or an answer after a second, is none. */
  finding(refused: Refused, facts: ExplainFacts): Promise<ExplainedFinding | undefined>
}

/**
 * Explains refusals to some callers, in the answer itself: the option `explain` of `createVerifier`. An explanation says which
 * keys exist and what a policy demands, so it must reach developers alone: `loopbackOnly()` of `countersign/doctor` is the one to
 * use, {@link explainer} makes others.
 */
export interface Explainer {
  /** A refusal with its code and detail for a caller that may read them; as it is for any other. */
  coded(refused: Refused, facts: () => ExplainFacts): Refused
  /** The same, with what was most likely done wrong. */
  explained(refused: Refused, facts: () => ExplainFacts): Promise<Refused>
}

/** How long a refusal may wait for its explanation. */
const LONGEST_MS = 1_000

const KNOWN: OptionNames<ExplainRules> = { allows: [FUNCTION, 2], finding: [FUNCTION, 2] }

/**
 * An explainer of your own, for the option `explain` of {@link createVerifier}.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for rules that are none.
 * @example
 * ```ts
 * import { explainer } from 'countersign/server'
 *
 * // Code and detail for the machines of one's own network, and no search for the mistake.
 * export const forStaff = explainer({
 *   allows: (_request, { context }) => context.ipSource === 'socket' && context.clientIp === '10.0.0.7',
 *   finding: async () => undefined,
 * })
 * ```
 */
export function explainer(rules: ExplainRules): Explainer {
  assertOptions('explainer', rules, KNOWN)
  assertNeeded('explainer', rules, KNOWN)
  const coded: Explainer['coded'] = (refused, facts) =>
    isAllowed(rules, refused.request, facts)
      ? { ...refused, explanation: { code: refused.code, detail: refused.detail } }
      : refused
  return handIn('explain', {
    coded,
    explained: async (refused, facts) => {
      const told = coded(refused, facts)
      if (told.explanation === undefined) return told
      try {
        const finding = plain(await deadline(rules.finding(refused, facts()), LONGEST_MS))
        return finding === undefined ? told : { ...told, explanation: { ...told.explanation, finding } }
      } catch {
        // The code and the detail are worth an answer by themselves.
        return told
      }
    },
  })
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
function isAllowed(rules: ExplainRules, request: HttpRequest, facts: () => ExplainFacts): boolean {
  try {
    // Any other value is a bug, and bugs fail closed.
    return rules.allows(request, facts()) === true
  } catch {
    return false
  }
}
