import { assertScope, lackedScope, scopeProblem } from '../../access/scope.js'
import { fail } from '../../errors.js'
import { assertCalled } from '../host-values.js'
import type { Verifier } from '../options.js'
import { type RefusalAnswer, refusalResponse } from '../respond.js'
import type { Accepted } from '../verdict.js'
import type { VerifyContext } from '../verify-context.js'

interface Judged {
  readonly verifier: Verifier
  readonly context: VerifyContext
}

/** Where an accepted verdict came from. An object that only looks like one is in here under no circumstances. */
const judged = new WeakMap<object, Judged>()

/** Remembers which verifier accepted a request, for the routes behind it. */
export const rememberJudged = (verdict: Accepted, verifier: Verifier, context: VerifyContext): void => {
  judged.set(verdict, { verifier, context })
}

/** Checks one scope against an accepted verdict: the refusal to send, or `undefined` where the key may. */
export type ScopeCheck = (verdict: unknown) => RefusalAnswer | undefined

/**
 * Checks the scope of a route for a request that a middleware has verified: nothing is judged again. A denial is a second event
 * of the audit trail, and the same public answer as that of the middleware.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a scope that no grant satisfies; the check throws it where no middleware of
 *   this library has verified the request.
 */
export function scopeCheck(needed: string): ScopeCheck {
  assertCalled('requireScope', needed, 'requireScope("orders:write")')
  assertScope(needed)
  return (verdict) => {
    // A value that is no object is never found in there.
    const found = judged.get(verdict as object)
    if (found === undefined) {
      fail(
        'CONFIG_INVALID',
        'requireScope found no verified request: mount the verifier before the routes that need a scope',
      )
    }
    const accepted = verdict as Accepted
    const problem = scopeProblem(accepted.record, needed)
    if (problem === undefined) return undefined
    const { verifier, context } = found
    const detail = lackedScope(needed, accepted.record)
    const refused = verifier.refuse(accepted.request, problem, detail, { ...context, scope: needed }, accepted)
    return refusalResponse(refused, verifier)
  }
}
