import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { hex } from '../../../src/crypto/encoding.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { USER_SIGNED } from '../../../src/exchange/families/hyperliquid-actions.js'
import { signatureOfMembers } from '../../../src/exchange/families/wallet-signature.js'
import { type SignHyperliquidActionOptions, signHyperliquidAction } from '../../../src/exchange/orders/hyperliquid.js'
import {
  remoteWalletKey,
  solanaKey,
  type TypedData,
  typedDataBase,
  walletKey,
} from '../../../src/exchange/wallet/index.js'
import { withCode } from '../../expect-code.js'

type Action = SignHyperliquidActionOptions['action']

const { privateKey, signatures } = JSON.parse(
  readFileSync(new URL('../../vectors/wallet/hyperliquid.json', import.meta.url), 'utf8'),
) as {
  readonly privateKey: string
  readonly signatures: ReadonlyArray<{
    readonly name: string
    readonly testnet?: true
    readonly action: Action
    readonly nonce: number
    readonly vaultAddress?: string
    readonly expiresAfter?: number
    readonly signature: object
  }>
}
const key = walletKey({ privateKey })
const NONCE = 1_700_000_000_123
/** viem 2.57.20: the approval of the key's address as an agent with an empty name. */
const UNNAMED =
  '0x1913ecc7bb026d42d2deea484adab439bb7646ef0c0a6324b42e6fdfda4edb02352a726f6de2efc739c78d8e43ea0699d2682460c9bb2b54d6f1fdbca211a57b1b'
const vaultAddress = `0x${'1'.repeat(40)}`
const expiresAfter = NONCE + 5_000
const scheduleCancel = { type: 'scheduleCancel', time: NONCE }

/** One value for each type of a member. */
const VALUES: Readonly<Record<string, unknown>> = {
  string: 'text "quoted" ä',
  address: `0x${'ab'.repeat(20)}`,
  bool: true,
  uint64: 2n ** 63n,
  uint32: 8453,
  bytes: '0xabcd',
}
const ADDED = ['hyperliquidChain', 'time', 'nonce']
const USER: readonly Action[] = Object.entries(USER_SIGNED).map(([type, { fields }]) => ({
  type,
  ...Object.fromEntries(
    fields.filter(({ name }) => !ADDED.includes(name)).map((field) => [field.name, VALUES[field.type]]),
  ),
}))
const WHOLE: readonly Action[] = [
  ...signatures.filter(({ action }) => action['signatureChainId'] === undefined).map(({ action }) => action),
  { type: 'noop', list: [[], {}, null, -1, 2n ** 64n - 1n, 0, -0], nested: { text: 'ä "', left: undefined } },
  { type: 'usdSend', destination: vaultAddress, amount: '1', left: undefined },
  { type: 'order', orders: [{ a: 1, b: true, p: '1670.1', s: '0.0147', r: false, t: { limit: { tif: 'Ioc' } } }] },
]

/** What the exchange's signer makes of the same. */
function through({ key: by, nonce, vaultAddress: vault, environment, ...json }: SignHyperliquidActionOptions): unknown {
  const exchange = hyperliquid({ key: by, vaultAddress: vault, ...(environment === 'testnet' && { environment }) })
  const at = { nonces: { next: () => String(nonce) } }
  return exchange.sign({ method: 'POST', path: '/exchange', json }, at)
}

describe('signHyperliquidAction', () => {
  test.each(signatures)('$name, as the official SDK signs it', ({ name: _, testnet, signature, ...call }) => {
    const { body } = signHyperliquidAction({ ...call, key, environment: testnet ? 'testnet' : 'live' })
    const { signature: made, ...rest } = JSON.parse(body)
    expect(rest).toEqual(call)
    expect(signatureOfMembers(made)).toBe(signatureOfMembers(signature))
  })

  test.each([...WHOLE, ...USER].map((action) => [action['type'], action] as const))(
    'the request of %s is the one that the exchange’s signer makes, to the byte',
    (type, action) => {
      const own = Object.hasOwn(USER_SIGNED, type as string)
      for (const environment of ['live', 'testnet', undefined] as const)
        for (const more of own ? [{}] : [{}, { vaultAddress }, { expiresAfter }, { vaultAddress, expiresAfter }]) {
          const options = { action, key, nonce: NONCE, environment, ...more }
          expect(signHyperliquidAction(options)).toEqual(through(options))
        }
    },
  )

  test('a key that answers later is one of the same request, whatever becomes of the action meanwhile', async () => {
    const shown: TypedData[] = []
    const remote = remoteWalletKey({
      address: key.address,
      // As a wallet does it, from the data alone.
      signTypedData: async (typed) => {
        shown.push(typed)
        return `0x${hex(key.sign(typedDataBase(typed)))}`
      },
    })
    const action: Record<string, unknown> = { ...scheduleCancel }
    const pending = signHyperliquidAction({ action, key: remote, nonce: NONCE })
    action['time'] = 1
    expect(pending).toBeInstanceOf(Promise)
    expect(await pending).toEqual(through({ action: scheduleCancel, key, nonce: NONCE }))
    const send = { type: 'usdSend', destination: vaultAddress, amount: '1' }
    const sent = await signHyperliquidAction({ action: send, key: remote, nonce: NONCE })
    expect(sent).toEqual(through({ action: send, key, nonce: NONCE }))
    // What the wallet shows to its owner.
    expect(shown.map(({ primaryType, domain }) => [primaryType, domain.chainId])).toEqual([
      ['Agent', 1337],
      ['HyperliquidTransaction:UsdSend', '0x66eee'],
    ])
    expect(shown[1]?.message).toEqual({
      hyperliquidChain: 'Mainnet',
      destination: vaultAddress,
      amount: '1',
      time: NONCE,
    })
  })

  const agentAddress = key.address.toLowerCase()
  test('the agent without a name is approved without one or with null, as the SDKs have it, and signed as an empty one', () => {
    const made = [{}, { agentName: null }, { agentName: undefined }, { agentName: '' }].map((over) => {
      const options = { action: { type: 'approveAgent', agentAddress, ...over }, key, nonce: NONCE }
      const request = signHyperliquidAction(options)
      expect(request).toEqual(through(options))
      const { action, signature } = JSON.parse(request.body)
      expect(action.agentName).toBe(over.agentName)
      return signature
    })
    for (const signature of made) expect(signatureOfMembers(signature)).toBe(UNNAMED)
  })

  test('an address that is signed as one may have its checksum, as the official SDK sends it', () => {
    const sign = (address: string) =>
      JSON.parse(
        signHyperliquidAction({
          action: { type: 'approveAgent', agentAddress: address, agentName: 'a' },
          key,
          nonce: NONCE,
        }).body,
      )
    expect(sign(key.address).action.agentAddress).toBe(key.address)
    expect(sign(key.address).signature).toEqual(sign(agentAddress).signature)
  })

  const needed = { action: scheduleCancel, key, nonce: NONCE }
  test.each<[name: string, over: object, message: string]>([
    ['an environment by another name', { testnet: true }, 'did you mean environment: "testnet"?'],
    [
      'a misspelt environment',
      { environment: 'testnett' },
      '"environment" must be "live" or "testnet", got "testnett"',
    ],
    [
      'an environment that is no text',
      { environment: true },
      '"environment" must be "live" or "testnet", got a boolean',
    ],
    ['a misspelt vault', { vaultAdress: vaultAddress }, 'did you mean "vaultAddress"?'],
    ['an option of the signer', { nonces: {} }, 'did you mean "nonce"?'],
    ['no action', { action: undefined }, '"action" must be an object, got nothing'],
    ['an action that is text', { action: 'order' }, '"action" must be an object, got a string'],
    ['an action without a type', { action: { orders: [] } }, '"action.type" must be text, got nothing'],
    ['no key', { key: undefined }, '"key" must be the key of an account, from walletKey()'],
    ['a key as text', { key: privateKey }, '"key" must be the key of an account, from walletKey(), got a string'],
    ['a key of another kind', { key: solanaKey({ privateKey: new Uint8Array(32) }) }, 'got a key of "ed25519"'],
    ['no nonce', { nonce: undefined }, '"nonce" must be milliseconds since the epoch'],
    ['a nonce as text', { nonce: String(NONCE) }, '"nonce" must be milliseconds since the epoch'],
    ['a nonce below zero', { nonce: -1 }, '"nonce" must be milliseconds since the epoch, got -1'],
    ['an end that is a fraction', { expiresAfter: NONCE + 0.5 }, '"expiresAfter" must be milliseconds since the epoch'],
    ['an end below zero', { expiresAfter: -1 }, '"expiresAfter" must be milliseconds since the epoch'],
    ['a vault that is none', { vaultAddress: '' }, '"vaultAddress" must be an address'],
    ['a vault that is null', { vaultAddress: null }, '"vaultAddress" must be an address'],
    [
      'zeros behind a price',
      { action: { type: 'order', orders: [{ p: '1.0' }] } },
      '"action.orders[0].p" must be a number as text',
    ],
    ['a price that is a number', { action: { type: 'order', orders: [{ p: 1 }] } }, 'must be a number as text'],
    ['a date', { action: { type: 'noop', time: new Date(0) } }, '"action.time" must be something that JSON can say'],
    ['a hole in a list', { action: { type: 'noop', list: [undefined] } }, '"action.list[0]"'],
    [
      'a member that a transfer does not sign',
      { action: { type: 'usdSend', destination: vaultAddress, amout: '1' } },
      '"action" must have no member "amout", which usdSend does not sign: did you mean "amount"?',
    ],
    [
      'a transfer for a vault',
      { action: { type: 'usdSend', destination: vaultAddress, amount: '1' }, vaultAddress },
      '"vaultAddress" must not stand beside a usdSend',
    ],
    [
      'a transfer on the other network',
      { action: { type: 'usdSend', destination: vaultAddress, amount: '1', hyperliquidChain: 'Testnet' } },
      '"action.hyperliquidChain" must be "Mainnet" here',
    ],
    [
      'a transfer of another time',
      { action: { type: 'usdSend', destination: vaultAddress, amount: '1', time: 5 } },
      'must be the nonce of the request',
    ],
    [
      'a destination with a checksum, which would be signed as other text',
      { action: { type: 'usdSend', destination: key.address, amount: '1' } },
      '"action.destination" must be an address in lower case',
    ],
    [
      'an agent’s address whose checksum is wrong',
      { action: { type: 'approveAgent', agentAddress: `0x${'aB'.repeat(20)}` } },
      '"action.agentAddress" must be an address whose checksum is right',
    ],
    [
      'bytes that are no text',
      { action: { ...USER.find(({ type }) => type === 'sendToEvmWithData'), data: new Uint8Array(2) } },
      '"action.data" must be hexadecimal with 0x',
    ],
    [
      'an action of several signers, which the exchange’s signer sends',
      { action: { type: 'multiSig', signatureChainId: '0x66eee', signatures: [], payload: {} } },
      '"action.type" must be one that is signed member by member here, got "multiSig"',
    ],
    [
      'one of them without its network',
      { action: { type: 'multiSig', signatures: [], payload: {} } },
      '"action.type" must be one that is signed member by member here, got "multiSig"',
    ],
  ])('refuses %s, by name', (_, over, message) => {
    expect(() => signHyperliquidAction({ ...needed, ...over })).toThrow(withCode('ARGUMENT_INVALID', message))
  })
})
