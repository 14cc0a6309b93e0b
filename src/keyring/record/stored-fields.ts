import { isInteger } from '../../errors.js'
/** Readers of untrusted JSON: each gives the value as it may be used, a separate copy, or `undefined`. */
export type Reader<T> = (value: unknown) => T | undefined

/** A field that may be absent. */
export interface MayMiss<T> {
  readonly mayMiss: Reader<T>
}

/** One reader a field, in the order the fields are written in. The compiler sees that none is forgotten. */
export type Fields<T> = {
  readonly [K in keyof T]-?: undefined extends T[K] ? MayMiss<Exclude<T[K], undefined>> : Reader<T[K]>
}

export const mayMiss = <T>(reader: Reader<T>): MayMiss<T> => ({ mayMiss: reader })

const MAX_TIME = 8.64e15

export const integer =
  (from: number, to: number = Number.MAX_SAFE_INTEGER): Reader<number> =>
  (value) =>
    isInteger(value, from, to)
      ? // -0 is written as 0.
        value + 0
      : undefined

/** Milliseconds since the epoch, within what a `Date` can hold. */
export const time: Reader<number> = integer(0, MAX_TIME)
export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? value : undefined)

export const matching =
  <T extends string = string>(pattern: RegExp): Reader<T> =>
  (value) =>
    typeof value === 'string' && pattern.test(value) ? (value as T) : undefined

export const oneOf = <T>(...values: readonly T[]): Reader<T> => {
  const known: ReadonlySet<unknown> = new Set(values)
  return (value) => (known.has(value) ? (value as T) : undefined)
}

/** Text that every database keeps as it is: no NUL, which Postgres refuses, and no half of a surrogate pair. */
export const text =
  (from: number, to: number, refused: RegExp = NUL): Reader<string> =>
  (value) =>
    typeof value === 'string' &&
    value.length >= from &&
    value.length <= to &&
    !refused.test(value) &&
    !LONE_SURROGATE.test(value)
      ? value
      : undefined

const NUL = /\0/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\0-\x1f\x7f-\x9f]/
const LONE_SURROGATE = /\p{Surrogate}/u

/** Text that stays on one line, in a log as on a page. */
export const line = (from: number, to: number): Reader<string> => text(from, to, CONTROL)

export const list =
  <T>(reader: Reader<T>, atMost: number): Reader<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value) || value.length > atMost) return undefined
    const out: T[] = []
    for (let i = 0; i < value.length; i++) {
      const one = reader(value[i])
      if (one === undefined) return undefined
      out.push(one)
    }
    return Object.freeze(out)
  }

/**
 * An object of exactly these fields. Only what is its own counts: neither a prototype nor a field called `__proto__` gives it
 * one. The copy has its fields in the order of the table, so that equal values have equal texts.
 */
export function record<T extends object>(fields: Fields<T>): Reader<T> {
  const readers = new Map(Object.entries<Reader<unknown> | MayMiss<unknown>>(fields))
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    if (Reflect.ownKeys(value).some((name) => typeof name !== 'string' || !readers.has(name))) return undefined
    const out: Record<string, unknown> = {}
    for (const [name, field] of readers) {
      const found = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined
      const read = typeof field === 'function' ? field(found) : found === undefined ? SKIP : field.mayMiss(found)
      if (read === undefined) return undefined
      if (read !== SKIP) out[name] = read
    }
    return Object.freeze(out) as T
  }
}

const SKIP = Symbol()
