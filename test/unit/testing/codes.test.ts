import { describe, expect, test } from 'vitest'
import { bitfinex } from '../../../src/exchange/catalogue/bitfinex.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { bitstamp } from '../../../src/exchange/catalogue/bitstamp.js'
import { bybit } from '../../../src/exchange/catalogue/bybit.js'
import { coinbaseExchange } from '../../../src/exchange/catalogue/coinbase-exchange.js'
import { cryptoCom } from '../../../src/exchange/catalogue/crypto-com.js'
import { deribit } from '../../../src/exchange/catalogue/deribit.js'
import { gate } from '../../../src/exchange/catalogue/gate.js'
import { gemini } from '../../../src/exchange/catalogue/gemini.js'
import { htx } from '../../../src/exchange/catalogue/htx.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { krakenFutures } from '../../../src/exchange/catalogue/kraken-futures.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { mexc } from '../../../src/exchange/catalogue/mexc.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { whitebit } from '../../../src/exchange/catalogue/whitebit.js'
import type { ExchangeFactory } from '../../../src/exchange/spec/signer-types.js'
import type { MockAccountOptions } from '../../../src/testing/accounts.js'
import { send, start } from './support.js'

const DAY = 86_400_000

/** What goes wrong with a request. */
interface Wrong {
  readonly apiKey?: string
  readonly secret?: string
  readonly passphrase?: string
  readonly aheadMs?: number
  /** Header fields that are left out. */
  readonly without?: string
  readonly twice?: true
  /** What the account may do, and from where. */
  readonly account?: MockAccountOptions
}
type Case = readonly [name: string, wrong: Wrong, status: number, body: unknown]

const STRANGER: Wrong = { apiKey: 'nobody-knows-me' }
const FORGED: Wrong = { secret: 'b3RoZXItc2VjcmV0IQ==' }
const LATE: Wrong = { aheadMs: -DAY }
const ELSEWHERE: Wrong = { account: { allowIp: ['203.0.113.9'] } }
const READER: Wrong = { account: { permissions: ['read'] } }
const PHRASE: Wrong = { passphrase: 'another-phrase' }
const AGAIN: Wrong = { twice: true }
const lack = (without: string): Wrong => ({ without })
const code = (code: number | string) => ({ code })

const TABLE: ReadonlyArray<readonly [string, ExchangeFactory, string, readonly Case[]]> = [
  [
    'OKX',
    okx,
    '/api/v5/trade/order',
    [
      ['an unknown key', STRANGER, 401, { code: '50111', msg: 'Invalid OK-ACCESS-KEY' }],
      ['another secret', FORGED, 401, { code: '50113', msg: 'Invalid Sign' }],
      ['a late time', LATE, 401, { code: '50102', msg: 'Timestamp request expired' }],
      ['another passphrase', PHRASE, 401, code('50105')],
      ['no key', lack('OK-ACCESS-KEY'), 401, code('50103')],
      ['no passphrase', lack('OK-ACCESS-PASSPHRASE'), 401, code('50104')],
      ['no signature', lack('OK-ACCESS-SIGN'), 401, code('50106')],
      ['no time', lack('OK-ACCESS-TIMESTAMP'), 401, code('50107')],
      ['another address', ELSEWHERE, 401, code('50110')],
      ['a key that may not trade', READER, 401, code('50120')],
    ],
  ],
  [
    'Kraken',
    kraken,
    '/0/private/AddOrder',
    [
      ['an unknown key', STRANGER, 200, { error: ['EAPI:Invalid key'] }],
      ['no key', lack('API-Key'), 200, { error: ['EAPI:Invalid key'] }],
      ['another secret', FORGED, 200, { error: ['EAPI:Invalid signature'] }],
      ['a nonce that was used', AGAIN, 200, { error: ['EAPI:Invalid nonce'] }],
      ['a key that may not trade', READER, 200, { error: ['EGeneral:Permission denied'] }],
    ],
  ],
  [
    'Kraken Futures',
    krakenFutures,
    '/derivatives/api/v3/sendorder',
    [
      ['an unknown key', STRANGER, 200, { result: 'error', error: 'authenticationError' }],
      ['another secret', FORGED, 200, { result: 'error', error: 'authenticationError' }],
    ],
  ],
  [
    'Bybit',
    bybit,
    '/v5/order/create',
    [
      ['an unknown key', STRANGER, 200, { retCode: 10003, retMsg: 'API key is invalid.' }],
      ['another secret', FORGED, 200, { retCode: 10004 }],
      ['a late time', LATE, 200, { retCode: 10002, retMsg: expect.stringContaining('recv_window[5000]') }],
      ['an early time', { aheadMs: 1_500 }, 200, { retCode: 10002 }],
      ['no signature', lack('X-BAPI-SIGN'), 200, { retCode: 10001 }],
      ['another address', ELSEWHERE, 200, { retCode: 10010 }],
      ['a key that may not trade', READER, 200, { retCode: 10005 }],
      ['a key that has ended', { account: { expiresAtMs: 1 } }, 200, { retCode: 33004 }],
    ],
  ],
  [
    'Gate',
    gate,
    '/api/v4/spot/orders',
    [
      ['an unknown key', STRANGER, 401, { label: 'INVALID_KEY', message: 'Invalid key provided' }],
      ['another secret', FORGED, 401, { label: 'INVALID_SIGNATURE', message: 'Signature mismatch' }],
      ['a late time', LATE, 403, { label: 'REQUEST_EXPIRED' }],
      [
        'no time',
        lack('Timestamp'),
        400,
        { label: 'MISSING_REQUIRED_HEADER', message: 'Missing required header: Timestamp' },
      ],
      ['another address', ELSEWHERE, 403, { label: 'IP_FORBIDDEN' }],
      ['a key that may not trade', READER, 403, { label: 'READ_ONLY' }],
    ],
  ],
  [
    'KuCoin',
    kucoin,
    '/api/v1/orders',
    [
      ['no signature', lack('KC-API-SIGN'), 401, code('400001')],
      ['a late time', { aheadMs: -6_000 }, 401, code('400002')],
      ['an early time', { aheadMs: 6_000 }, 401, code('400002')],
      ['an unknown key', STRANGER, 401, code('400003')],
      ['another passphrase', PHRASE, 401, code('400004')],
      ['another secret', FORGED, 401, { code: '400005', msg: 'Invalid KC-API-SIGN' }],
      ['another address', ELSEWHERE, 401, code('400006')],
      ['a key that may not trade', READER, 401, code('400007')],
    ],
  ],
  [
    'Bitget',
    bitget,
    '/api/v2/spot/trade/place-order',
    [
      ['no key', lack('ACCESS-KEY'), 400, code('40001')],
      ['no signature', lack('ACCESS-SIGN'), 400, code('40003')],
      ['no passphrase', lack('ACCESS-PASSPHRASE'), 400, code('40011')],
      ['a late time', LATE, 400, code('40008')],
      ['another secret', FORGED, 400, code('40009')],
      ['another passphrase', PHRASE, 400, code('40012')],
      ['another address', ELSEWHERE, 400, code('40018')],
      ['an unknown key', STRANGER, 400, { code: '40037', msg: 'Apikey does not exist', data: null }],
      ['a key that may not trade', READER, 400, code('40014')],
    ],
  ],
  [
    'Coinbase Exchange',
    coinbaseExchange,
    '/orders',
    [
      ['no key', lack('CB-ACCESS-KEY'), 401, { message: 'CB-ACCESS-KEY header is required' }],
      ['an unknown key', STRANGER, 401, { message: 'Invalid API Key' }],
      ['another secret', FORGED, 401, { message: 'invalid signature' }],
      ['another passphrase', PHRASE, 401, { message: 'Invalid Passphrase' }],
      ['a late time', LATE, 400, { message: 'request timestamp expired' }],
    ],
  ],
  [
    'MEXC',
    mexc,
    '/api/v3/order',
    [
      ['an unknown key', STRANGER, 400, { code: 10072, msg: 'Api key info invalid' }],
      ['another secret', FORGED, 400, code(700002)],
      ['a late time', LATE, 400, code(700003)],
      ['another address', ELSEWHERE, 400, code(700006)],
      ['a key that may not trade', READER, 400, code(700007)],
    ],
  ],
  [
    'Bitfinex',
    bitfinex,
    '/v2/auth/w/order/submit',
    [
      ['an unknown key', STRANGER, 500, ['error', 10100, 'apikey: invalid']],
      ['another secret', FORGED, 500, ['error', 10100, 'apikey: digest invalid']],
      ['a nonce that was used', AGAIN, 500, ['error', 10114, 'nonce: small']],
    ],
  ],
  [
    'Gemini',
    gemini,
    '/v1/order/new',
    [
      ['an unknown key', STRANGER, 400, { result: 'error', reason: 'InvalidApiKey' }],
      ['another secret', FORGED, 400, { result: 'error', reason: 'InvalidSignature' }],
      [
        'a nonce that was used',
        AGAIN,
        400,
        { reason: 'InvalidNonce', message: expect.stringContaining('has not increased') },
      ],
      ['no signature', lack('X-GEMINI-SIGNATURE'), 400, { reason: 'MissingSignatureHeader' }],
      ['a key that may not trade', READER, 403, { reason: 'MissingRole' }],
    ],
  ],
  [
    'Deribit',
    deribit,
    '/api/v2/private/buy',
    [
      ['an unknown key', STRANGER, 400, { error: code(13004) }],
      ['a late time', LATE, 400, { error: code(13009) }],
      ['a nonce that was used', AGAIN, 400, { error: code(13009) }],
      ['no authentication', lack('Authorization'), 400, { error: code(13009) }],
      ['a key that may not trade', READER, 403, { error: code(13021) }],
    ],
  ],
  [
    'Crypto.com',
    cryptoCom,
    '/exchange/v1/private/create-order',
    [
      ['an unknown key', STRANGER, 401, code(40101)],
      ['another secret', FORGED, 401, code(40101)],
      ['a late time', LATE, 400, code(40102)],
      ['another address', ELSEWHERE, 401, code(40103)],
    ],
  ],
  [
    'HTX',
    htx,
    '/v1/order/orders/place',
    [
      ['an unknown key', STRANGER, 200, { status: 'error', 'err-code': 'api-signature-not-valid' }],
      ['another secret', FORGED, 200, { 'err-msg': expect.stringContaining('Verification failure') }],
      ['a late time', LATE, 200, { 'err-msg': expect.stringContaining('Invalid submission time') }],
    ],
  ],
  [
    'Bitstamp',
    bitstamp,
    '/api/v2/buy/btcusd/',
    [
      ['an unknown key', STRANGER, 403, { status: 'error', code: 'API0001' }],
      ['another address', ELSEWHERE, 403, code('API0002')],
      ['a key that may not trade', READER, 403, code('API0003')],
      ['a nonce that was used', AGAIN, 403, code('API0004')],
      ['another secret', FORGED, 403, { reason: 'Invalid signature', code: 'API0005' }],
    ],
  ],
  [
    'WhiteBIT',
    whitebit,
    '/api/v4/order/new',
    [
      ['an unknown key', STRANGER, 401, code(2)],
      ['another secret', FORGED, 401, { code: 10, message: 'Unauthorized request.' }],
      ['a key that may not trade', READER, 403, code(4)],
    ],
  ],
]

describe.each(TABLE)('a mock of %s', (_, make, path, cases) => {
  test.each(cases)('the mock refuses %s', async (_, wrong, status, body) => {
    const hasPhrase = make().spec.passphrase !== undefined
    const own = { apiKey: 'bot-1', secret: 'c2VjcmV0IQ==', ...(hasPhrase ? { passphrase: 'phrase-1' } : {}) }
    const mock = await start(make(), { accounts: [{ ...own, ...wrong.account }] })
    const { apiKey = own.apiKey, secret = own.secret, passphrase = own.passphrase, aheadMs = 0, without } = wrong
    const signer = make({ ...own, apiKey, secret, passphrase, origin: mock.origin })
    const params = { symbol: 'BTCUSDT', method: 'private/create-order' }
    const method = make === deribit ? 'GET' : 'POST'
    const request = signer.sign({ method, path, params }, { clock: { now: () => Date.now() + aheadMs } })
    if (wrong.twice) expect((await send(request))[0]).toBe(200)
    const [found, said] = await send(request, without === undefined ? {} : { headers: { [without]: undefined } })
    expect(said).toMatchObject(body as object)
    expect(found).toBe(status)
    expect(mock.requests.at(-1)).toMatchObject({ status, path, code: expect.any(String) })
    expect(JSON.stringify([said, mock.requests])).not.toContain(secret)
  })

  test('nothing of a request that is right', async () => {
    const hasPhrase = make().spec.passphrase !== undefined
    const own = { apiKey: 'bot-1', secret: 'c2VjcmV0IQ==', ...(hasPhrase ? { passphrase: 'phrase-1' } : {}) }
    const mock = await start(make(), { accounts: [own] })
    const method = make === deribit ? 'GET' : 'POST'
    const params = { symbol: 'BTCUSDT', method: 'private/create-order' }
    const [status] = await send(make({ ...own, origin: mock.origin }).sign({ method, path, params }))
    expect([status, mock.requests[0]?.code]).toEqual([200, undefined])
  })
})
