import type { HttpRequest } from '../message/message.js'
import type { Verifier } from './options.js'
import type { Verdict } from './verdict.js'
import type { VerifyContext } from './verify-context.js'

type Judging = (request: HttpRequest, context: VerifyContext, isChecked?: boolean) => Verdict | Promise<Verdict>

/** By the function itself: a wrapper, a copy, a proxy or a spy is another function, and is asked as it stands. */
const JUDGING: WeakMap<Verifier['verify'], Judging> = /* @__PURE__ */ new WeakMap()

/** A `verify` of {@link Verifier} that {@link verdictOf} can ask without a promise. */
export function verifyOf(judging: Judging): Verifier['verify'] {
  const verify: Verifier['verify'] = async (request, context = {}) => judging(request, context)
  JUDGING.set(verify, judging)
  return verify
}

/**
 * The verdict of a verifier: at once where nothing has to be waited for, which saves a server the turns between the parts of its
 * middleware.
 */
export function verdictOf(
  verifier: Verifier,
  request: HttpRequest,
  context: VerifyContext,
  /** Whether the context was made here, of values that were looked at before. */
  isChecked?: boolean,
): Verdict | Promise<Verdict> {
  const judging = JUDGING.get(verifier.verify)
  // Whatever another `verify` returns is awaited: an object with a `then` of its own may answer anything to it.
  return judging === undefined
    ? Promise.resolve(verifier.verify(request, context))
    : judging(request, context, isChecked)
}
