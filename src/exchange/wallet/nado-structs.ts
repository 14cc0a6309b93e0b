import { fail } from '../../errors.js'
import { assertUnit } from './time-unit.js'
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

/**
 * Holds the times in what is about to be signed to their units. Above 2^62 the bits of an expiration say more than a time.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID`
 */
export function assertNadoTimes(signed: unknown): void {
  const { expiration, nonce } = Object(signed) as Readonly<Record<string, unknown>>
  if (String(expiration).length < 19) assertUnit('expiration', expiration, 10)
  if (/^\d{10,16}$/.test(String(nonce)))
    fail('ARGUMENT_INVALID', '"nonce" must be milliseconds since the epoch, shifted by 20 bits, got the time alone')
}
