import { CountersignError, kindOf } from '../errors.js'

// fetch, "normalize a method": these and no others, so "patch" stays as it is.
const NORMALIZED = /^(?:get|post|put|delete|options|head)$/i

/**
 * A method as `fetch` sends it: the six that everybody writes in small letters are turned into capitals, others stay.
 *
 * @see {@link https://fetch.spec.whatwg.org/#concept-method-normalize | Fetch Standard, normalize a method}
 */
export const normalMethod = (method: string): string => (NORMALIZED.test(method) ? method.toUpperCase() : method)

// RFC 9110 5.6.2: a method is a token.
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,64}$/

/**
 * The method of a request to an exchange, as `fetch` would send it. What `fetch` leaves in small letters although there is one in
 * capitals (`patch`) would be signed and refused there.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`.
 */
export function upperMethod(method: unknown): string {
  // What most requests are needs no look at each character.
  if (method === 'GET' || method === 'POST') return method
  if (typeof method !== 'string' || !TOKEN.test(method))
    throw new CountersignError('ARGUMENT_INVALID', `"method" must be an HTTP method, got ${kindOf(method)}`)
  if (method !== 'PATCH' && method.toUpperCase() === 'PATCH')
    throw new CountersignError(
      'ARGUMENT_INVALID',
      '"method" must be PATCH in capital letters: fetch does not change it',
    )
  return normalMethod(method)
}
