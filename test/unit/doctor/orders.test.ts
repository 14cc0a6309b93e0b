import { describe, expect, test } from 'vitest'
import { hex } from '../../../src/crypto/encoding.js'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { ORDER_IDS } from '../../../src/exchange/mistakes/wallet/orders/ids.js'
import { readNadoOrder } from '../../../src/exchange/mistakes/wallet/orders/nado.js'
import { readPolymarketOrder } from '../../../src/exchange/mistakes/wallet/orders/polymarket.js'
import { sealed, type WalletReading, type WalletState } from '../../../src/exchange/mistakes/wallet/reading.js'
import { nadoOrders } from '../../../src/exchange/orders/nado.js'
import { polymarketOrders } from '../../../src/exchange/orders/polymarket.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import type { Mistake } from '../../../src/schemes/scheme/mistakes.js'
import { someOf } from '../../thorough.js'

const key = walletKey({ privateKey: '01'.repeat(32) })
const main = walletKey({ privateKey: '02'.repeat(32) })
const [signer, maker] = [key.address.toLowerCase(), main.address.toLowerCase()]

type Any = WalletReading<unknown>

const post = (host: string, path: string, body: object) => ({
  method: 'POST',
  url: `https://${host}${path}`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const first = async (request: object, options: DiagnoseOptions) => {
  const found = await diagnose(request, { budgetMs: 20_000, ...options })
  return { ...found, id: found.findings[0]?.id }
}

/** The first text that each mistake leads to and none before it. */
function firstTexts(reading: Any): ReadonlyMap<string, Uint8Array | string> {
  const known = new Set([String(sealed(reading, { content: reading.content }))])
  const out = new Map<string, Uint8Array | string>()
  for (const mistake of reading.mistakes as ReadonlyArray<Mistake<WalletState<unknown>>>)
    for (const [state] of mistake.apply({ content: reading.content })) {
      let base: Uint8Array | string
      try {
        base = sealed(reading, state)
      } catch {
        continue
      }
      if (known.has(String(base))) continue
      known.add(String(base))
      if (!out.has(mistake.id)) out.set(mistake.id, base)
    }
  return out
}

/** Those of the exchange: what goes wrong with any typed data is tested with the wallets. */
const ownOf = (texts: ReturnType<typeof firstTexts>) => [...texts].filter(([id]) => /^(?:polymarket|nado)-/.test(id))

describe('an order of Polymarket', () => {
  const order = {
    salt: '479249096354479249096',
    maker,
    signer,
    tokenId: '66641781798534408668534910065405227020595350748410497742535503801917704255103',
    makerAmount: '100000000',
    takerAmount: '50000000',
    side: 'BUY',
    signatureType: 1,
    timestamp: '1780449126930',
    metadata: `0x${'0'.repeat(64)}`,
    builder: `0x${'0'.repeat(64)}`,
    expiration: '0',
  }
  const request = (signature: string, over: object = {}) =>
    post('clob.polymarket.com', '/order', { order: { ...order, ...over, signature }, owner: 'o', orderType: 'GTC' })
  const options = { publicKey: key.address }
  const signed = (exchange: 'v2' | 'v2-neg-risk') => {
    const { expiration: _, side: __, ...rest } = order
    return polymarketOrders({ key, exchange }).sign({ ...rest, side: 0, signatureType: 1 }).signature
  }

  test('as it should be, and one for the markets of another contract', async () => {
    expect(await first(request(signed('v2')), options)).toMatchObject({
      scheme: 'polymarket-order',
      signature: 'fits',
      verified: true,
    })
    expect(await first(request(signed('v2-neg-risk')), options)).toMatchObject({
      id: 'polymarket-exchange',
      signature: 'fits',
    })
  })

  test('one for the contract of the other network is refused by the host of each', async () => {
    const { expiration: _, side: __, ...rest } = order
    const made = polymarketOrders({ key, exchange: 'v3', chainId: 80_002 })
    const { signature } = made.sign({ ...rest, side: 0, signatureType: 1 })
    for (const account of [options, { secret: key.address }])
      expect(await first(request(signature), account)).toMatchObject({
        id: 'polymarket-network',
        signature: 'explained',
        verified: false,
      })
    const elsewhere = post('clob-staging.polymarket.com', '/order', { order: { ...order, signature }, owner: 'o' })
    expect(await first(elsewhere, options)).toMatchObject({ signature: 'fits', verified: true })
  })

  test('every mistake is named first', async () => {
    const reading = readPolymarketOrder({ order }) as unknown as Any
    const texts = firstTexts(reading)
    for (const [id, base] of someOf(ownOf(texts))) {
      const found = await first(request(`0x${hex(key.sign(base))}`), { scheme: 'polymarket-order' })
      expect([id, found.tried < 1_000]).toEqual([found.id, true])
    }
    const own = (reading.mistakes as unknown as readonly Mistake<never>[]).map(({ id }) => id)
    expect(own.filter((id) => id.startsWith('polymarket-') && !texts.has(id))).toEqual([])
  })

  test('the finding is the key of the funder, a deposit wallet, or no key at all', async () => {
    const reading = readPolymarketOrder({ order }) as unknown as Any
    const base = sealed(reading, { content: reading.content })
    expect(await first(request(`0x${hex(main.sign(base))}`), options)).toMatchObject({
      id: 'polymarket-signed-by-maker',
    })
    const wallet = { ...order, maker, signer: maker, signatureType: 3 as const }
    const { expiration: _, side: __, ...rest } = wallet
    const { signature } = polymarketOrders({ key, exchange: 'v2' }).sign({ ...rest, side: 0 })
    expect(await first(request(signature, wallet), options)).toMatchObject({ signature: 'fits', verified: true })
    const plain = polymarketOrders({ key, exchange: 'v2' }).sign({ ...rest, side: 0, signatureType: 0 }).signature
    expect(await first(request(plain, wallet), options)).toMatchObject({ signature: 'explained' })
    // Without the account of a wallet the request is that of an API key.
    expect((await first(request(signature, wallet), {})).scheme).toMatch(/^polymarket(?:-l1)?$/)
  })
})

describe('an order of Nado', () => {
  const order = {
    sender: `${signer}64656661756c740000000000`,
    priceX18: '98000000000000000000000',
    amount: '-1000000000000000000',
    expiration: '1780449126',
    nonce: String((1_780_449_126_930n << 20n) + 7n),
    appendix: '1',
  }
  const request = (signature: string, host = 'gateway.prod.nado.xyz') =>
    post(host, '/v1/execute', { place_order: { product_id: 2, order, signature } })

  test('as it should be', async () => {
    const { place_order } = nadoOrders({ key, chainId: 57_073, endpoint: `0x${'1'.repeat(40)}` })
    const { signature } = place_order.sign({ product_id: 2, order })
    expect(await first(request(signature), { scheme: 'nado-order' })).toMatchObject({
      signature: 'fits',
      verified: true,
    })
    expect(await first(request(signature, 'gateway.test.nado.xyz'), { publicKey: key.address })).toMatchObject({
      scheme: 'nado-order',
      id: 'nado-network',
    })
  })

  test('every mistake is named first', async () => {
    const call = { product_id: 2, order }
    const reading = readNadoOrder({ place_order: call }, false) as unknown as Any
    const texts = firstTexts(reading)
    for (const [id, base] of someOf(ownOf(texts))) {
      const found = await first(request(`0x${hex(key.sign(base))}`), { scheme: 'nado-order' })
      expect([id, found.tried < 1_000]).toEqual([found.id, true])
    }
    const own = (reading.mistakes as unknown as readonly Mistake<never>[]).map(({ id }) => id)
    expect(own.filter((id) => id.startsWith('nado-') && !texts.has(id))).toEqual([])
  })
})

test('what is no order is read as none', async () => {
  for (const scheme of ORDER_IDS) {
    const found = await first(post('api.example.com', '/', { n: 1 }), { scheme, budgetMs: 20 })
    expect([found.verified, found.scheme]).toEqual([false, undefined])
  }
})
