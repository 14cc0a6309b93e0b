import { describe, expect, test } from 'vitest'
import { base64, base64Decode, utf8 } from '../../../src/crypto/encoding.js'
import { dydx } from '../../../src/exchange/catalogue/dydx.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { dydxMessages } from '../../../src/exchange/orders/dydx.js'
import { cosmosKey, walletKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { createVerifier, memoryReplayStore, staticKeys, tradingPolicy } from '../../../src/server/index.js'
import { errorOf, verdictCode, withCode } from '../../expect-code.js'

const NOW = 1_700_000_000_123
const at = { nonces: { next: () => String(NOW) } }
const key = cosmosKey({ privateKey: '01'.repeat(32) })
const other = cosmosKey({ privateKey: '02'.repeat(32) })
const signer = dydx({ key, accountNumber: 5 })
const cancelOf = (owner: string) => ({
  '@type': '/dydxprotocol.clob.MsgCancelOrder',
  order_id: { subaccount_id: { owner, number: 0 }, client_id: 7, order_flags: 0, clob_pair_id: 1 },
  good_til_block: 1000,
})
const cancel = cancelOf(key.address)
const sign = (json: object, by = signer): string =>
  (by.sign({ method: 'POST', path: '/', json }, at) as { body: string }).body
const body = sign({ messages: [cancel] })
const txOf = (text: string): string => JSON.parse(text).params.tx
const received = (text: string) =>
  httpRequest({
    method: 'POST',
    url: 'https://dydx-ops-rpc.kingnodes.com/',
    headers: { 'content-type': 'application/json' },
    body: utf8(text),
  })
const verify = (text: string, exchange = dydx({ accountNumber: 5 }), keys = [key], now = NOW) =>
  createVerifier({
    schemes: [exchangeVerifier(exchange)],
    keys: staticKeys(keys.map(({ verifyingKey }) => ({ key: verifyingKey }))),
    policy: tradingPolicy({ authorities: ['dydx-ops-rpc.kingnodes.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => now },
  }).verify(received(text))

describe('a transaction', () => {
  test('verifies for its account, on its chain, and no other', async () => {
    expect(await verify(body)).toMatchObject({ ok: true })
    expect(
      await verify(body, dydx({ accountNumber: (address) => (address === key.address ? 5 : undefined) })),
    ).toMatchObject({ ok: true })
    expect(verdictCode(await verify(body, dydx({ accountNumber: 6 })))).toBe('SIGNATURE_INVALID')
    expect(verdictCode(await verify(body, dydx({ accountNumber: 5, environment: 'testnet' })))).toBe(
      'SIGNATURE_INVALID',
    )
    expect(verdictCode(await verify(body, dydx({ accountNumber: 5 }), [other]))).toBe('KEY_UNKNOWN')
    expect(verdictCode(await verify(body, dydx({ accountNumber: 5 }), [key], NOW + 600_000))).toBe('TIMESTAMP_EXPIRED')
  })

  test('of a permissioned key states the authenticators that it is for', async () => {
    const agent = dydx({ key: other, accountNumber: 5, authenticators: [3] })
    const permitted = (account: string, publicKey: string) =>
      account === key.address && publicKey === other.publicKey ? [2, 3] : undefined
    const bodyOfAgent = sign({ messages: [cancel] }, agent)
    const verifier = dydx({ accountNumber: 5, authenticators: permitted })
    expect(await verify(bodyOfAgent, verifier, [other])).toMatchObject({ ok: true })
    // A known key that claims to be a permissioned one: of an account that never permitted it, or with another id.
    const third = cosmosKey({ privateKey: '03'.repeat(32) })
    for (const [by, ids] of [
      [third, [3]],
      [other, [4]],
      [other, [3, 4]],
    ] as const) {
      const forged = sign({ messages: [cancel] }, dydx({ key: by, accountNumber: 5, authenticators: ids }))
      expect(verdictCode(await verify(forged, verifier, [other, third]))).toBe('KEY_UNKNOWN')
    }
    for (const authenticators of [undefined, [3], () => undefined, () => '3' as never])
      expect(verdictCode(await verify(bodyOfAgent, dydx({ accountNumber: 5, authenticators }), [other]))).toBe(
        'KEY_UNKNOWN',
      )
    expect(errorOf(() => sign({ messages: [cancel] }, dydx({ key: other, accountNumber: 5 }))).message).toContain(
      'state "authenticators"',
    )
  })

  test.each([
    ['another id', (text: string) => text.replace('"id":1', '"id":2')],
    ['another member', (text: string) => text.replace('"id":1', '"id":1,"more":1')],
    ['another parameter', (text: string) => text.replace('"params":{', '"params":{"height":"1",')],
    ['base64 of another spelling', (text: string) => text.replace('"tx":"', '"tx":" ')],
    ['no transaction', (text: string) => text.replace(txOf(text), base64(utf8('transaction')))],
    [
      'a second signature',
      (text: string) => {
        const bytes = base64Decode(txOf(text)) as Uint8Array
        return text.replace(txOf(text), base64(new Uint8Array([...bytes, ...bytes.subarray(-66)])))
      },
    ],
    [
      'bytes behind it',
      (text: string) => {
        const bytes = base64Decode(txOf(text)) as Uint8Array
        return text.replace(txOf(text), base64(new Uint8Array([...bytes, 0x22, 0])))
      },
    ],
  ])('with %s is refused as malformed', (_, change) => {
    const changed = change(body)
    expect(changed).not.toBe(body)
    expect(() => exchangeVerifier(dydx({ accountNumber: 5 })).parse(received(changed))).toThrow(
      withCode('AUTH_MALFORMED'),
    )
  })

  test('is no matter of this scheme where the body is another one', () => {
    for (const text of ['', '{}', '{"method":"status"}', 'broadcast_tx_sync', '{"a":"broadcast_tx_sync"}'])
      expect(exchangeVerifier(dydx({ accountNumber: 5 })).parse(received(text))).toEqual([])
  })
})

describe('what cannot be meant is refused while it is signed', () => {
  test.each([
    [{ message: [cancel] }, 'did you mean "messages"?'],
    [{ messages: [] }, '"messages" must be a list of 1 to 16'],
    [{ messages: [{ ...cancel, '@type': 'MsgCancelOrder' }] }, '"messages[0].@type" must be a type'],
    [
      { messages: [{ ...cancel, '@type': '/dydxprotocol.clob.MsgCancelOrders' }] },
      'did you mean "/dydxprotocol.clob.MsgCancelOrder"?',
    ],
    [{ messages: [{ ...cancel, good_til_blok: 1 }] }, 'did you mean "good_til_block"?'],
    [{ messages: [cancel, cancelOf(other.address)] }, 'must each be of the one account'],
    [{ messages: [cancelOf(other.address)] }, `must be of the key's own account ${key.address}`],
    [{ messages: [cancel], memo: 'm'.repeat(257) }, '"memo" must be at most 256'],
    [{ messages: [cancel], fee: { gas: '1' } }, '"body.fee" must have no member "gas"'],
  ])('the request %j is refused', (json, text) => {
    expect(() => sign(json)).toThrow(text)
  })

  test('an account without its number, ids that are none, another key, a misspelt environment', () => {
    expect(() => sign({ messages: [cancel] }, dydx({ key }))).toThrow('"accountNumber" must be')
    expect(() => sign({ messages: [cancel] }, dydx({ key, accountNumber: 5, authenticators: ['3'] as never }))).toThrow(
      '"authenticators" must be',
    )
    expect(() => dydx({ key: walletKey({ privateKey: '01'.repeat(32) }), accountNumber: 5 })).toThrow('cosmosKey()')
    expect(() => dydx({ key, accountNumber: 5, environment: 'testnt' as never })).toThrow('"testnet"')
    expect(() => dydx({ key, acountNumber: 5 } as never)).toThrow('did you mean "accountNumber"?')
  })
})

describe('a verifier', () => {
  test('reads what was verified as it was given', () => {
    const withMemo = sign({ messages: [cancel, cancel], memo: 'two' })
    expect(JSON.parse(JSON.stringify(dydxMessages(withMemo)))).toEqual([
      { ...cancel, order_id: { subaccount_id: { owner: key.address }, client_id: 7, clob_pair_id: 1 } },
      { ...cancel, order_id: { subaccount_id: { owner: key.address }, client_id: 7, clob_pair_id: 1 } },
    ])
    expect(() => dydxMessages('{}')).toThrow(withCode('AUTH_MALFORMED'))
  })

  test('refuses accounts whose number is not known, and one without any number is misconfigured', async () => {
    expect(verdictCode(await verify(body, dydx({ accountNumber: () => undefined })))).toBe('KEY_UNKNOWN')
    expect(verdictCode(await verify(body, dydx()))).toBe('HOST_FAULT')
  })
})
