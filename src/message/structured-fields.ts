/**
 * Structured Field Values (RFC 9651, which replaces RFC 8941), as the wire has them: an Integer is not a Decimal, order
 * is kept, and duplicate keys stay visible so that a verifier can refuse what the RFC's "last one wins" would hide.
 */

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
  readonly kind: 'item'
  readonly value: Bare
  readonly params: Parameters
}

/** Items in parentheses, with parameters of the list itself. */
export interface InnerList {
  readonly kind: 'list'
  readonly items: readonly Item[]
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

export { parseDictionary, parseItem, parseList } from './sf-parse.js'
export {
  lastWins,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
  serializeMember,
  serializeParameters,
} from './sf-serialize.js'
export { serializeBare } from './sf-serialize-bare.js'
