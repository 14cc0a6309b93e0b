import { assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import { isWellFormed } from '../../message/values.js'
import { assertParts, CLOCK, NONCES } from '../../support/asked.js'
import type { ExchangeRequest, SignOptions } from '../spec/signer-types.js'

/** Refuses what is no request, with what to write. Costs next to nothing where all is well. */
export function assertRequest(request: ExchangeRequest): void {
  if (typeof request === 'object')
    for (const name in request as object | undefined)
      if (!Object.hasOwn(REQUEST, name)) assertOptions('sign', request, REQUEST, REQUEST_HINTS, 'ARGUMENT_INVALID')
  if (typeof request === 'object' && request !== null && typeof request.path === 'string') return
  fail(
    'ARGUMENT_INVALID',
    typeof request === 'object' && request !== null
      ? `sign: "path" must be a path such as "/api/v1/orders", got ${kindOf((request as Partial<ExchangeRequest>).path)}`
      : `sign: the request must be an object such as { method: "GET", path: "/" }, got ${kindOf(request)}${
          typeof request === 'string' ? ': pass it as "path"' : ''
        }`,
  )
}

const REQUEST: OptionNames<ExchangeRequest> = { method: 1, path: 1, params: 1, json: 1, body: 1, headers: 1 }
const WHEN: OptionNames<SignOptions> = { clock: 1, nonces: 1 }

/** Costs next to nothing where all is well. */
export function assertSignOptions(where: string, when: SignOptions | undefined): void {
  if (when === undefined) return
  if (typeof when !== 'object' || when === null) assertOptions(where, when, WHEN, {}, 'ARGUMENT_INVALID')
  for (const name in when) if (!Object.hasOwn(WHEN, name)) assertOptions(where, when, WHEN, {}, 'ARGUMENT_INVALID')
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
