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
