import { describe, expect, it } from 'vitest'
import { ed25519PrivateKey } from '../../../src/crypto/index.js'
import { isCountersignError } from '../../../src/errors.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { coinbase } from '../../../src/exchange/catalogue/coinbase.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { upbit } from '../../../src/exchange/catalogue/upbit.js'
import { type CheckedSigner, type CheckKeyOptions, checkKey, type KeyReport } from '../../../src/exchange/index.js'
import { errorOf } from '../../expect-code.js'

const NOW = Date.UTC(2026, 0, 31)
const DAY = 86_400_000
const apiKey = 'hidden-api-key-0123456789'
const secret = 'hidden-secret'
const edKey = ed25519PrivateKey({ keyId: apiKey, seed: new Uint8Array(32).fill(3) })

interface Asked {
  readonly path: string
  readonly init: { readonly method: string; readonly headers: object; readonly params?: object }
}

/** One check against an answer. */
async function check(
  signer: CheckedSigner,
  answer: unknown,
  options: CheckKeyOptions = {},
  status = 200,
): Promise<KeyReport & { readonly asked: Asked }> {
  const asked: Asked[] = []
  const report = await checkKey(
    signer,
    async (path, init) => {
      asked.push({ path, init })
      return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer), { status })
    },
    { nowMs: NOW, ...options },
  )
  expect(asked).toHaveLength(1)
  return { ...report, asked: asked[0] as Asked }
}
const codes = ({ findings }: KeyReport): string[] => findings.map(({ code, severity }) => `${severity} ${code}`)

async function refusal(act: () => Promise<unknown>): Promise<string> {
  const { code, message, stack } = await errorOf(act)
  expect(`${message} ${stack}`).not.toMatch(/hidden/)
  return `${code} ${message}`
}

// Each as on the exchange's page.
const ANSWERS = {
  binance: {
    ipRestrict: false,
    createTime: NOW - 10 * DAY,
    enableInternalTransfer: false,
    enableFutures: true,
    enablePortfolioMarginTrading: false,
    enableVanillaOptions: false,
    permitsUniversalTransfer: false,
    enableReading: true,
    enableSpotAndMarginTrading: true,
    enableWithdrawals: false,
    enableMargin: false,
  },
  bybit: {
    retCode: 0,
    retMsg: '',
    result: {
      id: '13770661',
      note: 'read and write',
      apiKey: 'XXXXXX',
      readOnly: 0,
      secret: '',
      permissions: {
        ContractTrade: ['Order', 'Position'],
        Spot: ['SpotTrade'],
        Wallet: ['AccountTransfer', 'SubMemberTransfer'],
        Options: [],
        Derivatives: ['DerivativesTrade'],
        Exchange: ['ExchangeHistory'],
        NFT: [],
      },
      ips: ['*'],
      type: 1,
      deadlineDay: 66,
      expiredAt: '2026-04-07T07:20:25Z',
      createdAt: '2025-10-16T02:24:40Z',
      isMaster: true,
    },
    time: NOW,
  },
  coinbase: {
    can_view: true,
    can_trade: true,
    can_transfer: false,
    portfolio_uuid: '00000000-0000-4000-8000-000000000001',
    portfolio_type: 'DEFAULT',
  },
  gate: [
    {
      state: 1,
      mode: 1,
      name: 'another',
      user_id: 1,
      perms: [{ name: 'withdrawal', read_only: false }],
      ip_whitelist: [],
      key: 'c5dcfbf1f3a7*****',
      created_at: 1,
    },
    {
      state: 1,
      mode: 1,
      name: 'bot',
      user_id: 1,
      perms: [{ name: 'account', read_only: true }, { name: 'spot', read_only: false }, { name: 'futures' }],
      ip_whitelist: [],
      currency_pairs: [],
      key: `${apiKey.slice(0, 12)}*****`,
      created_at: String((NOW - 80 * DAY) / 1000),
      update_at: 1_756_300_567,
      last_access: 1_753_030_929,
    },
  ],
  kraken: {
    error: [],
    result: {
      apiKeyName: 'my-api-key',
      apiKey: 'XXXXXX',
      nonce: '1772627060997',
      nonceWindow: 0,
      permissions: ['query-funds', 'withdraw-funds', 'query-open-trades', 'modify-trades'],
      validUntil: '0',
      queryFrom: '0',
      queryTo: '0',
      createdTime: '1772542900',
      modifiedTime: '1772543095',
      ipAllowlist: [],
      lastUsed: '1772627061',
    },
  },
  kucoin: {
    code: '200000',
    data: {
      remark: 'bot',
      apiKey: 'XXXXXX',
      apiVersion: 3,
      permission: 'General,Futures,Spot,InnerTransfer',
      ipWhitelist: '',
      createdAt: NOW - DAY,
      uid: 1,
      isMaster: true,
    },
  },
  okx: {
    code: '0',
    data: [{ acctLv: '2', ip: '', kycLv: '3', label: 'bot', perm: 'read_only,trade', uid: '1' }],
    msg: '',
  },
}
const SIGNERS = {
  binance: binance({ apiKey, secret }),
  bybit: bybit({ apiKey, secret }),
  coinbase: coinbase({ key: edKey }),
  gate: gate({ apiKey, secret }),
  kraken: kraken({ apiKey, secret: 'aGlkZGVu' }),
  kucoin: kucoin({ apiKey, secret, passphrase: 'hidden-phrase' }),
  okx: okx({ apiKey, secret, passphrase: 'hidden-phrase' }),
}
type Id = keyof typeof ANSWERS
const IDS = Object.keys(ANSWERS) as Id[]

/** The answer of an exchange with something else in it. */
const but = (id: Id, change: (answer: never) => unknown): unknown => {
  const copy = structuredClone(ANSWERS[id])
  return change(copy as never) ?? copy
}

describe('checkKey', () => {
  it('says what Binance says, and by which rule the key ends', async () => {
    const report = await check(SIGNERS.binance, ANSWERS.binance)
    expect(report).toMatchObject({
      exchange: 'binance',
      permissions: ['enableFutures', 'enableReading', 'enableSpotAndMarginTrading'],
      withdraw: false,
      trade: true,
      ipBound: false,
      expiresAtMs: NOW + 20 * DAY,
      asked: { path: '/sapi/v1/account/apiRestrictions', init: { method: 'GET', headers: {} } },
    })
    expect(codes(report)).toEqual(['warning NO_IP_LIST', 'info HMAC_KEY'])
    const late = await check(
      SIGNERS.binance,
      but('binance', (one) => ({ ...(one as object), createTime: NOW - 20 * DAY })),
    )
    expect(codes(late)).toEqual(['warning NO_IP_LIST', 'warning EXPIRES_SOON', 'info HMAC_KEY'])
    expect(late.findings[1]?.message).toBe('the key ends on 2026-02-10, by the rule for keys without an IP list')
    const stated = { ...ANSWERS.binance, ipRestrict: true, tradingAuthorityExpirationTime: NOW - DAY }
    const ended = await check(SIGNERS.binance, stated)
    expect(codes(ended)).toEqual(['danger EXPIRED', 'info HMAC_KEY'])
    expect(ended.findings[0]?.message).toBe('the key ended on 2026-01-30: make a new one')
  })

  it('exempts keys of one’s own, and those that only read, from the rule of Binance', async () => {
    const own = await check(binance({ key: edKey }), ANSWERS.binance)
    expect([codes(own), own.expiresAtMs]).toEqual([['warning NO_IP_LIST'], undefined])
    const reads = { ...ANSWERS.binance, enableFutures: false, enableSpotAndMarginTrading: false }
    expect((await check(SIGNERS.binance, reads)).expiresAtMs).toBeUndefined()
    expect((await check(binance(), ANSWERS.binance)).expiresAtMs).toBe(NOW + 20 * DAY)
  })

  it('says what Bybit says', async () => {
    const report = await check(SIGNERS.bybit, ANSWERS.bybit)
    expect(report).toMatchObject({
      withdraw: false,
      trade: true,
      ipBound: false,
      expiresAtMs: Date.UTC(2026, 3, 7, 7, 20, 25),
    })
    expect(report.permissions).toEqual([
      'ContractTrade.Order',
      'ContractTrade.Position',
      'Spot.SpotTrade',
      'Wallet.AccountTransfer',
      'Wallet.SubMemberTransfer',
      'Derivatives.DerivativesTrade',
      'Exchange.ExchangeHistory',
    ])
    expect(codes(report)).toEqual(['warning NO_IP_LIST'])
    const bound = but('bybit', ({ result }: typeof ANSWERS.bybit) => {
      Object.assign(result, { ips: ['203.0.113.7'], deadlineDay: -2, expiredAt: '1970-01-01T00:00:00Z' })
      result.permissions.Wallet.push('Withdraw')
    })
    const report2 = await check(SIGNERS.bybit, bound)
    expect([codes(report2), report2.expiresAtMs]).toEqual([['danger WITHDRAW_ENABLED'], undefined])
    const readOnly = but('bybit', ({ result }: typeof ANSWERS.bybit) => {
      Object.assign(result, { readOnly: 1 })
      result.permissions.Wallet.push('Withdraw')
    })
    const report3 = await check(SIGNERS.bybit, readOnly)
    expect([report3.withdraw, report3.trade, report3.permissions[0]]).toEqual([
      false,
      false,
      'ContractTrade.Order:read',
    ])
  })

  it('says what Coinbase says, and what it does not', async () => {
    const report = await check(SIGNERS.coinbase, ANSWERS.coinbase)
    expect(report).toMatchObject({
      permissions: ['can_view', 'can_trade'],
      trade: true,
      withdraw: false,
      ipBound: undefined,
    })
    expect(codes(report)).toEqual(['info IP_LIST_UNKNOWN'])
    const moves = await check(SIGNERS.coinbase, { ...ANSWERS.coinbase, can_transfer: true, can_receive: false })
    expect(codes(moves)).toEqual(['danger WITHDRAW_ENABLED', 'info IP_LIST_UNKNOWN'])
  })

  it('finds its own key among those of Gate', async () => {
    const report = await check(SIGNERS.gate, ANSWERS.gate)
    expect(report).toMatchObject({
      permissions: ['account:read', 'spot', 'futures'],
      withdraw: false,
      trade: true,
      ipBound: false,
      expiresAtMs: NOW + 10 * DAY,
    })
    expect(codes(report)).toEqual(['warning NO_IP_LIST', 'warning EXPIRES_SOON'])
    const [, own] = ANSWERS.gate as [unknown, (typeof ANSWERS.gate)[1]]
    // The schema of the page has an object there; then it must be the only one.
    const { key: _, ...nameless } = own
    expect((await check(SIGNERS.gate, [{ ...nameless, key: { mode: 1 } }])).trade).toBe(true)
    expect((await check(SIGNERS.gate, nameless)).trade).toBe(true)
    for (const answer of [[own, own], [ANSWERS.gate[0]], [nameless, nameless], []])
      expect(await refusal(() => check(SIGNERS.gate, answer))).toMatch(
        /^EXCHANGE_REFUSED .*must show one key as this one/,
      )
    const bound = { ...own, ip_whitelist: ['203.0.113.7'], perms: [{ name: 'withdrawal', read_only: true }] }
    expect(codes(await check(SIGNERS.gate, [bound]))).toEqual([])
  })

  it('says what Kraken says, and asks it as it wants to be asked', async () => {
    const report = await check(SIGNERS.kraken, ANSWERS.kraken, { params: { otp: '123456' } })
    expect(report.asked).toEqual({
      path: '/0/private/GetApiKeyInfo',
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        params: { otp: '123456' },
      },
    })
    expect(report).toMatchObject({ withdraw: true, trade: true, ipBound: false, expiresAtMs: undefined })
    expect(codes(report)).toEqual(['danger WITHDRAW_ENABLED', 'danger NO_IP_LIST'])
    const ends = but('kraken', ({ result }: typeof ANSWERS.kraken) => {
      Object.assign(result, {
        validUntil: String((NOW + 5 * DAY) / 1000),
        ipAllowlist: ['203.0.113.0/24'],
        permissions: [],
      })
    })
    expect(codes(await check(SIGNERS.kraken, ends))).toEqual(['warning EXPIRES_SOON'])
  })

  it('says what KuCoin says', async () => {
    const report = await check(SIGNERS.kucoin, ANSWERS.kucoin)
    expect(report).toMatchObject({ withdraw: false, trade: true, ipBound: false, expiresAtMs: undefined })
    expect(report.permissions).toEqual(['General', 'Futures', 'Spot', 'InnerTransfer'])
    for (const permission of ['General,Transfer', 'General, Withdrawal']) {
      const { data } = ANSWERS.kucoin
      const answer = { code: '200000', data: { ...data, permission, ipWhitelist: '203.0.113.7', expiredAt: NOW + DAY } }
      expect(codes(await check(SIGNERS.kucoin, answer))).toEqual(['danger WITHDRAW_ENABLED', 'warning EXPIRES_SOON'])
    }
  })

  it('says what OKX says, and when an idle key would end', async () => {
    const report = await check(SIGNERS.okx, ANSWERS.okx)
    expect(report).toMatchObject({
      permissions: ['read_only', 'trade'],
      withdraw: false,
      trade: true,
      ipBound: false,
      expiresAtMs: NOW + 14 * DAY,
    })
    expect(codes(report)).toEqual(['warning NO_IP_LIST', 'info EXPIRES_IDLE'])
    const reads = but(
      'okx',
      ({ data }: typeof ANSWERS.okx) => void Object.assign(data[0] as object, { perm: 'read_only' }),
    )
    expect(codes(await check(SIGNERS.okx, reads))).toEqual(['warning NO_IP_LIST'])
  })

  it('takes the days of a rule, and how early to warn, from the caller', async () => {
    const of = async (options: CheckKeyOptions) => {
      const { findings, expiresAtMs } = await check(SIGNERS.binance, ANSWERS.binance, options)
      return [(expiresAtMs ?? Number.NaN) / DAY - NOW / DAY, findings.some(({ code }) => code === 'EXPIRES_SOON')]
    }
    expect(await of({ lifetimeDaysWithoutIps: 90 })).toEqual([80, false])
    expect(await of({ lifetimeDaysWithoutIps: 90, warnBeforeDays: 80 })).toEqual([80, true])
    expect(await of({ warnBeforeDays: 0 })).toEqual([20, false])
    expect(await of({ lifetimeDaysWithoutIps: Number.POSITIVE_INFINITY })).toEqual([Number.NaN, false])
    const idle = await check(SIGNERS.okx, ANSWERS.okx, { lifetimeDaysWithoutIps: 30 })
    expect(idle.expiresAtMs).toBe(NOW + 30 * DAY)
    const none = await check(SIGNERS.kucoin, ANSWERS.kucoin, { lifetimeDaysWithoutIps: 30 })
    expect(none.expiresAtMs).toBe(NOW + 29 * DAY)
  })

  it('names what is needed and missing, by the exchange’s words and the shared ones', async () => {
    const needs = ['trade', 'withdraw', 'enableFutures', 'enableMargin']
    const { findings } = await check(SIGNERS.binance, ANSWERS.binance, { needs })
    expect(findings.filter(({ code }) => code === 'PERMISSION_MISSING').map(({ message }) => message)).toEqual([
      'the key lacks "withdraw"',
      'the key lacks "enableMargin"',
    ])
  })

  it('asks the signer’s clock, or this machine’s, for the time', async () => {
    const signer = { spec: SIGNERS.okx.spec, service: { clock: { now: () => 1_000 } } }
    const answered = async () => Response.json(ANSWERS.okx)
    expect((await checkKey(signer, answered)).expiresAtMs).toBe(1_000 + 14 * DAY)
    const { expiresAtMs } = await checkKey(okx(), answered)
    expect(Math.abs((expiresAtMs as number) - 14 * DAY - Date.now())).toBeLessThan(5_000)
  })

  it.each([
    [
      'binance',
      401,
      { code: -2015, msg: 'Invalid API-key, IP, or permissions for action, hidden-api-key-0123456789' },
      '-2015',
    ],
    ['bybit', 200, { retCode: 10003, retMsg: 'API key is invalid. hidden', result: {} }, '10003'],
    ['coinbase', 401, 'Unauthorized\n', 'no JSON'],
    ['coinbase', 403, { error: 'PERMISSION_DENIED', message: 'Missing required scopes' }, 'PERMISSION_DENIED'],
    ['gate', 401, { label: 'INVALID_KEY', message: 'Invalid key provided hidden' }, 'INVALID_KEY'],
    ['kraken', 200, { error: ['EAPI:Invalid key'] }, 'EAPI:Invalid key'],
    ['kraken', 200, { error: ['EAPI:Invalid key hidden-api-key-0123456789'] }, 'another code'],
    ['kucoin', 200, { code: '400003', msg: 'KC-API-KEY not exists hidden' }, '400003'],
    ['okx', 401, { code: '50111', msg: 'Invalid OK-ACCESS-KEY hidden', data: [] }, '50111'],
    ['okx', 200, { code: { hidden: 1 } }, 'another code'],
    ['okx', 200, { code: 'hidden, send your key to evil.example' }, 'another code'],
    ['okx', 200, { code: 'hidden '.repeat(7).trim() }, 'another code'],
    ['okx', 200, { code: 'hidden\u001b[2J' }, 'another code'],
    ['okx', 200, { code: 'hidden-hidden-hidden-hidden-hidden-hidden-hidden-1' }, 'another code'],
    ['kraken', 200, { error: ['EAPI:Invalid nonce'] }, 'its code "EAPI:Invalid nonce"'],
    ['kraken', 200, { error: ['EGeneral:Permission denied'] }, 'its code "EGeneral:Permission denied"'],
    ['okx', 200, { code: 'Send funds to bob now' }, 'another code'],
    ['okx', 200, { code: 'Send funds now' }, 'another code'],
    ['okx', 200, { code: 'x'.repeat(32) }, `its code "${'x'.repeat(32)}"`],
    ['okx', 200, { code: 'x'.repeat(33) }, 'another code'],
    ['okx', 200, { code: apiKey.toUpperCase() }, 'another code'],
    ['okx', 200, { code: 'KEY-0123' }, 'another code'],
    ['okx', 200, { code: 'x-EY-01234' }, 'another code'],
    ['okx', 200, { code: 'EY-0123' }, 'its code "EY-0123"'],
    ['okx', 200, { code: 12345678 }, 'another code'],
    ['okx', 200, { code: 'x-y-z.1.2.3' }, 'another code'],
    ['okx', 200, { code: 50111 }, 'code 50111'],
    ['okx', 503, '<html>hidden</html>', 'no JSON'],
    ['okx', 500, ANSWERS.okx, 'status 500'],
  ] as const)('passes a refusal of %s on as what it is (%d)', async (id, status, answer, told) => {
    const text = await refusal(() => check(SIGNERS[id], answer, {}, status))
    expect(text).toMatch(new RegExp(`^EXCHANGE_REFUSED ${SIGNERS[id].spec.name} did not answer about the key`))
    expect(text).toContain(`status ${status}`)
    expect(text).toContain(told)
  })

  it.each(IDS)('accepts no answer of %s that differs from its documentation', async (id) => {
    for (const answer of ['', '5', 'null', '[]', '{}', '"text"', ' '.repeat(1_100_000)])
      expect(await refusal(() => check(SIGNERS[id], answer))).toMatch(/^EXCHANGE_REFUSED /)
    // Every member that is read, with something else in its place.
    const visit = (value: unknown, path: readonly string[]): string[][] =>
      typeof value === 'object' && value !== null
        ? [[...path], ...Object.entries(value).flatMap(([name, one]) => visit(one, [...path, name]))]
        : [[...path]]
    const full = await check(SIGNERS[id], ANSWERS[id])
    for (const path of visit(ANSWERS[id], []).filter((one) => one.length > 0))
      for (const wrong of [null, { wrong: true }, [{ wrong: true }], 1.5, 'wrong', true]) {
        const answer = but(id, (copy) => {
          const last = path.at(-1) as string
          const holder = path.slice(0, -1).reduce((at: never, name) => at[name], copy as never) as Record<
            string,
            unknown
          >
          holder[last] = wrong
        })
        // Refused, or read without a trace of what does not belong there.
        const outcome = await check(SIGNERS[id], answer).catch((error: unknown) => error)
        if (isCountersignError(outcome)) expect(outcome.code).toBe('EXCHANGE_REFUSED')
        else {
          const { permissions, withdraw, trade } = outcome as KeyReport
          expect([permissions.every((name) => typeof name === 'string'), typeof withdraw, typeof trade]).toEqual([
            true,
            'boolean',
            'boolean',
          ])
        }
      }
    expect(full.exchange).toBe(id)
  })

  it('names the page to look at for an exchange that reports nothing', async () => {
    const never = (): never => expect.fail('asked')
    const text = await refusal(() => checkKey(upbit(), never))
    expect(text).toMatch(/^CONFIG_INVALID Upbit .*dashboard.*https:/)
    const strange = { spec: { id: 'constructor', name: 'Strange', docs: 'https://strange.example' } }
    expect(await refusal(() => checkKey(strange, never))).toMatch(/^CONFIG_INVALID Strange/)
  })

  it('refuses options that cannot be right, before it asks', async () => {
    for (const options of [
      { nowMs: Number.NaN },
      { nowMs: -1 },
      { warnBeforeDays: -1 },
      { warnBeforeDays: Number.NaN },
      { lifetimeDaysWithoutIps: 0 },
      { lifetimeDaysWithoutIps: Number.NaN },
      { nowMs: '5' },
      { warnBeforeDays: '14' },
      { lifetimeDaysWithoutIps: '30' },
      { needs: 'trade' },
      { needs: [5] },
      { needs: [''] },
      { params: 'otp=5' },
      { params: { otp: 5 } },
      { permissions: ['trade'] },
      { otp: '5' },
    ])
      expect(
        await refusal(() => checkKey(SIGNERS.okx, () => expect.fail('asked'), options as never)),
        JSON.stringify(options),
      ).toMatch(new RegExp(`^CONFIG_INVALID .*"${Object.keys(options)[0]}[".[]`))
  })

  it('refuses arguments that are missing or swapped, by name', async () => {
    const fetch = (): never => expect.fail('asked')
    const asked = (...given: unknown[]): Promise<string> =>
      refusal(() => (checkKey as unknown as (...given: unknown[]) => Promise<unknown>)(...given))
    expect(await asked()).toMatch(/^CONFIG_INVALID "signer" must be .*, got nothing/)
    expect(await asked(SIGNERS.okx)).toMatch(/^CONFIG_INVALID "signedFetch" must be .*, got nothing/)
    expect(await asked(fetch, SIGNERS.okx)).toMatch(/^CONFIG_INVALID "signer" must be .*, got a function/)
    expect(await asked(SIGNERS.okx, { needs: [] })).toMatch(/^CONFIG_INVALID "signedFetch" must be .*, got an object/)
  })

  it('passes on what the fetch throws', async () => {
    await expect(checkKey(SIGNERS.okx, () => Promise.reject(new TypeError('network')))).rejects.toThrow('network')
  })
})
