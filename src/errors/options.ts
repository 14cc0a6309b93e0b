import { type ErrorCode, fail } from './error.js'

/** What the value of an option must be, in one look, and in the words after "must be". */
export type OptionKind = readonly [fits: (value: unknown) => boolean, says: string]

/** An {@link OptionKind} of what may not be left out. */
export type NeededKind = readonly [kind: OptionKind, needed: 2]

/** A table of options by name: with their kind, or a number where a value is checked elsewhere, 2 if one is needed. */
export type KnownOptions = Readonly<Record<string, 1 | 2 | OptionKind | NeededKind>>

/**
 * One row for every option of `T`: TypeScript refuses a table that lacks a name, has one too many, or does not mark what
 * may not be left out. Of two options of which one is needed both are marked.
 */
export type OptionNames<T> = {
  readonly [K in keyof Required<T> & string]: object extends Pick<T, K>
    ? 1 | 2 | OptionKind | NeededKind
    : 2 | NeededKind
}

/** Longest name that is repeated in a message; what is longer is not an option but data. */
const MAX_NAME = 64

/**
 * Refuses an options object that holds an unknown name: a misspelt option must not be ignored.
 *
 * @param where What the caller called, such as `strictPolicy`.
 * @param options The object as it was passed; `undefined` stands for none, and is refused where one of them is needed.
 * @param known The names that are read, and of what kind their values are; an option that is `undefined` is left out.
 * @param hints What to write instead of a name that is not a spelling mistake: `{ testnet: 'environment: "testnet"' }`.
 * @throws {CountersignError} `CONFIG_INVALID` (or `code`) with the unknown name and the nearest known one, never a value.
 */
export function assertOptions(
  where: string,
  options: unknown,
  known: KnownOptions,
  hints: Readonly<Record<string, string | undefined>> = {},
  code: ErrorCode = 'CONFIG_INVALID',
): void {
  if (!isMembers(options)) {
    if (options === undefined && !neededOf(known)[0]) return
    refuseOptions(where, options, known, code)
  }
  for (const name of Object.keys(options)) {
    const kind = own(known, name)
    if (!kind) {
      const names = Object.keys(known)
      const near = own(hints, name) ?? nearest(name, names)
      const meant = near ? `did you mean ${/\W/.test(near) ? near : `"${near}"`}?` : `known: ${names.join(', ')}`
      fail(code, `${where}: unknown option ${JSON.stringify(name.slice(0, MAX_NAME))}; ${meant}`)
    }
    const value = options[name]
    if (typeof kind === 'object' && value !== undefined) {
      const [fits, says] = kind.flat() as unknown as OptionKind
      mustBe(fits(value), name, says, value, code)
    }
  }
}

/** The kind in a row that has one: a mark stands beside it, around it is another list. */
export const kindIn = (row: OptionKind | NeededKind): OptionKind => row.flat() as unknown as OptionKind

/** Refuses what is no object of options, with the names of those that may not be left out. */
export const refuseOptions: (where: string, options: unknown, known: KnownOptions, code?: ErrorCode) => never = (
  where,
  options,
  known,
  code = 'CONFIG_INVALID',
) => fail(code, `${where} needs options: { ${neededOf(known).join(', ') || '…'} }, got ${kindOf(options)}`)

/** The names of the options that may not be left out. */
export const neededOf = <N extends string>(known: Readonly<Record<N, KnownOptions[string]>>): readonly N[] =>
  (Object.keys(known) as N[]).filter((name) => ((known[name] as NeededKind)[1] ?? known[name]) === 2)

/** Refuses options among which one is missing that may not be left out, by name. */
export function assertNeeded<T extends object>(
  where: string,
  options: T,
  known: OptionNames<T>,
  code: ErrorCode = 'CONFIG_INVALID',
): void {
  for (const name of neededOf(known)) {
    const row: KnownOptions[string] = known[name]
    const says = typeof row === 'number' ? 'given' : (kindIn(row)[1] as string)
    mustBe(options[name] !== undefined, name, says, options[name], code, `${where}: `)
  }
}

/** A member of an object's own: a table written as a literal also inherits some. */
const own = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined

/** An object whose members are read; a promise has none, and a list has no names. */
export const isMembers = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Promise)

/**
 * Refuses an option that is not true or false: `'no'` and `'false'` of an environment variable would be true.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, for anything but a boolean or `undefined`.
 */
export function assertFlag(name: string, value: unknown, where = ''): void {
  mustBe(value === undefined || typeof value === 'boolean', name, 'true or false', value, 'CONFIG_INVALID', where)
}

/** True for a safe integer of a range; what was given as text is none. */
export const isInteger = (value: unknown, from: number, to: number = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to

// A bundler numbers classes of one name: the Request that `@hono/node-server` puts in place is called `Request$1`.
const CLASS_NAME = /^(?!Object\b)[A-Z]\w{0,40}/

/**
 * What a value is, in words that are safe to print: never the value itself, which may be a secret.
 */
export const kindOf = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  let noun: string = Array.isArray(value) ? 'array' : typeof value
  if (noun === 'object') {
    try {
      const { keyId, sign, verify, constructor: maker } = value as Readonly<Record<string, unknown>>
      noun = CLASS_NAME.exec((maker as { name: string } | undefined)?.name as string)?.[0] ?? noun
      if (typeof keyId === 'string' && typeof (sign ?? verify) === 'function')
        noun = `${sign ? 'sign' : 'verify'}ing key`
    } catch {
      // A proxy may throw whatever it likes at any question.
    }
  }
  return `a${/^[aeio]/i.test(noun) ? 'n' : ''} ${noun}${noun === 'Promise' ? ' (is an await missing?)' : ''}`
}

/** Names as a sentence has them: `a, b or c`. */
export const alternatives = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`

/** How the words begin of what is a number: where text is meant, a number may be a secret that lost its quotes. */
const NUMERIC = /^(an integer|a number|milli|days)/

/**
 * Refuses what an option must not be, by its name. A number is shown where a number is meant; of anything else its kind is.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, or `code`: `"name" must be Y, got Z`, after `where`.
 */
export function mustBe(
  fits: boolean,
  name: string,
  says: string,
  value: unknown,
  code: ErrorCode = 'CONFIG_INVALID',
  where = '',
): asserts fits {
  if (fits) return
  const got = typeof value === 'number' && NUMERIC.test(says) ? value : kindOf(value)
  fail(code, `${where}"${name}" must be ${says}, got ${got}`)
}

/**
 * Refuses an option that is not an integer of a range, also one that is given as text.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, or `code`.
 */
export function assertInteger(
  name: string,
  value: unknown,
  from: number,
  to: number = Number.MAX_SAFE_INTEGER,
  where = '',
  code: ErrorCode = 'CONFIG_INVALID',
): asserts value is number {
  mustBe(isInteger(value, from, to), name, integerRange(from, to), value, code, where)
}

/** A range of integers in words. */
export const integerRange = (from: number, to: number): string =>
  `an integer from ${from}${to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`}`

/** {@link kindOf} for a text that must be another one. */
export const textKind = (value: unknown): string =>
  typeof value === 'string' && value !== '' ? 'another text' : kindOf(value)

/** {@link kindOf} for what should be a URL and is none, which is never repeated: it may hold a password. */
export const urlKind = (value: unknown): string =>
  typeof value !== 'string' || value === ''
    ? kindOf(value)
    : /^[a-z][a-z+.-]*:\/\//i.test(value)
      ? 'another URL'
      : 'a text without http:// or https:// at its start'

/** How far behind the letter before a letter is looked for: a mistake moves it by one or two. */
const REACH = 3

/**
 * The known name that was probably meant: one that begins alike, or the one in which most letters come again in their order, with
 * at most a third of them wrong, left out or added.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const asked = name.slice(0, MAX_NAME).toLowerCase()
  let best: string | undefined
  let least = Math.max(3, asked.length / 3 + 1)
  for (const one of known) {
    const other = one.toLowerCase()
    let at = 0
    // `maxAge` for `maxAgeMs`: a beginning is near, and the longest one is nearest.
    const begins = asked.length > 2 && other.length > 2 && (other.startsWith(asked) || asked.startsWith(other))
    let changes = begins ? 1 : Math.max(asked.length, other.length)
    for (const letter of asked) {
      const found = other.indexOf(letter, at)
      if (found < 0 || found >= at + REACH) continue
      at = found + 1
      changes--
    }
    if (changes < least) {
      least = changes
      best = one
    }
  }
  return best
}
