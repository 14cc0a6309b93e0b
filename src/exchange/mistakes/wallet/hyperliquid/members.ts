import { isObject } from '../../../spec/json-text.js'
import { type Action, isAddress } from './action.js'

/** Members in the order in which the exchange's structs have them. One that has another name stays as it was sent. */
const ORDER =
  'type asset oid orders cancels modifies order a b p s r t c o f cloid limit trigger isMarket triggerPx tpsl tif grouping builder time isCross leverage isBuy ntli vaultAddress isDeposit usd'.split(
    ' ',
  )
export const NUMBERS: readonly string[] = ['p', 's', 'triggerPx']

type Visit = (value: unknown, name: string) => unknown

/** A value with each of its members changed. */
const mapped = (value: unknown, visit: Visit, name = ''): unknown =>
  Array.isArray(value)
    ? value.map((one) => mapped(one, visit, name))
    : isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapped(one, visit, key)]))
      : visit(value, name)

export const mappedAction = (action: Action['action'], visit: Visit): Action['action'] =>
  mapped(action, visit) as Action['action']

type Sort = (a: string, b: string) => number

export function sorted(value: unknown, by: Sort, only: (names: readonly string[]) => boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => sorted(one, by, only))
  if (!isObject(value)) return value
  const names = Object.keys(value)
  const order = only(names) ? [...names].sort(by) : names
  return Object.fromEntries(order.map((name) => [name, sorted(value[name], by, only)]))
}

/** The members of what stands inside the action in another order. */
export const inner = (action: Action['action'], by: Sort): Action['action'] =>
  Object.fromEntries(Object.entries(action).map(([name, value]) => [name, sorted(value, by, () => true)]))

/** Every other order of the members of the action itself, where they are few. */
export function* permuted(action: Action['action']): Iterable<Action['action']> {
  const entries = Object.entries(action)
  if (entries.length > MOST_PERMUTED) return
  const each = function* (left: typeof entries, done: typeof entries): Iterable<typeof entries> {
    if (left.length === 0) yield done
    for (const one of left)
      yield* each(
        left.filter((other) => other !== one),
        [...done, one],
      )
  }
  for (const order of each(entries, [])) yield Object.fromEntries(order)
}
const MOST_PERMUTED = 4

export const byName: Sort = (a, b) => (a < b ? -1 : 1)
export const own: Sort = (a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)
export const known = (names: readonly string[]): boolean => names.every((name) => ORDER.includes(name))
export const isNumber = (value: unknown, name: string): value is string | number =>
  NUMBERS.includes(name) && /^\d+(?:\.\d+)?$/.test(String(value))
const printed = (value: string | number): string => {
  const text = String(value)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

/** The action as the exchange prints it again before it hashes it. */
export const canonical = (sent: Action['action']): Action['action'] =>
  sorted(
    mapped(sent, (value, name) =>
      isNumber(value, name) ? printed(value) : isAddress(value) ? value.toLowerCase() : value,
    ),
    own,
    known,
  ) as Action['action']

/** The members of one value in the order of another one. */
export function mappedOrder(value: unknown, like: unknown): Action['action'] {
  const order = (one: unknown, as: unknown): unknown => {
    if (Array.isArray(one)) return one.map((item, at) => order(item, Array.isArray(as) ? as[at] : undefined))
    if (!isObject(one) || !isObject(as)) return one
    return Object.fromEntries(Object.keys(as).map((name) => [name, order(one[name], as[name])]))
  }
  return order(value, like) as Action['action']
}

/** The same with the numbers of another one. */
export function withNumbers(value: unknown, like: unknown): Action['action'] {
  const numbers = (one: unknown, as: unknown, name: string): unknown => {
    if (Array.isArray(one)) return one.map((item, at) => numbers(item, Array.isArray(as) ? as[at] : undefined, name))
    if (!isObject(one)) return NUMBERS.includes(name) ? as : one
    return Object.fromEntries(
      Object.entries(one).map(([key, item]) => [key, numbers(item, isObject(as) ? as[key] : undefined, key)]),
    )
  }
  return numbers(value, like, '') as Action['action']
}
