import { concatBytes, utf8 } from '../../../../crypto/encoding.js'
import type { Mistake } from '../../../../schemes/scheme/mistakes.js'
import { messagePack } from '../../../wallet/message-pack.js'
import { eightBytes, OTHER_PACKERS } from '../packed.js'
import { ofContent, type WalletState } from '../reading.js'
import { type Action, addressOf, bytes, isAddress, NONE, ZERO } from './action.js'

/** What goes wrong with the bytes that are hashed: the packed action, and what stands behind it. */
export const HASH_MISTAKES: ReadonlyArray<Mistake<WalletState<Action>>> = [
  ofContent(
    'hyperliquid-vault',
    'vault',
    1,
    'The vault is not hashed as the exchange does: a 00 where there is none, 01 and its 20 bytes where there is one.',
    'Behind the nonce write 00, or 01 and the 20 bytes of "vaultAddress"; the body has the same "vaultAddress".',
    function* (one) {
      const { vault } = one
      const variants: ReadonlyArray<readonly [string, Action['vaultBytes']]> = [
        ['as if there were none', () => NONE],
        ['without any mark', (value) => (value === undefined ? new Uint8Array() : addressOf(value))],
        ['with a mark of 01 alone', () => bytes(1)],
        ['as an address of zeros', () => concatBytes(bytes(1), new Uint8Array(20))],
        ['with a mark of 00', (value) => concatBytes(NONE, addressOf(value ?? ZERO))],
        ['as text', (value) => concatBytes(bytes(value === undefined ? 0 : 1), utf8(value ?? ''))],
      ]
      for (const [detail, vaultBytes] of variants) yield [{ ...one, vaultBytes }, detail]
      // Acting for a vault that the body does not name, or names in the action.
      const inside = one.sent['vaultAddress']
      if (vault === undefined && isAddress(inside)) yield [{ ...one, vault: inside }, 'with that of the action']
    },
  ),
  ofContent(
    'hyperliquid-expiry',
    'end',
    1,
    'The end (expiresAfter) is not hashed as the exchange does: 00 and eight bytes where it is given, nothing where it is not.',
    'Behind the vault write 00 and "expiresAfter" in eight bytes, most significant first; nothing without one.',
    function* (one) {
      const at = (mark: Uint8Array) => (expires: number | undefined) =>
        expires === undefined ? mark : concatBytes(mark, eightBytes(expires))
      const variants: ReadonlyArray<readonly [string, Action['expiresBytes']]> = [
        ['with a mark of 01', at(bytes(1))],
        ['without a mark', at(new Uint8Array())],
        ['left out', () => new Uint8Array()],
        ['a 00 for none', at(NONE)],
        ['in seconds', (expires) => (expires === undefined ? new Uint8Array() : at(NONE)(Math.floor(expires / 1000)))],
      ]
      for (const [detail, expiresBytes] of variants) yield [{ ...one, expiresBytes }, detail]
    },
  ),
  ofContent(
    'hyperliquid-nonce',
    'nonce',
    1,
    'Another nonce was hashed than the one that was sent.',
    'Take the time in milliseconds once, hash it as eight bytes, most significant first, and send the same number.',
    function* (one) {
      yield [{ ...one, nonce: Math.floor(one.nonce / 1000) }, 'in seconds']
      yield [{ ...one, nonce: one.nonce * 1000 }, 'in microseconds']
      yield [{ ...one, nonceBytes: (nonce) => eightBytes(nonce, true) }, 'with the last byte first']
      yield [{ ...one, nonceBytes: (nonce) => messagePack(nonce, 'nonce') }, 'as MessagePack']
      yield [{ ...one, nonceBytes: (nonce) => utf8(String(nonce)) }, 'as text']
      yield [{ ...one, nonceBytes: () => new Uint8Array() }, 'none']
      for (let away = 1; away <= 20; away++)
        for (const nonce of [one.nonce - away, one.nonce + away])
          yield [{ ...one, nonce }, `taken ${away} ms ${nonce < one.nonce ? 'earlier' : 'later'}`]
    },
  ),
  ofContent(
    'hyperliquid-pack',
    'packing',
    1,
    'The action was packed otherwise: integers stand in MessagePack in the smallest form, those of 2^32 and more in 64 bits, never as floats.',
    'Use a MessagePack library that writes integers in their smallest form, and no JSON.',
    function* (one) {
      for (const [detail, packed] of OTHER_PACKERS) yield [{ ...one, packed }, detail]
    },
  ),
  ofContent(
    'hyperliquid-whole-body',
    'packing',
    2,
    'More than the action was packed.',
    'Pack "action" alone; nonce, vault and end follow as bytes.',
    function* (one) {
      yield [{ ...one, packed: (action) => messagePack({ action, nonce: one.nonce }, 'action') }, 'action and nonce']
      yield [{ ...one, packed: (action) => messagePack({ action }, 'action') }, '{ action }']
    },
  ),
]
