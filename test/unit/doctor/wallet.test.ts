import { describe, expect, test } from 'vitest'
import { hex } from '../../../src/crypto/encoding.js'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { aster } from '../../../src/exchange/catalogue/aster.js'
import { hyperliquid } from '../../../src/exchange/catalogue/hyperliquid.js'
import { polymarketL1 } from '../../../src/exchange/catalogue/polymarket-l1.js'
import { readAster } from '../../../src/exchange/mistakes/wallet/aster.js'
import { readHyperliquid } from '../../../src/exchange/mistakes/wallet/hyperliquid/reading.js'
import { sealed, type WalletReading, type WalletState } from '../../../src/exchange/mistakes/wallet/reading.js'
import { readTyped } from '../../../src/exchange/mistakes/wallet/typed.js'
import { emptyDraft } from '../../../src/exchange/spec/draft.js'
import { walletKey } from '../../../src/exchange/wallet/index.js'
import type { Mistake } from '../../../src/schemes/scheme/mistakes.js'
import { someOf } from '../../thorough.js'

const privateKey = '01'.repeat(32)
const key = walletKey({ privateKey })
const main = walletKey({ privateKey: '02'.repeat(32) })
const NONCE = 1_700_000_000_123

type Any = WalletReading<unknown>

/** Each variant of each mistake, with the text that it leads to. */
function* variants(reading: Any) {
  const right = hex(sealed(reading, { content: reading.content }) as Uint8Array)
  for (const mistake of reading.mistakes as ReadonlyArray<Mistake<WalletState<unknown>>>)
    for (const [state, detail] of mistake.apply({ content: reading.content })) {
      let base: Uint8Array | string
      try {
        base = sealed(reading, state)
      } catch {
        continue
      }
      if (typeof base === 'string' || hex(base) !== right) yield { id: mistake.id, detail, base }
    }
}

/** The ids that a reading has variants for, so that a mistake that never leads anywhere is noticed. */
const idsOf = (reading: Any): readonly string[] => [
  ...new Set((reading.mistakes as unknown as readonly Mistake<never>[]).map(({ id }) => id)),
]

const members = (bytes: Uint8Array) => ({
  r: `0x${hex(bytes.subarray(0, 32))}`,
  s: `0x${hex(bytes.subarray(32, 64))}`,
  v: bytes[64] as number,
})

const order = (over: object = {}) => ({
  type: 'order',
  orders: [{ a: 4, b: true, p: '1670.1', s: '0.5', r: false, t: { limit: { tif: 'Gtc' } }, ...over }],
  grouping: 'na',
})
const BODIES: readonly object[] = [
  { action: order(), nonce: NONCE },
  { action: order({ p: '1670.10' }), nonce: NONCE },
  { action: order(), nonce: NONCE, vaultAddress: `0x${'a'.repeat(40)}`, expiresAfter: NONCE + 5000 },
  { action: { orders: order().orders, type: 'order', grouping: 'na' }, nonce: NONCE },
  { action: { type: 'cancel', cancels: [{ a: 4, o: 123_456_789_012 }] }, nonce: NONCE },
  {
    action: { type: 'vaultTransfer', vaultAddress: `0x${'Ab'.repeat(20)}`, isDeposit: true, usd: 5 },
    nonce: NONCE,
  },
  {
    action: {
      type: 'usdSend',
      signatureChainId: '0x66eee',
      hyperliquidChain: 'Mainnet',
      destination: `0x${'ab'.repeat(20)}`,
      amount: '1',
      time: NONCE,
    },
    nonce: NONCE,
  },
]
const requestOf = (body: object, host = 'api.hyperliquid.xyz') => ({
  method: 'POST',
  url: `https://${host}/exchange`,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
const readingOf = (body: object): Any =>
  readHyperliquid({ ...emptyDraft(), body: JSON.stringify(body) }, false) as unknown as Any

const first = async (request: object, options: DiagnoseOptions) => {
  const found = await diagnose(request, { budgetMs: 20_000, ...options })
  return { ...found, id: found.findings[0]?.id }
}

describe('Hyperliquid', () => {
  test('each mistake leads to another text somewhere', () => {
    const made = new Set(BODIES.flatMap((body) => [...variants(readingOf(body))].map(({ id }) => id)))
    expect([...made].sort()).toEqual([...new Set(BODIES.flatMap((body) => idsOf(readingOf(body))))].sort())
  })

  test.each([
    ['a price with a zero behind it', { p: '1670.10' }, '"p" with 2 decimals'],
    ['a size with three decimals', { s: '0.500' }, '"s" with 3 decimals'],
  ])('%s is found where the other number was right', async (_, over, detail) => {
    const body = { action: order(), nonce: NONCE }
    const reading = readingOf(body)
    const content = { ...(reading.content as object), action: order(over) }
    const signature = members(key.sign(sealed(reading, { content })))
    const { id, findings } = await first(requestOf({ ...body, signature }), { publicKey: key.address })
    expect([id, findings[0]?.certainty]).toEqual(['hyperliquid-number-text', 'proven'])
    expect(findings[0]?.evidence).toContain(detail)
  })

  // The last variant of every mistake, once: the text is what it is found by, and others have been compared above.
  test('every mistake is found by the address alone', async () => {
    const last = new Map<string, readonly [body: object, base: Uint8Array | string]>()
    for (const body of BODIES) for (const { id, base } of variants(readingOf(body))) last.set(id, [body, base])
    for (const [id, [body, base]] of someOf([...last])) {
      const found = await first(requestOf({ ...body, signature: members(key.sign(base)) }), { publicKey: key.address })
      expect([found.signature, found.findings.map((one) => one.id)]).toEqual([
        'explained',
        expect.arrayContaining([id]),
      ])
      expect(found.findings.find((one) => one.id === id)?.certainty).toBe('proven')
      expect(found.tried).toBeLessThan(1_000)
    }
  })

  test('as it should be: with the key, the address, the private key; with the wrong key nothing leads to it', async () => {
    const { body } = hyperliquid({ key }).sign({ method: 'POST', path: '/exchange', json: { action: order() } })
    const request = requestOf(JSON.parse(body as string))
    for (const options of [{ key: key.verifyingKey }, { publicKey: key.address }, { secret: privateKey }])
      expect(await first(request, options)).toMatchObject({ scheme: 'hyperliquid', signature: 'fits', verified: true })
    const other = await first(request, { publicKey: main.address, budgetMs: 200 })
    expect(other).toMatchObject({ signature: 'unexplained' })
    expect(JSON.stringify(await first(request, { secret: privateKey }))).not.toContain(privateKey)
  })

  test('without a key: the recovered address is the evidence, beside that of the answer', async () => {
    const { body } = hyperliquid({ key }).sign({ method: 'POST', path: '/exchange', json: { action: order() } })
    const request = requestOf(JSON.parse(body as string))
    const address = key.address.toLowerCase()
    const answer = `{"status":"err","response":"L1 error: User or API Wallet ${address} does not exist."}`
    const alone = await first(request, {})
    expect(alone).toMatchObject({ id: 'wallet-recovered', signature: 'untested' })
    expect(alone.findings[0]).toMatchObject({ certainty: 'possible', evidence: expect.stringContaining(address) })
    const refused = await first(request, { refusal: answer })
    expect(refused.findings[0]).toMatchObject({ id: 'wallet-recovered', certainty: 'likely' })
    // The address is the agent's own: nothing is wrong with the text.
    const known = await first(request, { refusal: answer, publicKey: address })
    expect(known).toMatchObject({ id: 'wallet-not-approved', signature: 'fits' })
    const elsewhere = await first(request, {
      refusal: answer.replace(address, `0x${'9'.repeat(40)}`),
      publicKey: address,
    })
    expect(elsewhere).toMatchObject({ id: 'wallet-other-request' })
  })

  test.each([
    ['v as transactions have it', (v: number) => ({ v: v + 8 + 2 * 1337 }), 'wallet-v'],
    ['no v', () => ({ v: undefined }), 'wallet-v'],
    ['the other v', (v: number) => ({ v: 55 - v }), 'wallet-recovery-bit'],
  ] as const)('the finding is right for %s', async (_, change, id) => {
    const body = BODIES[0] as object
    const made = members(key.sign(sealed(readingOf(body), { content: readingOf(body).content })))
    expect(
      await first(requestOf({ ...body, signature: { ...made, ...change(made.v) } }), { publicKey: key.address }),
    ).toMatchObject({ id, signature: 'explained' })
  })

  test('the finding is right for a signature as one text, a high s, and a test network’s host', async () => {
    const body = BODIES[0] as object
    const reading = readingOf(body)
    const bytes = key.sign(sealed(reading, { content: reading.content }))
    const as = (signature: unknown, host?: string) =>
      first(requestOf({ ...body, signature }, host), { publicKey: key.address })
    expect(await as(`0x${hex(bytes)}`)).toMatchObject({ id: 'signature-form' })
    const { r, s, v } = members(bytes)
    const order256 = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
    expect(await as({ r, s: `0x${(order256 - BigInt(s)).toString(16)}`, v: 55 - v })).toMatchObject({
      id: 'wallet-high-s',
    })
    expect(await as({ r, s, v }, 'api.hyperliquid-testnet.xyz')).toMatchObject({ id: 'hyperliquid-network' })
    expect(await as({ r: '0x12', s: 'none', v: 1 })).toMatchObject({ id: 'wallet-signature-form' })
  })
})

describe('Aster', () => {
  const signer = aster({ key, user: main.address.toLowerCase() })
  const made = signer.sign({
    method: 'POST',
    path: '/fapi/v3/order',
    params: { symbol: 'ASTERUSDT', side: 'BUY', price: '0.5' },
  })
  const request = (body: string) => ({
    method: 'POST',
    url: made.url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  const unsigned = (made.body as string).replace(/&signature=.*$/, '')
  const reading = readAster({ ...emptyDraft(), body: made.body as string }, false) as unknown as Any

  test('as it should be: the request names its signer, so that no key is needed', async () => {
    expect(await first(request(made.body as string), {})).toMatchObject({
      scheme: 'aster',
      signature: 'fits',
      verified: true,
    })
  })

  test('every mistake is found by the address that is sent', async () => {
    const firsts = new Map<string, Uint8Array | string>()
    for (const { id, base } of variants(reading)) if (!firsts.has(id)) firsts.set(id, base)
    expect(firsts.size).toBeGreaterThan(20)
    for (const [id, base] of someOf([...firsts])) {
      const found = await first(request(`${unsigned}&signature=0x${hex(key.sign(base))}`), {})
      expect([id, found.signature, found.findings[0]?.certainty]).toEqual([id, 'explained', 'proven'])
    }
  })

  test('the finding names the main wallet’s key in place of the agent’s', async () => {
    const base = sealed(reading, { content: reading.content })
    expect(await first(request(`${unsigned}&signature=0x${hex(main.sign(base))}`), {})).toMatchObject({
      id: 'aster-signed-by-user',
    })
  })
})

describe('Polymarket, level 1', () => {
  const exchange = polymarketL1({ key })
  const made = exchange.sign({ path: '/auth/derive-api-key' })
  const draft = {
    ...emptyDraft(),
    key: made.headers['POLY_ADDRESS'] as string,
    sign: made.headers['POLY_SIGNATURE'] as string,
    time: made.headers['POLY_TIMESTAMP'] as string,
    nonce: '0',
  }
  const reading = readTyped(exchange.spec, draft) as unknown as Any
  const request = (signature: string) => ({
    method: 'GET',
    url: made.url,
    headers: { ...made.headers, POLY_SIGNATURE: signature },
  })

  test('as it should be, and every mistake', async () => {
    expect(await first(request(draft.sign), {})).toMatchObject({ scheme: 'polymarket-l1', signature: 'fits' })
    const seen = new Set<string>()
    for (const { id, base } of variants(reading)) {
      if (seen.has(id)) continue
      seen.add(id)
      const found = await first(request(`0x${hex(key.sign(base))}`), {})
      expect([id, found.signature]).toEqual([id, 'explained'])
    }
    expect(seen.size).toBeGreaterThan(6)
  })
})
