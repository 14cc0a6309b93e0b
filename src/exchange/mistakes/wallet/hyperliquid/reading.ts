import { concatBytes } from '../../../../crypto/encoding.js'
import type { Mistake } from '../../../../schemes/scheme/mistakes.js'
import type { Draft } from '../../../spec/draft.js'
import { isObject, readExactJson } from '../../../spec/json-text.js'
import { messagePack } from '../../../wallet/message-pack.js'
import { eightBytes } from '../packed.js'
import { signaturesIn, type WalletReading, type WalletState } from '../reading.js'
import { TYPED_MISTAKES } from '../typed-mistakes.js'
import { type Action, addressOf, bytes, isAddress, NONE, typed } from './action.js'
import { FORM_MISTAKES } from './form-mistakes.js'
import { HASH_MISTAKES } from './hash-mistakes.js'
import { MEMBER_MISTAKES } from './member-mistakes.js'
import { canonical } from './members.js'

const MISTAKES: ReadonlyArray<Mistake<WalletState<Action>>> = [
  ...MEMBER_MISTAKES,
  ...FORM_MISTAKES,
  ...HASH_MISTAKES,
  ...(TYPED_MISTAKES as unknown as ReadonlyArray<Mistake<WalletState<Action>>>),
]

/** A request to Hyperliquid, or a message of its socket. */
export function readHyperliquid({ body }: Draft, testnet: boolean): WalletReading<Action> | undefined {
  let whole: unknown
  try {
    whole = readExactJson(body)
  } catch {
    return undefined
  }
  const inner = isObject(whole) && isObject(whole['request']) ? whole['request']['payload'] : whole
  if (!isObject(inner) || !isObject(inner['action'])) return undefined
  const { action, nonce, vaultAddress, expiresAfter, signature } = inner
  const chain = testnet ? 'Testnet' : 'Mainnet'
  return {
    content: {
      action: canonical(action),
      sent: action,
      nonce: Math.trunc(Number(nonce)) || 0,
      vault: isAddress(vaultAddress) ? vaultAddress.toLowerCase() : undefined,
      expires: Number.isSafeInteger(expiresAfter) ? (expiresAfter as number) : undefined,
      chain,
      source: testnet ? 'b' : 'a',
      packed: (one) => messagePack(one, 'action'),
      nonceBytes: (one) => eightBytes(one),
      vaultBytes: (one) => (one === undefined ? NONE : concatBytes(bytes(1), addressOf(one))),
      expiresBytes: (one) => (one === undefined ? new Uint8Array() : concatBytes(NONE, eightBytes(one))),
    },
    typed,
    mistakes: MISTAKES,
    signText: JSON.stringify(signature ?? ''),
    signatures: signaturesIn(signature, true),
  }
}
