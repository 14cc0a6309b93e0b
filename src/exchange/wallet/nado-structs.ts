import type { TypedDataField } from './typed-data.js'

/** The members of a struct, the sender first. */
export const struct = (text: string): readonly TypedDataField[] =>
  `bytes32 sender,${text}`.split(',').map((one) => {
    const [type = '', name = ''] = one.split(' ')
    return { name, type }
  })
export const NONCE: string = 'uint64 nonce'

/** The name of a struct and its members. */
export type Row = readonly [primaryType: string, fields: readonly TypedDataField[]]

/** The struct of an order. */
export const NADO_ORDER: Row = [
  'Order',
  struct(`int128 priceX18,int128 amount,uint64 expiration,${NONCE},uint128 appendix`),
]
