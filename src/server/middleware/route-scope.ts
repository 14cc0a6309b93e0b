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

/** Makes nothing of its own: what extends it puts its private member on the object that is handed in. */
class Handed {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the one way to put a private member on an object that is there already
    return object
  }
}

/**
 * Where an accepted verdict came from, as a private member: nothing that only looks like a verdict, no copy and no proxy has one.
 * A WeakMap says the same, and takes about half a microsecond more of every request: its table grows until the next full collection.
 */
class Origin extends Handed {
  #judged: Judged

  private constructor(verdict: object, judged: Judged) {
    super(verdict)
    this.#judged = judged
  }

  static put(verdict: object, judged: Judged): void {
    if (#judged in verdict) verdict.#judged = judged
    else new Origin(verdict, judged)
  }

  static of(verdict: unknown): Judged | undefined {
    return typeof verdict === 'object' && verdict !== null && #judged in verdict ? verdict.#judged : undefined
  }
}

/** Remembers which verifier accepted a request, for the routes behind it. */
export const rememberJudged = (verdict: Accepted, verifier: Verifier, context: VerifyContext): void => {
  Origin.put(verdict, { verifier, context })
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
    const found = Origin.of(verdict)
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
