import { fail, kindOf } from '../../errors.js'
import {
  assertJsonValue,
  assertMembers,
  isPlainObject,
  memberName,
  refuseValue,
  scalarText,
  writeJson,
} from '../../message/values.js'
import { percentEncoded } from './percent.js'

/**
 * A parameter: text, a boolean, a bigint, or a number that JavaScript holds exactly and prints without an exponent.
 * `undefined` leaves it out. Lists as the exchange writes them. An object only where JSON is what the exchange documents: in a
 * JSON body, and in the few parameters of a query that it names; elsewhere pass `JSON.stringify(value)`.
 */
export type Param = Exclude<ParamValue, null> | undefined

/** What JSON can say. An instance of a class (Date, Decimal, Map) has no text that all agree on: pass its text. */
export type ParamValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly ParamValue[]
  | { readonly [name: string]: ParamValue | undefined }

/** Parameters by name, in the order in which they are sent unless the exchange sorts. */
export type NamedParams = Readonly<Record<string, Param>>

/**
 * Parameters by name; or as pairs (`URLSearchParams`, a `Map`, a list of `[name, value]`), whose order and repeated names are kept
 * in a query or form.
 */
export type Params =
  | NamedParams
  | URLSearchParams
  | ReadonlyMap<string, Param>
  | ReadonlyArray<readonly [name: string, value: Param]>

/** How an exchange writes a list: `a=1&a=2`, `a[]=1&a[]=2`, `a=1,2` or `a=["1","2"]`. */
export type ListEncoding = 'repeat' | 'brackets' | 'comma' | 'json'

/** How an exchange writes parameters as text. */
export interface ParamsEncoding {
  /** How a list is written. Default: refused. */
  readonly lists?: ListEncoding
  /** Parameters that are JSON by the exchange's own documents, and may hold objects: `['batchOrders']`. */
  readonly objects?: readonly string[]
  /** By name, in code units. */
  readonly sorted?: boolean
}

const PARAMS = 'params'

type Pair = readonly [name: string, value: Param]

/** Of parameters that are no plain object: their pairs. @throws {CountersignError} `ARGUMENT_INVALID`. */
function pairList(params: unknown): readonly Pair[] {
  // By tag: both may come from another realm, or be a polyfill's.
  if (!Array.isArray(params) && !/^\[object (?:Map|URLSearchParams)]$/.test(Object.prototype.toString.call(params)))
    return fail(
      'ARGUMENT_INVALID',
      `"params" must be a plain object, a Map, URLSearchParams or a list of pairs, got ${kindOf(params)}`,
    )
  return Array.from(params as Iterable<unknown>, (pair, at): Pair => {
    const [name, value] = (Array.isArray(pair) ? pair : []) as unknown[]
    // A name alone would be silently left out.
    if (typeof name !== 'string' || (pair as unknown[]).length !== 2)
      return fail(
        'ARGUMENT_INVALID',
        `"params[${at}]" must be a pair of a name and a value, got ${
          Array.isArray(pair) && pair.length !== 2 ? `a list of ${pair.length}` : kindOf(pair)
        }`,
      )
    return [name, value as Param]
  })
}

/** True for parameters whose members can be asked for by name. */
export const isNamed = (params: Params | undefined): params is NamedParams => isPlainObject(params)

/** Parameters as the members of an object. @throws {CountersignError} `ARGUMENT_INVALID` for a name that is there twice. */
export function namedParams(params: Params): NamedParams {
  if (isNamed(params)) return params
  const pairs = pairList(params)
  const named = Object.fromEntries(pairs)
  if (Object.keys(named).length < pairs.length)
    fail('ARGUMENT_INVALID', '"params" must have each name once where they are written as JSON')
  return named
}

const refuseNull = (name: string): never =>
  fail(
    'ARGUMENT_INVALID',
    `"${name}" must be text, a number, a boolean or a list of them, got null: leave it out, or say null in "json"`,
  )

function valueText(name: string, value: unknown, lists: ListEncoding): string {
  const text = scalarText(name, value)
  if (text !== undefined) return text
  if ((lists === 'json' || lists === 'comma') && Array.isArray(value)) {
    const texts = Array.from(value, (one, at) => valueText(memberName(name, at), one, 'repeat'))
    return lists === 'json' ? writeJson(value) : texts.join(',')
  }
  if (value === null) return refuseNull(name)
  // Exchanges refuse "[object Object]" at best, and JSON where they document none.
  return refuseValue(name, value, undefined, ': where the exchange takes JSON text, pass JSON.stringify(value)')
}

// The texts `&name=` of the names seen lately: a bot has a few dozen, and writes them with every order.
const NAMES = 512
let nameTexts = new Map<string, string>()

function nameText(name: string): string {
  let text = nameTexts.get(name)
  if (text === undefined) {
    if (name === '') fail('ARGUMENT_INVALID', '"params" must have names, got one that is empty')
    if (nameTexts.size >= NAMES) nameTexts = new Map()
    text = `&${percentEncoded(name, PARAMS)}=`
    nameTexts.set(name, text)
  }
  return text
}

// Within `for in` this is free, which Object.hasOwn is not.
const isOwn = Object.prototype.hasOwnProperty

const byName = ([a]: Pair, [b]: Pair): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * `name=value` pairs joined by `&`, in order of appearance or by name in code units.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the name of a value that cannot be written.
 */
export function pairsText(params: Params, form: ParamsEncoding = {}): string {
  let out = ''
  const add = (name: string, value: unknown): void => {
    const text =
      typeof value === 'string' ? nameText(name) + percentEncoded(value, PARAMS, name) : otherPairs(name, value, form)
    out += out === '' ? text.slice(1) : text
  }
  const { sorted = false } = form
  if (!isNamed(params)) {
    const pairs = pairList(params)
    // Equal names stay in their order.
    for (const [name, value] of sorted ? [...pairs].sort(byName) : pairs) add(name, value)
  } else if (sorted) for (const name of Object.keys(params).sort()) add(name, params[name])
  // Twice as fast as a list of the keys; what was inherited is no parameter.
  else for (const name in params) if (isOwn.call(params, name)) add(name, params[name])
  return out
}

/** Each with the `&` before it; '' where there is nothing to say. */
function otherPairs(name: string, value: unknown, { lists = 'repeat', objects }: ParamsEncoding): string {
  if (value === undefined) return ''
  const path = memberName(PARAMS, name)
  if (objects?.includes(name) === true && (Array.isArray(value) || isPlainObject(value)))
    return nameText(name) + percentEncoded(jsonText(path, value))
  if (!Array.isArray(value) || lists === 'comma' || lists === 'json')
    return nameText(name) + percentEncoded(valueText(path, value, lists))
  // The brackets stay as they are: exchanges that sign what is on the wire write them so.
  const text = lists === 'repeat' ? nameText(name) : nameText(name).replace(/=$/, '[]=')
  return Array.from(value, (one, at) => text + percentEncoded(valueText(memberName(path, at), one, lists))).join('')
}

/**
 * JSON, once: these characters are signed and sent. A bigint is its digits; members that are `undefined` are left out.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the name of a value that JSON cannot say, or says as another one.
 */
export const jsonText = (name: string, value: unknown): string =>
  assertJsonValue(name, value) ? writeJson(value) : JSON.stringify(value)

/**
 * The JSON body for parameters. A parameter that is null has no text in a query, so it is none here either: `json` can say it.
 *
 * @param wrap what the exchange puts around them
 * @throws {CountersignError} as {@link jsonText}.
 */
export function paramsJson(params: Params, wrap: (params: unknown) => unknown): string {
  const named = namedParams(params)
  const large = assertMembers(PARAMS, named)
  for (const name in named) {
    if (name === '') fail('ARGUMENT_INVALID', '"params" must have names, got one that is empty')
    if (named[name] === null) refuseNull(memberName(PARAMS, name))
  }
  const value = wrap(named)
  return large ? writeJson(value) : JSON.stringify(value)
}

/**
 * The JSON body a caller states.
 *
 * @throws {CountersignError} as {@link jsonText}, and for anything but an object or a list: text that is JSON already would be
 *   quoted.
 */
export function bodyJson(json: unknown, wrap: (json: unknown) => unknown): string {
  if (!Array.isArray(json) && !isPlainObject(json))
    fail(
      'ARGUMENT_INVALID',
      `"json" must be a plain object or a list, got ${kindOf(json)}${typeof json === 'string' ? ': text that is JSON already is the "body"' : ''}`,
    )
  const large = assertJsonValue('json', json)
  const value = wrap(json)
  return large ? writeJson(value) : JSON.stringify(value)
}
