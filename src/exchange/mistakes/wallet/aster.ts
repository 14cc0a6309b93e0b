import { keccak256 } from '../../../crypto/backend/secp256k1.js'
import { concatBytes, hexDecode, utf8 } from '../../../crypto/encoding.js'
import { type Mistake, ofText } from '../../../schemes/scheme/mistakes.js'
import { PAIRS_MISTAKES } from '../../../schemes/scheme/pairs-mistakes.js'
import { TEXT_MISTAKES } from '../../../schemes/scheme/text-mistakes.js'
import type { Draft } from '../../spec/draft.js'
import { personalMessageBase } from '../../wallet/personal-message.js'
import type { TypedData } from '../../wallet/typed-data.js'
import { ofContent, signaturesIn, type WalletFault, type WalletReading, type WalletState } from './reading.js'
import { TYPED_MISTAKES } from './typed-mistakes.js'

/** The text that is signed, as it is sent, and the network. */
interface Message {
  readonly msg: string
  readonly chainId: number
}

const parameter = (msg: string, name: string): string => new URLSearchParams(msg).get(name) ?? ''
const without = (msg: string, ...names: readonly string[]): string =>
  msg
    .split('&')
    .filter((pair) => !names.includes(pair.replace(/=.*$/s, '')))
    .join('&')

const typed = ({ msg, chainId }: Message): TypedData => ({
  types: { Message: [{ name: 'msg', type: 'string' }] },
  primaryType: 'Message',
  domain: { name: 'AsterSignTransaction', version: '1', chainId, verifyingContract: `0x${'0'.repeat(40)}` },
  message: { msg },
})

/** A number or an address as one word of the ABI; nothing that is neither. */
function word(text: string): Uint8Array {
  const digits = text.startsWith('0x')
    ? text.slice(2).toLowerCase()
    : /^\d{1,70}$/.test(text)
      ? BigInt(text).toString(16)
      : ''
  return hexDecode(digits.padStart(64, '0')) ?? new Uint8Array(32)
}

/** What the API signed before typed data: JSON by name, user, signer and nonce in the ABI's encoding, hashed, as a message. */
function older({ msg }: Message): Uint8Array {
  const params = [...new URLSearchParams(without(msg, 'nonce', 'user', 'signer'))].sort(([a], [b]) => (a < b ? -1 : 1))
  const json = utf8(JSON.stringify(Object.fromEntries(params)).replaceAll(' ', ''))
  const padded = new Uint8Array(Math.ceil(json.length / 32) * 32)
  padded.set(json)
  const [user, signer, nonce] = ['user', 'signer', 'nonce'].map((name) => word(parameter(msg, name)))
  const encoded = concatBytes(
    ...[word('128'), user, signer, nonce, word(String(json.length)), padded].filter((one) => one !== undefined),
  )
  return personalMessageBase(keccak256(encoded))
}

const MISTAKES: ReadonlyArray<Mistake<WalletState<Message>>> = [
  ofContent(
    'aster-left-out',
    'message',
    1,
    'A parameter was left out of the signed text, or put behind it afterwards.',
    'Sign all parameters as they are sent, with user, nonce and signer among them, and put "signature" behind them.',
    function* (one) {
      for (const names of [
        ['user'],
        ['signer'],
        ['nonce'],
        ['user', 'signer'],
        ['user', 'signer', 'nonce'],
        ['nonce', 'signer'],
      ])
        yield [{ ...one, msg: without(one.msg, ...names) }, `without ${names.join(' and ')}`]
    },
  ),
  ofContent(
    'aster-order',
    'message',
    1,
    'The parameters were signed in another order than the one in which they are sent.',
    'Sign the text that is sent: nonce and signer stand at its end.',
    function* (one) {
      const own = ['nonce', 'user', 'signer']
      const rest = without(one.msg, ...own)
      const pair = (name: string): string => one.msg.split('&').find((text) => text.startsWith(`${name}=`)) ?? ''
      for (const order of [
        own,
        ['user', 'signer', 'nonce'],
        ['nonce', 'signer', 'user'],
        ['signer', 'user', 'nonce'],
        ['user', 'nonce', 'signer'],
      ])
        yield [
          { ...one, msg: [rest, ...order.map(pair)].filter((text) => text !== '').join('&') },
          `${order.join(', ')} at the end`,
        ]
    },
  ),
  {
    id: 'aster-older-recipe',
    part: 'way to sign',
    rank: 1,
    cause:
      'The request was signed as the API had it before typed data: JSON, user, signer and nonce, hashed and signed as a message.',
    fix: 'Sign the typed data "Message" with the parameters as they are sent as its "msg" (the current pages of the v3 API).',
    *apply(state) {
      yield [{ ...state, seal: (_, content) => older(content) }]
    },
  },
  ...ofText<WalletState<Message>>(
    'message',
    ({ content }) => content.msg,
    (state, msg) => ({ ...state, content: { ...state.content, msg } }),
    [...PAIRS_MISTAKES, ...TEXT_MISTAKES],
  ),
  ...(TYPED_MISTAKES as unknown as ReadonlyArray<Mistake<WalletState<Message>>>),
]

const MAIN_WALLET: WalletFault = {
  id: 'aster-signed-by-user',
  cause: 'The key of the main wallet (user) signed in place of that of the agent (signer).',
  fix: 'Sign with the private key of the API wallet whose address is sent as "signer"; the main wallet signs its approval alone.',
}

/** A request to Aster's v3 API. */
export function readAster({ query, body, sign }: Draft, testnet: boolean): WalletReading<Message> | undefined {
  const msg = without(query + body, 'signature')
  const [stated, user] = [parameter(msg, 'signer').toLowerCase(), parameter(msg, 'user').toLowerCase()]
  if (stated === '') return undefined
  return {
    content: { msg, chainId: testnet ? 714 : 1666 },
    typed,
    mistakes: MISTAKES,
    signText: sign,
    signatures: signaturesIn(sign, false),
    stated,
    others: user === '' || user === stated ? [] : [[user, MAIN_WALLET]],
  }
}
