import type { Draft } from '../spec/draft.js'
import { assertNotBoth } from '../spec/one-place.js'
import { assertUnit } from '../wallet/time-unit.js'
import { typedDataBase } from '../wallet/typed-data.js'

const MESSAGE = [{ name: 'msg', type: 'string' }] as const

/** What an agent's key signs. The chain's number is the exchange's own: 1666, and 714 on its test network. */
export const asterBase = (draft: Draft): Uint8Array => {
  assertNotBoth(draft)
  if (draft.sign === '') assertUnit('nonce', draft.nonce, 16)
  return typedDataBase({
    types: { Message: MESSAGE },
    primaryType: 'Message',
    domain: {
      name: 'AsterSignTransaction',
      version: '1',
      chainId: draft.options['chain'] === 'testnet' ? 714 : 1666,
      verifyingContract: `0x${'0'.repeat(40)}`,
    },
    message: { msg: draft.query + draft.body },
  })
}

/** The main wallet, where one is given. */
export const userOf = ({ options }: Draft): string => (typeof options['user'] === 'string' ? options['user'] : '')

/** Some clients print the address with the case of its checksum, and some the signature without 0x. */
export function readAster(draft: Draft): void {
  draft.key = draft.key.toLowerCase()
  if (/^[0-9a-f]{130}$/.test(draft.sign)) draft.sign = `0x${draft.sign}`
}
