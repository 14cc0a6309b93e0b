import { fail, mustBe } from '../../errors.js'
import { isObject } from './json-text.js'

/** What a received call holds. */
export interface ReadCall {
  /** Name of the call. */
  readonly name: string
  /** Its parameters. */
  readonly params: Readonly<Record<string, unknown>>
  /** Its members by name, as they were received. */
  readonly members: Readonly<Record<string, unknown>>
}

/** A JSON body around the parameters: a call by its name, which stands in the path as well. Both sides read the same table. */
export interface CallBody {
  /** What stands in the path before the name of the call. */
  readonly prefix: string
  /** The body: `$call` is the name and `$params` the parameters; anything else stands there where the caller writes the body. */
  readonly members: Readonly<Record<string, unknown>>
  /** The body of a call, as an object. */
  write(path: string, params: unknown): Readonly<Record<string, unknown>>
  /** The parameters in a body; `undefined` where it holds none. */
  paramsOf(body: unknown): unknown
  /**
   * The call that a body holds.
   *
   * @param own names that authentication adds
   * @throws {CountersignError} `MESSAGE_MALFORMED` for what is no such call, for one of another path, and for further members.
   */
  read(path: string, body: unknown, own?: readonly string[]): ReadCall
}

/**
 * Around the parameters of an exchange's JSON bodies, in `params: { into: 'json', wrap }`: a call as JSON-RPC has it, whose name
 * stands in the path.
 *
 * @param prefix what stands in the path before the name
 * @param members the body, with `$call` for the name and `$params` for the parameters
 * @throws {CountersignError} `CONFIG_INVALID` for a prefix that is no path, and where no member is `$params`: they would be left
 *   out.
 * @example
 * ```ts
 * import { callBody } from 'countersign/exchange'
 *
 * const wrap = callBody('/v1/', { id: 1, method: '$call', params: '$params' })
 * console.log(wrap.write('/v1/private/order', { side: 'BUY' })) // { id: 1, method: 'private/order', params: { side: 'BUY' } }
 * ```
 */
export function callBody(prefix: string, members: Readonly<Record<string, unknown>>): CallBody {
  mustBe(typeof prefix === 'string' && prefix.startsWith('/'), 'prefix', 'a path that begins with "/"', prefix)
  if (!Object.values(Object(members)).includes('$params'))
    fail('CONFIG_INVALID', '"members" must have one that is "$params", where the parameters stand')
  return callOf(prefix, members)
}

/** {@link callBody} of what is right: that of the catalogue is held to it by types and tests. */
export function callOf(prefix: string, members: Readonly<Record<string, unknown>>): CallBody {
  const names = Object.keys(members)
  const place = names.find((name) => members[name] === '$params') as string
  const paramsOf = (body: unknown): unknown => (isObject(body) && Object.hasOwn(body, place) ? body[place] : undefined)
  const nameIn = (path: string): string => (path.startsWith(prefix) ? path.slice(prefix.length) : path)
  return {
    prefix,
    members,
    write: (path, params) =>
      Object.fromEntries(
        names.map((name) => {
          const value = members[name]
          return [name, value === '$call' ? nameIn(path) : value === '$params' ? params : value]
        }),
      ),
    paramsOf,
    read: (path, body, own = []) => {
      const params = paramsOf(body) ?? {}
      if (!isObject(body) || !isObject(params) || names.some((one) => one !== place && !Object.hasOwn(body, one)))
        return fail('MESSAGE_MALFORMED', `the body must be { ${names.join(', ')} }`)
      if (Object.keys(body).some((one) => !names.includes(one) && !own.includes(one)))
        fail('MESSAGE_MALFORMED', 'the body must have no other members: they would not be signed')
      const name = nameIn(path)
      for (const one of names)
        if (members[one] === '$call' && (body[one] !== name || path === name))
          fail('MESSAGE_MALFORMED', `"${one}" must be the path behind ${prefix}`)
      return { name, params, members: body }
    },
  }
}
