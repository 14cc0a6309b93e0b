import { CountersignError } from '../../../errors.js'
import { percentEncoded } from './percent.js'

/** A parameter: text and plain numbers as they are; `undefined` leaves it out. Lists and objects as the venue writes them. */
export type Param = string | number | bigint | boolean | undefined | object

/** Parameters by name, in the order in which they are sent unless the venue sorts. */
export type Params = Readonly<Record<string, Param>>

/** How a venue writes a list: `a=1&a=2`, `a[]=1&a[]=2`, `a=1,2` or `a=["1","2"]` (the last also for objects). */
export type ListForm = 'repeat' | 'brackets' | 'comma' | 'json'

/** How a venue writes parameters as text. */
export interface ParamsForm {
  readonly lists?: ListForm
  /** By name, in code units. */
  readonly sorted?: boolean
}

const invalid = (text: string): never => {
  throw new CountersignError('ARGUMENT_INVALID', text)
}

/**
 * A number as a venue reads it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for one that is not finite, or that JavaScript prints with an exponent.
 */
export function numberText(name: string, value: number): string {
  const text = String(value)
  // 1e-7, Infinity, NaN
  return /[a-zA-Z]/.test(text)
    ? invalid(`"${name}" expected a finite number without exponent, or its decimal digits as a string, got ${text}`)
    : text
}

function valueText(name: string, value: Param | null, lists: ListForm): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return numberText(name, value)
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  if (typeof value === 'object' && value !== null) {
    if (lists === 'json') return jsonText(value)
    if (lists === 'comma' && Array.isArray(value)) return value.map((one) => valueText(name, one, 'repeat')).join(',')
  }
  // Venues refuse "[object Object]" at best.
  return invalid(
    `"${name}" expected a string, number, boolean or list of them, got ${value === null ? 'null' : typeof value}`,
  )
}

// The texts `&name=` of the names seen lately: a bot has a few dozen, and writes them with every order.
const NAMES = 512
let nameTexts = new Map<string, string>()

function nameText(name: string): string {
  let text = nameTexts.get(name)
  if (text === undefined) {
    if (nameTexts.size >= NAMES) nameTexts = new Map()
    text = `&${percentEncoded(name)}=`
    nameTexts.set(name, text)
  }
  return text
}

// Within `for in` this is free, which Object.hasOwn is not.
const isOwn = Object.prototype.hasOwnProperty

/** `name=value` pairs joined by `&`, in order of appearance or by name in code units. */
export function pairsText(params: Params, { lists = 'repeat', sorted = false }: ParamsForm = {}): string {
  let out = ''
  const add = (name: string, value: Param): void => {
    const text = typeof value === 'string' ? nameText(name) + percentEncoded(value) : otherPairs(name, value, lists)
    out += out === '' ? text.slice(1) : text
  }
  if (sorted) for (const name of Object.keys(params).sort()) add(name, params[name])
  // Twice as fast as a list of the keys; what was inherited is no parameter.
  else for (const name in params) if (isOwn.call(params, name)) add(name, params[name])
  return out
}

/** Each with the `&` before it; '' where there is nothing to say. */
function otherPairs(name: string, value: Param, lists: ListForm): string {
  if (value === undefined) return ''
  if (!Array.isArray(value) || lists === 'comma' || lists === 'json')
    return nameText(name) + percentEncoded(valueText(name, value, lists))
  // The brackets stay as they are: venues that sign what is on the wire write them so.
  const text = lists === 'repeat' ? nameText(name) : nameText(name).replace(/=$/, '[]=')
  return value.map((one) => text + percentEncoded(valueText(name, one, lists))).join('')
}

/** True for an object in which nothing can be a number that no venue reads. Asked first: searching its text takes longer. */
function isHarmless(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const name in value) {
    const one = (value as Readonly<Record<string, unknown>>)[name]
    if (typeof one !== 'string' && typeof one !== 'boolean' && !Number.isSafeInteger(one)) return false
  }
  return true
}

// What JavaScript makes of such numbers: 1e+21, 1e-7, and null for NaN. All of it may stand in a string.
const isSuspect = (json: string): boolean => json.includes('e+') || json.includes('e-') || json.includes('null')

/**
 * JSON, once: these characters are signed and sent.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what JSON cannot say, and for numbers as {@link numberText} does.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) return invalid(`"json" expected a value, got ${typeof value}`)
  // Only then: asking about each value takes ten times as long.
  if (!isHarmless(value) && isSuspect(text))
    JSON.stringify(value, (name, one: unknown) => (typeof one === 'number' ? numberText(name, one) : one))
  return text
}
