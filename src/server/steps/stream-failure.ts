import type { CountersignError } from '../../errors.js'
import type { Verifier } from '../options.js'
import { refusalResponse } from '../respond.js'
import type { Refused } from '../verdict.js'

/** The refusal of each error that a streamed body has failed with, and of what caused it. */
const refusals = new WeakMap<object, Refused>()

/** How many causes are looked through: a parser wraps an error once or twice. */
const DEPTH = 4

/**
 * The refusal of an error that a handler passes on, where it is the failure of its streamed body: the request's fault, and
 * none of the handler.
 */
export function streamRefusal(error: unknown): Refused | undefined {
  let one = error
  for (let i = 0; i < DEPTH && typeof one === 'object' && one !== null; i++) {
    const refused = refusals.get(one)
    if (refused !== undefined) return refused
    one = (one as { cause?: unknown }).cause
  }
  return undefined
}

/**
 * The error of a streamed body as a refusal. It carries the members that Express, Fastify, Koa and Hono read of one, so that their
 * own handlers answer with it.
 */
export function attachRefusal(error: CountersignError, refused: Refused, verifier: Pick<Verifier, 'challenges'>): void {
  if (refusals.has(error)) return
  refusals.set(error, refused)
  if (typeof error.cause === 'object' && error.cause !== null) refusals.set(error.cause, refused)
  const { status, headers, body } = refusalResponse(refused, verifier)
  const { 'content-type': _, ...plain } = headers
  const members = {
    status,
    statusCode: status,
    headers: plain,
    getResponse: () => new Response(body, { status, headers }),
  }
  // Parsers write a status of their own.
  for (const [name, value] of Object.entries(members))
    Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false })
}
