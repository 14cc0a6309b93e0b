import { describe, expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/index.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { polymarketL1 } from '../../../src/exchange/catalogue/polymarket-l1.js'
import { exchangeVerifier, readMessage } from '../../../src/exchange/index.js'
import { remoteWalletKey, type TypedData, walletKey } from '../../../src/exchange/wallet/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { createVerifier, memoryReplayStore, staticKeys, tradingPolicy } from '../../../src/server/index.js'
import { verdictCode, withCode } from '../../expect-code.js'

const NOW = 1_700_000_000_123
const NONCE = String(NOW)
const at = { nonces: { next: () => NONCE } }
const key = walletKey({ privateKey: '01'.repeat(32) })
const other = walletKey({ privateKey: '02'.repeat(32) })
const signer = hyperliquid({ key })
const order = (over: object = {}): object => ({
  type: 'order',
  orders: [{ a: 1, b: true, p: '100', s: '0.1', r: false, t: { limit: { tif: 'Gtc' } }, ...over }],
  grouping: 'na',
})
const sign = (json: object, exchange = signer) =>
  exchange.sign({ method: 'POST', path: '/exchange', json }, at) as { body: string }
const bodyOf = (json: object, exchange = signer) => JSON.parse(sign(json, exchange).body)
const received = (body: string) =>
  httpRequest({
    method: 'POST',
    url: 'https://api.hyperliquid.xyz/exchange',
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(body),
  })

const verifierOf = (exchange = hyperliquid(), keys = [key]) =>
  createVerifier({
    schemes: [exchangeVerifier(exchange)],
    keys: staticKeys(keys.map(({ verifyingKey }) => ({ key: verifyingKey }))),
    policy: tradingPolicy({ authorities: ['api.hyperliquid.xyz'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => NOW },
  })

describe('the body of an action', () => {
  test('gets nonce and signature behind what the caller wrote, which stays as it is', () => {
    const { body } = sign({ action: order(), expiresAfter: NOW + 1_000 })
    expect(body).toMatch(
      /^\{"action":\{"type":"order",.*\},"expiresAfter":1700000001123,"nonce":1700000000123,"signature":\{"r":"0x[0-9a-f]{64}","s":"0x[0-9a-f]{64}","v":2[78]\}\}$/,
    )
  })

  test('a vault of the signer stands in every body; one that is given wins', () => {
    const vaultAddress = `0x${'1'.repeat(40)}`
    const vault = hyperliquid({ key, vaultAddress })
    expect(bodyOf({ action: order() }, vault)).toMatchObject({ vaultAddress })
    const own = `0x${'2'.repeat(40)}`
    expect(bodyOf({ action: order(), vaultAddress: own }, vault)).toMatchObject({ vaultAddress: own })
    expect(bodyOf({ action: order() })).not.toHaveProperty('vaultAddress')
    expect(bodyOf({ action: order() }, vault).signature).not.toEqual(bodyOf({ action: order() }).signature)
  })

  test('a transfer is completed with chain and nonce', () => {
    const action = { type: 'usdSend', destination: `0x${'a'.repeat(40)}`, amount: '1' }
    expect(bodyOf({ action }).action).toEqual({
      ...action,
      signatureChainId: '0x66eee',
      hyperliquidChain: 'Mainnet',
      time: NOW,
    })
    const testnet = hyperliquid({ key, environment: 'testnet' })
    expect(bodyOf({ action }, testnet).action).toMatchObject({ hyperliquidChain: 'Testnet' })
    expect(
      bodyOf({
        action: { type: 'tokenDelegate', validator: `0x${'b'.repeat(40)}`, wei: 10n ** 17n, isUndelegate: false },
      }).action.wei,
    ).toBe(1e17)
  })

  const send = { type: 'usdSend', destination: `0x${'a'.repeat(40)}`, amount: '1' }
  test.each<[name: string, json: object, text: string]>([
    ['no action', { type: 'order' }, '{ action: { type'],
    ['an action without a type', { action: {} }, '{ action: { type'],
    ['a member that is not signed', { action: order(), vaultAdress: '0x' }, 'did you mean "vaultAddress"?'],
    ['no vault', { action: order(), vaultAddress: null }, 'leave it out'],
    ['a vault that is no address', { action: order(), vaultAddress: '0x1' }, '"vaultAddress" must be an address'],
    ['an expiry before 1970', { action: order(), expiresAfter: -1 }, '"expiresAfter"'],
    ['an expiry that is no time', { action: order(), expiresAfter: 1.5 }, '"expiresAfter"'],
    [
      'zeros behind a price',
      { action: order({ p: '1670.10' }) },
      '"action.orders[0].p" must be a number as text, without zeros',
    ],
    ['an exponent', { action: order({ s: '1e-7' }) }, '"action.orders[0].s"'],
    ['nine decimals', { action: order({ s: '0.000000001' }) }, 'at most 8 decimals'],
    ['a price that is a number', { action: order({ p: 1670.1 }) }, 'or text such as "0.1"'],
    ['a leading zero', { action: order({ p: '01' }) }, '"action.orders[0].p"'],
    ['no zero before the point', { action: order({ p: '.5' }) }, '"action.orders[0].p"'],
    ['the negative zero', { action: order({ p: '-0' }) }, '"action.orders[0].p"'],
    ['another chain', { action: { ...send, hyperliquidChain: 'Testnet' } }, 'must be "Mainnet" here'],
    ['another time', { action: { ...send, time: 5 } }, 'leave it out'],
    ['a member that the transfer does not sign', { action: { ...send, amout: '2' } }, 'did you mean "amount"?'],
    [
      'an unknown action that is signed member by member',
      { action: { type: 'usdSendAll', signatureChainId: '0x66eee' } },
      'got "usdSendAll"',
    ],
    ['a destination with a checksum', { action: { ...send, destination: key.address } }, 'in lower case'],
    ['a transfer for a vault', { action: send, vaultAddress: `0x${'1'.repeat(40)}` }, 'does not sign it'],
    ['an amount that is a number', { action: { ...send, amount: 1 } }, '"action.amount" must be text'],
  ])('%s is refused by name', (_, json, text) => {
    expect(() => sign(json)).toThrow(withCode('ARGUMENT_INVALID', text))
  })

  test('what does not fit is the caller’s error over the socket, too', () => {
    expect(() => signer.signMessage('action', { id: 7, action: order({ p: '100.0' }) }, at)).toThrow(
      withCode('ARGUMENT_INVALID', 'without zeros at the end'),
    )
  })

  test('what is there already is not signed over', () => {
    expect(() => sign({ action: order(), nonce: 1 })).toThrow(withCode('MESSAGE_MALFORMED', '"nonce" already'))
    const read = withCode('ARGUMENT_INVALID', 'POST /info is not signed: read with plain fetch')
    expect(() => signer.sign({ path: '/info' })).toThrow(read)
    expect(() => signer.sign({ method: 'POST', path: '/info', json: { type: 'meta' } })).toThrow(read)
  })
})

describe('received', () => {
  test('the account is found by the signature, and the nonce is claimed', async () => {
    const { body } = sign({ action: order() })
    const verifier = verifierOf()
    const verdict = await verifier.verify(received(body))
    expect(verdict).toMatchObject({ ok: true, keyId: key.keyId })
    expect(verdictCode(await verifier.verify(received(body)))).toBe('REPLAY')
  })

  test('another order is another account', async () => {
    const { body } = sign({ action: order() })
    expect(verdictCode(await verifierOf().verify(received(body.replace('"s":"0.1"', '"s":"0.2"'))))).toBe('KEY_UNKNOWN')
    expect(verdictCode(await verifierOf(hyperliquid(), [other]).verify(received(body)))).toBe('KEY_UNKNOWN')
    expect(verdictCode(await verifierOf(hyperliquid({ environment: 'testnet' })).verify(received(body)))).toBe(
      'KEY_UNKNOWN',
    )
  })

  test.each<[name: string, change: (body: string) => string, code: string]>([
    ['a member that is not signed', (body) => body.replace('"nonce"', '"x":1,"nonce"'), 'AUTH_MALFORMED'],
    ['a member twice', (body) => body.replace('"nonce"', '"nonce":1,"nonce"'), 'AUTH_MALFORMED'],
    ['a nonce as text', (body) => body.replace(/"nonce":(\d+)/, '"nonce":"$1"'), 'NONCE_MALFORMED'],
    ['no v', (body) => body.replace(/,"v":2[78]/, ''), 'SIGNATURE_MALFORMED'],
    ['another v', (body) => body.replace(/"v":2[78]/, '"v":29'), 'SIGNATURE_MALFORMED'],
    ['an empty r', (body) => body.replace(/"r":"0x[0-9a-f]+"/, '"r":"0x"'), 'SIGNATURE_MALFORMED'],
    ['a zero', (body) => body.replace(/"s":"0x[0-9a-f]+"/, '"s":"0x0"'), 'SIGNATURE_MALFORMED'],
    ['a price with a zero behind it', (body) => body.replace('"p":"100"', '"p":"100.0"'), 'AUTH_MALFORMED'],
  ])('a request with %s is refused', async (_, change, code) => {
    const { body } = sign({ action: order() })
    const changed = change(body)
    expect(changed).not.toBe(body)
    expect(verdictCode(await verifierOf().verify(received(changed)))).toBe(code)
  })

  test('what its sender has ended is refused, and an end far off makes nothing live longer', async () => {
    const at = async (expiresAfter: number) =>
      verdictCode(await verifierOf().verify(received(sign({ action: order(), expiresAfter }).body)))
    expect(await at(NOW - 1)).toBe('TIMESTAMP_EXPIRED')
    expect(await at(NOW)).toBe('TIMESTAMP_EXPIRED')
    expect(await verifierOf().verify(received(sign({ action: order(), expiresAfter: NOW + 1 }).body))).toMatchObject({
      ok: true,
    })
    const { body } = sign({ action: order(), expiresAfter: NOW + 86_400_000 })
    expect(await verifierOf().verify(received(body))).toMatchObject({ ok: true })
    const late = createVerifier({
      schemes: [exchangeVerifier(hyperliquid())],
      keys: staticKeys([{ key: key.verifyingKey }]),
      policy: tradingPolicy({ authorities: ['api.hyperliquid.xyz'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
      clock: { now: () => NOW + 60_001 },
    })
    expect(verdictCode(await late.verify(received(body)))).toBe('TIMESTAMP_EXPIRED')
  })

  test('no other text has the signature of one: half of a surrogate pair is refused on both sides', async () => {
    const { body } = sign({ action: { ...order(), note: '\ufffd' } })
    const changed = body.replace('\ufffd', '\\ud800')
    expect(verdictCode(await verifierOf().verify(received(changed)))).toBe('AUTH_MALFORMED')
    expect(() => sign({ action: { ...order(), note: '\udc00' } })).toThrow(withCode('ARGUMENT_INVALID', 'action.note'))
    expect(() => sign({ action: { ...order(), '\udc00': 1 } })).toThrow(withCode('ARGUMENT_INVALID', 'surrogate'))
    expect(await verifierOf().verify(received(sign({ action: { ...order(), note: '\u{1f600}' } }).body))).toMatchObject(
      {
        ok: true,
      },
    )
  })

  test('numbers of the signature may lack their leading zeros, as the official SDK prints them', async () => {
    // Of a few thousand nonces, one gives such a number; the search is the same in every run.
    for (let nonce = NOW; ; nonce++) {
      const { body } = signer.sign(
        { method: 'POST', path: '/exchange', json: { action: order() } },
        { nonces: { next: () => String(nonce) } },
      ) as { body: string }
      const short = body.replace(/"(r|s)":"0x0+/g, '"$1":"0x')
      if (short === body) continue
      expect(await verifierOf().verify(received(short))).toMatchObject({ ok: true })
      break
    }
  })
})

describe('on the socket', () => {
  test('an action is a post, and reads back to its account', () => {
    const message = JSON.parse(signer.signMessage('action', { id: 7, action: order() }, at) as string)
    expect(message).toEqual({
      method: 'post',
      id: 7,
      request: { type: 'action', payload: bodyOf({ action: order() }) },
    })
    expect(readMessage(hyperliquid().spec, 'action', message)?.draft.key).toBe(key.keyId)
  })

  test('an argument that the message has no place for is refused', () => {
    expect(() => signer.signMessage('action', { id: 7, action: order(), vault: '0x' }, at)).toThrow(
      withCode('ARGUMENT_INVALID', '"vault"'),
    )
  })
})

describe('a wallet elsewhere', () => {
  test('signs the typed data that it is shown', async () => {
    const shown: TypedData[] = []
    const remote = remoteWalletKey({
      address: key.address,
      signTypedData: async (typed) => {
        shown.push(typed)
        const { typedDataBase } = await import('../../../src/exchange/wallet/index.js')
        return `0x${Buffer.from(key.sign(typedDataBase(typed))).toString('hex')}`
      },
    })
    const sent: string[] = []
    const signed = createSignedFetch(hyperliquid({ key: remote, nonces: at.nonces }), {
      fetch: (async (_: unknown, init: { body: Uint8Array }) => {
        sent.push(new TextDecoder().decode(init.body))
        return Response.json({ status: 'ok' })
      }) as never,
    })
    await signed('/exchange', { method: 'POST', json: { action: order() } })
    expect(shown[0]).toMatchObject({ primaryType: 'Agent', message: { source: 'a' } })
    expect(sent).toEqual([sign({ action: order() }).body])
  })

  test('with another account selected is noticed before anything is sent', async () => {
    const remote = remoteWalletKey({
      address: other.address,
      signTypedData: async () => `0x${'1'.repeat(130)}`,
    })
    await expect(
      hyperliquid({ key: remote, nonces: at.nonces }).sign({
        method: 'POST',
        path: '/exchange',
        json: { action: order() },
      }),
    ).rejects.toEqual(withCode('KEY_MALFORMED', 'another account'))
  })
})

describe('Polymarket level 1, received', () => {
  test.each([
    ['an address that is none', 'POLY_ADDRESS', '0x12'],
    ['a nonce beyond 256 bits', 'POLY_NONCE', '9'.repeat(78)],
  ])('%s is the sender’s error', (_, name, value) => {
    const { url, headers } = polymarketL1({ key }).sign({ path: '/auth/api-key' })
    const request = httpRequest({ url, headers: { ...headers, [name]: value } })
    const verifier = exchangeVerifier(polymarketL1())
    expect(() => verifier.parse(request).map(({ base }) => base)).toThrow(withCode('AUTH_MALFORMED'))
  })
})

test('JSON of any depth is refused, and not walked', () => {
  for (const levels of [100, 100_000]) {
    const deep = `{"action":{"type":"noop","x":${'['.repeat(levels)}${']'.repeat(levels)}}`
    const signature = `"signature":{"r":"0x1","s":"0x1","v":27}`
    const parse = () => exchangeVerifier(hyperliquid()).parse(received(`${deep},"nonce":1700000000123,${signature}}`))
    expect(parse).toThrow(withCode(levels === 100 ? 'MESSAGE_MALFORMED' : 'AUTH_TOO_LARGE'))
  }
})

test('what is passed in place of a wallet’s key is refused with what makes one', () => {
  for (const options of [{ privateKey: 'x' }, { apiKey: 'a', secret: 'b' }, { key: 'x' }])
    expect(() => hyperliquid(options as never), Object.keys(options).join()).toThrow(
      withCode('CONFIG_INVALID', 'walletKey('),
    )
})
