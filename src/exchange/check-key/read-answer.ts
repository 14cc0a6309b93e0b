import { CountersignError, isInteger } from '../../errors.js'

type Members = Readonly<Record<string, unknown>>

const unexpected = (name: string, what: string): never => {
  // What came instead is not in the message: it may hold data of an account.
  throw new CountersignError('EXCHANGE_REFUSED', `the answer must have ${what} as "${name}"`)
}

/** An object; `name` is for people. */
export const record = (value: unknown, name: string): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : unexpected(name, 'an object')

export const list = (value: unknown, name: string): readonly unknown[] =>
  Array.isArray(value) ? value : unexpected(name, 'a list')

export const flag = (from: Members, name: string): boolean =>
  typeof from[name] === 'boolean' ? from[name] : unexpected(name, 'true or false')

export const text = (from: Members, name: string): string =>
  typeof from[name] === 'string' ? from[name] : unexpected(name, 'text')

export const texts = (from: Members, name: string): readonly string[] =>
  list(from[name], name).map((one) => (typeof one === 'string' ? one : unexpected(name, 'a list of texts')))

/** Names between commas. */
export const names = (value: string): readonly string[] =>
  value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

/** A whole number, or its digits. */
export const whole = (from: Members, name: string): number => {
  const value = from[name]
  const number = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
  return isInteger(number, 0) ? number : unexpected(name, 'a whole number')
}

/** The same, or `undefined` where it is absent or 0, which exchanges write for never. */
export const wholeOrNever = (from: Members, name: string): number | undefined =>
  from[name] === undefined || from[name] === null ? undefined : whole(from, name) || undefined

/** A time like `2023-05-15T03:21:05Z`; `undefined` for the start of the epoch, which exchanges write for never. */
export const isoOrNever = (from: Members, name: string): number | undefined => {
  const value = from[name]
  if (value === undefined || value === '') return undefined
  const valid = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value)
  const time = valid ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? unexpected(name, 'a time') : time || undefined
}
