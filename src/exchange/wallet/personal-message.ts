import { concatBytes, utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { wellFormed } from './well-formed.js'
import { wrong } from './wrong-value.js'

/**
 * What a wallet signs for a text: EIP-191 version `0x45`, the prefix with the length in bytes before it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for anything but text or bytes.
 * @see {@link https://eips.ethereum.org/EIPS/eip-191 | EIP-191}
 * @example
 * ```ts
 * import { personalMessageBase, walletKey } from 'countersign/exchange/wallet'
 *
 * declare const privateKey: string
 * const signature = walletKey({ privateKey }).sign(personalMessageBase('hello'))
 * ```
 */
export function personalMessageBase(message: Bytes): Uint8Array {
  if (typeof message !== 'string' && !((message as unknown) instanceof Uint8Array))
    wrong('message', 'text or bytes', message)
  const bytes = typeof message === 'string' ? utf8(wellFormed(message, 'message')) : message
  return concatBytes(utf8(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes)
}
