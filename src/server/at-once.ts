import type { HttpRequest } from '../message/message.js'
import type { Verifier } from './options.js'
import type { Verdict } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

type Judging = (request: HttpRequest, context: VerifyContext) => Verdict | Promise<Verdict>

const atOnce: unique symbol = Symbol('countersign.atOnce')

/** A `verify` of {@link Verifier} that {@link verdictOf} can ask without a promise. */
export const verifyOf = (judging: Judging): Verifier['verify'] =>
  Object.assign(async (request: HttpRequest, context: VerifyContext = {}) => judging(request, context), {
    [atOnce]: judging,
  })

/**
 * The verdict of a verifier: at once where nothing has to be waited for, which saves a server the turns between the parts of its
 * middleware. It stands on the function itself, so that a verifier with another `verify` is asked by that one.
 */
export function verdictOf(
  verifier: Verifier,
  request: HttpRequest,
  context: VerifyContext,
): Verdict | Promise<Verdict> {
  const judging = (verifier.verify as { readonly [atOnce]?: Judging })[atOnce]
  return judging === undefined ? verifier.verify(request, context) : judging(request, context)
}
