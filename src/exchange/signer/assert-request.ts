import { assertOptions, fail, kindOf, mustBe, type OptionNames } from '../../errors.js'
import { isWellFormed } from '../../message/values.js'
import { assertParts, CLOCK, NONCES } from '../../support/asked.js'
import type { ExchangeRequest, SignOptions } from '../spec/signer-types.js'

/** Refuses what is no request, with what to write. Costs next to nothing where all is well. */
export function assertRequest(request: ExchangeRequest): void {
  if (typeof request !== 'object' || request === null) {
    const advice = typeof request === 'string' ? ': pass it as "path"' : ''
    fail(
      'ARGUMENT_INVALID',
      `sign: the request must be an object such as { method: "GET", path: "/" }, got ${kindOf(request)}${advice}`,
    )
  }
  for (const name in request)
    if (!Object.hasOwn(REQUEST, name)) assertOptions('sign', request, REQUEST, REQUEST_HINTS, 'ARGUMENT_INVALID')
  const { path } = request
  mustBe(typeof path === 'string', 'path', 'a path such as "/api/v1/orders"', path, 'ARGUMENT_INVALID', 'sign: ')
}

const REQUEST: OptionNames<ExchangeRequest> = { method: 1, path: 2, params: 1, json: 1, body: 1, headers: 1 }
const WHEN: OptionNames<SignOptions> = { clock: 1, nonces: 1 }

/** Costs nothing where there are none, as with every order of a bot. */
export function assertSignOptions(where: string, when: SignOptions | undefined): void {
  if (when === undefined) return
  assertOptions(where, when, WHEN, {}, 'ARGUMENT_INVALID')
  assertParts(where, when, CLOCK, NONCES)
}

/** The body of a request that is text already. */
export function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string' && isWellFormed(body)) return body
  const got = typeof body === 'string' ? 'a lone surrogate' : `${kindOf(body)}: pass it as "params" or "json"`
  fail('ARGUMENT_INVALID', `"body" must be well-formed text, got ${got}`)
}

/** What the parameters of a request are called by other clients, and here. */
export const REQUEST_HINTS: Readonly<Record<string, string>> = {
  data: '"params" or "json"',
  param: '"params"',
  parameters: '"params"',
  query: '"params"',
  qs: '"params"',
  searchParams: '"params"',
  form: '"params"',
  payload: '"params" or "json"',
  url: '"path"',
  uri: '"path"',
  endpoint: '"path"',
  verb: '"method"',
  type: '"method", or a member of "params"',
}
