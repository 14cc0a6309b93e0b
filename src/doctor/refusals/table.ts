import { defined } from '../../support/defined.js'
import type { Kind } from './kinds.js'

/** The refusals of one service. */
export interface Refusals {
  /** Where they are listed or reported. */
  readonly source: string
  /** By kind: codes, which are the whole value of a member of the answer that holds one. */
  readonly codes?: Readonly<Partial<Record<Kind, string>>>
  /** Words of the answer, tested in this order and before codes, where one code means several things. */
  readonly texts?: ReadonlyArray<readonly [pattern: RegExp, kind: Kind]>
}

/** The list of codes in a row. */
export const codesIn = (row: string): readonly string[] => row.split(' ')

/** A row from what one page says. */
export const row = (source: string, codes: Refusals['codes'], ...texts: NonNullable<Refusals['texts']>): Refusals =>
  defined({
    source,
    codes,
    ...(texts.length > 0 && { texts }),
  })

/** The tables of ccxt, which name the class of each code and quote the answers. */
export const ccxt = (id: string): string => `https://github.com/ccxt/ccxt/blob/v4.5.84/ts/src/${id}.ts`
