import type { Mistake } from '../../../../schemes/scheme/mistakes.js'
import { isObject } from '../../../spec/json-text.js'
import { checksumAddress } from '../../../wallet/address.js'
import { float64, packedWith } from '../packed.js'
import { ofContent, type WalletState } from '../reading.js'
import { type Action, addressOf, isAddress } from './action.js'
import {
  byName,
  inner,
  isNumber,
  known,
  mappedAction,
  mappedOrder,
  NUMBERS,
  own,
  permuted,
  sorted,
  withNumbers,
} from './members.js'

const ONE = 'the SDK packs the action with "type" first and an order as a b p s r t c'

/** What goes wrong with the members of an action: their order, numbers and addresses, and those without a value. */
export const MEMBER_MISTAKES: ReadonlyArray<Mistake<WalletState<Action>>> = [
  ofContent(
    'hyperliquid-key-order',
    'order of members',
    1,
    'The action was hashed with its members in another order.',
    `Keep the order of the official SDK: ${ONE}.`,
    function* (one) {
      yield [{ ...one, action: mappedOrder(one.action, one.sent) }, 'as they stand in the body']
      yield [{ ...one, action: sorted(one.action, byName, () => true) as Action['action'] }, 'by name']
      for (const action of permuted(one.action)) yield [{ ...one, action }, `as ${Object.keys(action).join(', ')}`]
      yield [{ ...one, action: inner(one.action, byName) }, 'members of the orders by name']
      yield [
        { ...one, action: inner(one.action, (a, b) => Number(b === 'c') - Number(a === 'c') || own(a, b)) },
        '"c" first',
      ]
      yield [
        { ...one, action: inner(one.action, (a, b) => Number(a === 't') - Number(b === 't') || own(a, b)) },
        '"t" last',
      ]
      yield [
        { ...one, action: sorted(one.action, (a, b) => -own(a, b), known) as Action['action'] },
        'the other way around',
      ]
    },
  ),
  ofContent(
    'hyperliquid-number-text',
    'numbers',
    1,
    'A price or size was hashed as another text, or as a number: the exchange prints it without zeros at the end.',
    'Write prices and sizes as text without zeros at the end and without exponent: "1670.1", not "1670.10" or 1670.1.',
    function* (one) {
      const numbers = (change: (text: string) => unknown, names = NUMBERS): Action => ({
        ...one,
        action: mappedAction(one.action, (value, name) =>
          isNumber(value, name) && names.includes(name) ? change(String(value)) : value,
        ),
      })
      yield [{ ...one, action: withNumbers(one.action, one.sent) }, 'as it stands in the body']
      yield [numbers((text) => (text.includes('.') ? text : `${text}.0`)), 'with ".0" behind whole numbers']
      const counts = [1, 2, 3, 4, 5, 6, 8]
      const fixed = (count: number) => (text: string) => Number(text).toFixed(count)
      for (const count of counts) yield [numbers(fixed(count)), `with ${count} decimals`]
      const floats = (names: readonly string[]): Action => ({
        ...numbers(Number, names),
        packed: (action) =>
          packedWith(action, (value, name) =>
            names.includes(name) && typeof value === 'number' ? float64(value) : undefined,
          ),
      })
      yield [floats(NUMBERS), 'as floats']
      // A price and a size are seldom written by the same line of code.
      for (const name of NUMBERS) {
        for (const count of counts) yield [numbers(fixed(count), [name]), `"${name}" with ${count} decimals`]
        yield [floats([name]), `"${name}" as a float`]
      }
    },
  ),
  ofContent(
    'hyperliquid-address-case',
    'addresses',
    1,
    'An address was signed with upper-case letters: as text it is another one, and the exchange has it in lower case.',
    'Write addresses in lower case before the action is hashed.',
    function* (one) {
      yield [
        {
          ...one,
          action: mappedAction(one.action, (value) => (isAddress(value) ? checksumAddress(addressOf(value)) : value)),
        },
        'with the case of its checksum',
      ]
      yield [
        {
          ...one,
          action: mappedAction(one.action, (value) => (isAddress(value) ? `0x${value.slice(2).toUpperCase()}` : value)),
        },
        'in upper case',
      ]
      yield [
        { ...one, action: mappedAction(one.action, (value) => (isAddress(value) ? value.slice(2) : value)) },
        'without 0x',
      ]
    },
  ),
  ofContent(
    'hyperliquid-left-out',
    'members left out',
    1,
    'A member of the action or of its orders is sent and was not hashed: it was added behind the signature.',
    'Put "c" (cloid), "builder" and the rest into the action before it is hashed, and send that very action.',
    function* (one) {
      const { orders } = one.action
      const without = (value: unknown, name: string): unknown =>
        isObject(value) ? Object.fromEntries(Object.entries(value).filter(([each]) => each !== name)) : value
      if (Array.isArray(orders))
        for (const name of ['c', 'r'])
          if (orders.some((item) => isObject(item) && item[name] !== undefined))
            yield [
              { ...one, action: { ...one.action, orders: orders.map((item) => without(item, name)) as never } },
              `"${name}" of an order`,
            ]
      for (const name of Object.keys(one.action))
        if (name !== 'type' && name !== 'orders')
          yield [{ ...one, action: without(one.action, name) as Action['action'] }, `"${name}"`]
    },
  ),
  ofContent(
    'hyperliquid-undefined',
    'members left out',
    2,
    'Members without a value were hashed as null.',
    'Leave out what has no value ("c", "builder") before the action is packed and sent.',
    function* (one) {
      const { orders } = one.action
      if (Array.isArray(orders)) {
        const nulls = orders.map((item) => (isObject(item) && item['c'] === undefined ? { ...item, c: null } : item))
        yield [{ ...one, action: { ...one.action, orders: nulls } }, '"c" of an order']
        yield [{ ...one, action: { ...one.action, orders: nulls, builder: null } }, '"c" and "builder"']
      }
      if (one.action['builder'] === undefined) yield [{ ...one, action: { ...one.action, builder: null } }, '"builder"']
    },
  ),
]
