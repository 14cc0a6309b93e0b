/** One bare item. A Date is in seconds since 1970. */
export type Bare =
  | { readonly type: 'integer' | 'decimal' | 'date'; readonly value: number }
  | { readonly type: 'string' | 'token' | 'display'; readonly value: string }
  | { readonly type: 'binary'; readonly value: Uint8Array }
  | { readonly type: 'boolean'; readonly value: boolean }

/** Parameters in the order of the wire, duplicates kept: see {@link lastWins}. */
export type Parameters = ReadonlyArray<readonly [key: string, value: Bare]>

/** A bare item with its parameters. */
export interface Item {
  /** Says that it is one item. */
  readonly kind: 'item'
  /** Its value. */
  readonly value: Bare
  /** Its parameters, in their order. */
  readonly params: Parameters
}

/** Items in parentheses, with parameters of the list itself. */
export interface InnerList {
  /** Says that it is a list in parentheses. */
  readonly kind: 'list'
  /** What is in it. */
  readonly items: readonly Item[]
  /** Its parameters, in their order. */
  readonly params: Parameters
}

/** What a List or a Dictionary holds. */
export type Member = Item | InnerList

/** How strict a parser is where the RFC leaves a choice. */
export interface ParseOptions {
  /**
   * Refuse base64 without padding or with non-zero spare bits, which RFC 9651 4.2.7 lets a parser accept: one signature
   * would have several spellings. Default false.
   */
  readonly strictBinary?: boolean
}

/** What an ASCII character may be part of; one table look-up replaces a chain of comparisons. */
export const KEY_START = 1
export const KEY = 2
export const TOKEN_START = 4
export const TOKEN = 8
export const DIGIT = 16
/** Stands for itself in a quoted String: printable, not `"`, not `\`. */
export const PLAIN_STRING = 32
/** Stands for itself in a Display String: printable, not `"`, not `%`. */
export const PLAIN_DISPLAY = 64

/** Lower-case letters, as several alphabets begin. */
export const LOWER = 'abcdefghijklmnopqrstuvwxyz'
export const DIGITS = '0123456789'

/** Classes by character code, 0 to 127. A code outside reads `undefined`, which `&` turns into "no class". */
export const CLASS: Uint8Array = /* @__PURE__ */ classes()

function classes(): Uint8Array {
  const table = new Uint8Array(128)
  const add = (bits: number, characters: string): void => {
    for (const character of characters) {
      const code = character.charCodeAt(0)
      table[code] = (table[code] as number) | bits
    }
  }
  const letters = LOWER + LOWER.toUpperCase()
  add(KEY_START, `${LOWER}*`)
  add(KEY, `${LOWER}${DIGITS}_-.*`)
  add(TOKEN_START, `${letters}*`)
  add(TOKEN, `${letters}${DIGITS}!#$%&'*+-.^_\`|~:/`)
  add(DIGIT, DIGITS)
  for (let code = 0x20; code < 0x7f; code++) {
    if (code === 0x22) continue
    if (code !== 0x5c) table[code] = (table[code] as number) | PLAIN_STRING
    if (code !== 0x25) table[code] = (table[code] as number) | PLAIN_DISPLAY
  }
  return table
}

/** The character of an index as its code; 0 where the text has ended, which is of no class. */
export const codeAt = (text: string, at: number, end: number): number => (at < end ? text.charCodeAt(at) : 0)

/** First index at or after `at` whose character is not of the class. */
export function skipClass(text: string, from: number, end: number, bits: number): number {
  let at = from
  while (at < end && ((CLASS[text.charCodeAt(at)] as number) & bits) !== 0) at++
  return at
}

/** True for a non-empty text whose first character is of one class and whose others are of another. */
export const isWord = (text: string, first: number, rest: number): boolean =>
  typeof text === 'string' &&
  skipClass(text, 0, 1, first) === 1 &&
  skipClass(text, 1, text.length, rest) === text.length
