import { createHmac, createPublicKey, sign as signBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { ED25519_KEY } from '../../doctor/keys.mjs'

const SECRET = 'canary-secret-5d41402abc4b2a76'
const mac = (text: string | Buffer, form: 'hex' | 'base64' = 'hex', hash = 'sha256') =>
  createHmac(hash, SECRET).update(text).digest(form)
const first = async (text: string | object, options: DiagnoseOptions = { secret: SECRET }) =>
  (await diagnose(text, { budgetMs: 20_000, ...options })).findings[0]

describe('a private key that is given for the public one', () => {
  const params = '("@method" "@path");created=1700000000;keyid="k1"'
  const request = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: api.example.com\r\nSignature-Input: sig1=${params}\r\nSignature: sig1=:${signBytes(null, Buffer.from(`"@method": GET\n"@path": /a\n"@signature-params": ${params}`), ED25519_KEY).toString('base64')}:\r\n\r\n`

  test('is named, and its public half is tested', async () => {
    const found = await diagnose(request('/a'), { publicKey: ED25519_KEY })
    expect(found.findings[0]?.id).toBe('public-key-is-private')
    expect(found).toMatchObject({ signature: 'fits', verified: false })
    expect(JSON.stringify(found)).not.toContain(ED25519_KEY.split('\n')[1])
  })

  test('is named beside what else is wrong', async () => {
    const { findings } = await diagnose(request('/a/'), { publicKey: ED25519_KEY })
    expect(findings.map(({ id }) => id)).toEqual(expect.arrayContaining(['public-key-is-private', '@path-slash']))
  })

  test('is named as a JWK', async () => {
    const { createPrivateKey } = await import('node:crypto')
    const publicKey = createPrivateKey(ED25519_KEY).export({ format: 'jwk' })
    expect((await first(request('/a'), { publicKey }))?.id).toBe('public-key-is-private')
  })

  test('is no finding where the key is a public one', async () => {
    const publicKey = createPublicKey(ED25519_KEY).export({ type: 'spki', format: 'pem' }) as string
    expect(await diagnose(request('/a'), { publicKey })).toMatchObject({ verified: true })
  })
})

describe('RFC 9421', () => {
  const request = (alg: string, signature: (base: string) => string, fields = '') => {
    const params = `("@method" "@path"${fields === '' ? '' : ' "x-trace"'});created=1700000000${alg}`
    const base = `"@method": GET\n"@path": /a\n${fields === '' ? '' : '"x-trace": a\n'}"@signature-params": ${params}`
    return `GET /a HTTP/1.1\r\nHost: api.example.com\r\n${fields}Signature-Input: sig1=${params}\r\nSignature: sig1=:${signature(base)}:\r\n\r\n`
  }

  test('an HMAC of another hash than the message claims is named', async () => {
    const text = request(';alg="hmac-sha256"', (base) => mac(base, 'base64', 'sha512'))
    expect((await first(text))?.id).toBe('algorithm')
  })

  test('an HMAC of a hash that no message names is taken as the two sides agree', async () => {
    const text = request('', (base) => mac(base, 'base64', 'sha512'))
    expect(await diagnose(text, { secret: SECRET })).toMatchObject({ signature: 'fits' })
  })

  test('how the secret is read comes before what is not covered', async () => {
    const secret = Buffer.from('canary-of-thirty-two-bytes-in-base64').toString('base64')
    const text = request('', (base) =>
      createHmac('sha256', Buffer.from(secret, 'base64')).update(base).digest('base64'),
    )
    expect((await first(text, { secret }))?.id).toBe('secret-reading')
  })

  test('a field to which a value was added is named', async () => {
    const text = request('', (base) => mac(base, 'base64'), 'X-Trace: a\r\nX-Trace: b\r\n')
    expect((await first(text))?.id).toBe('x-trace-list')
  })
})

describe('webhooks', () => {
  const delivery = (signed: string | Buffer, body: Uint8Array | string) => ({
    method: 'POST',
    url: 'https://shop.example.com/hook',
    headers: { 'content-type': 'application/json', 'x-shopify-hmac-sha256': mac(signed as string, 'base64') },
    body,
  })

  test('a long number that was rounded by a parser is named', async () => {
    const text = '{"id":820982911946154508,"n":1}'
    expect((await first(delivery(text, JSON.stringify(JSON.parse(text)))))?.id).toBe('body-json-numbers-rounded')
  })

  test('a body in another charset than was signed is named', async () => {
    const text = '{"name":"Zoë"}'
    expect((await first(delivery(text, Buffer.from(text, 'latin1'))))?.id).toBe('body-charset')
    expect((await first(delivery(text, Buffer.from(text, 'latin1').toString('base64'))))?.id).toBe('body-charset')
  })

  test('a nested parameter that was taken apart is named', async () => {
    const pairs = ['filter={"color"=>"red"}', 'path_prefix=/apps/x', 'shop=s.myshopify.com', 'timestamp=1700000000']
    const url = `https://app.example.com/proxy?filter%5Bcolor%5D=red&path_prefix=%2Fapps%2Fx&shop=s.myshopify.com&timestamp=1700000000&signature=${mac(pairs.join(''))}`
    expect((await first({ method: 'GET', url, headers: {} }))?.id).toBe('query-nested')
  })

  test('the label of another hash is named without a key', async () => {
    const text = `POST /hook HTTP/1.1\nHost: ci.example.com\nX-GitHub-Event: push\nX-Hub-Signature-256: sha1=${mac('{}', 'hex', 'sha1')}\nContent-Length: 2\n\n{}`
    expect((await first(text, {}))?.id).toBe('algorithm')
  })

  test('a proxy that says http is named where the signature fits a URL with https', async () => {
    const signature = mac('https://bot.example.com/smsAx', 'base64', 'sha1')
    const text = `POST /sms HTTP/1.1\nHost: bot.example.com\nX-Forwarded-Proto: http\nContent-Type: application/x-www-form-urlencoded\nX-Twilio-Signature: ${signature}\nContent-Length: 3\n\nA=x`
    expect((await first(text))?.id).toBe('url-scheme')
    expect(await diagnose(text.replace('Proto: http', 'Proto: https'), { secret: SECRET })).toMatchObject({
      verified: true,
      findings: [],
    })
  })
})

describe('exchanges', () => {
  test('a passphrase that was signed and written in hexadecimal is named', async () => {
    const text = `GET /api/v1/accounts HTTP/1.1\nHost: api.kucoin.com\nKC-API-KEY: key-1\nKC-API-SIGN: ${mac('1700000000123GET/api/v1/accounts', 'base64')}\nKC-API-TIMESTAMP: 1700000000123\nKC-API-PASSPHRASE: ${mac('phrase')}\nKC-API-KEY-VERSION: 2\n\n`
    expect((await first(text))?.id).toBe('passphrase-form')
  })

  test('a time that was signed in milliseconds and sent in seconds is named', async () => {
    const text = `GET /v2/wallet/balances HTTP/1.1\nHost: api.delta.exchange\napi-key: key-1\ntimestamp: 1700000000\nsignature: ${mac('GET1700000000123/v2/wallet/balances')}\n\n`
    expect((await first(text))?.id).toBe('time-unit')
  })

  test('a query that was signed without its question mark is named so', async () => {
    const text = `GET /api/v2/account/bills?coin=USDT HTTP/1.1\nHost: api-spot.weex.com\nACCESS-KEY: key-1\nACCESS-SIGN: ${mac('1700000000123GET/api/v2/account/billscoin=USDT', 'base64')}\nACCESS-TIMESTAMP: 1700000000123\nACCESS-PASSPHRASE: phrase\n\n`
    expect((await first(text))?.id).toBe('question-mark')
  })

  test('of two versions with the same fields the path says which one it is', async () => {
    const text = (path: string) =>
      `GET ${path} HTTP/1.1\nHost: api.woox.io\nx-api-key: key-1\nx-api-timestamp: 1700000000123\nx-api-signature: ${mac('a')}\n\n`
    expect((await diagnose(text('/v3/balances'))).scheme).toBe('woo')
    expect((await diagnose(text('/v1/orders'))).scheme).toBe('woo-v1')
  })

  test('another hash is named once, and not its form as well', async () => {
    const text = `GET /v5/account/info HTTP/1.1\nHost: api.bybit.com\nX-BAPI-API-KEY: key-1\nX-BAPI-TIMESTAMP: 1700000000123\nX-BAPI-RECV-WINDOW: 5000\nX-BAPI-SIGN: ${mac('1700000000123key-15000', 'hex', 'sha512')}\n\n`
    const { findings } = await diagnose(text, { secret: SECRET })
    expect(findings.map(({ id }) => id)).toEqual(['algorithm'])
  })

  test('an instruction of Backpack that was not signed is named', async () => {
    const signature = signBytes(null, Buffer.from('timestamp=1700000000123&window=5000'), ED25519_KEY).toString(
      'base64',
    )
    const text = `GET /api/v1/capital HTTP/1.1\nHost: api.backpack.exchange\nX-API-Key: key-1\nX-Timestamp: 1700000000123\nX-Window: 5000\nX-Signature: ${signature}\n\n`
    const publicKey = createPublicKey(ED25519_KEY).export({ type: 'spki', format: 'pem' }) as string
    expect((await first(text, { publicKey }))?.id).toBe('instruction-left-out')
  })

  test('null for the vault of Hyperliquid is what its official package sends', async () => {
    const body = `{"action":{"type":"noop"},"nonce":1700000000123,"signature":{"r":"0x${'1'.repeat(64)}","s":"0x${'2'.repeat(64)}","v":27},"vaultAddress":null}`
    const { findings } = await diagnose({
      method: 'POST',
      url: 'https://api.hyperliquid.xyz/exchange',
      headers: {},
      body,
    })
    expect(findings.map(({ id }) => id)).not.toContain('auth-malformed')
  })
})

describe('what programs hand to an exchange in an order or form of their own', () => {
  const TIME = '1700000000123'
  const call = (order: readonly string[]) => {
    const params: Readonly<Record<string, string>> = {
      ...{ instrument_name: 'BTC_USD', side: 'BUY', type: 'LIMIT' },
      ...{ price: '60500.1', quantity: '0.0125', client_oid: 'a-1' },
    }
    const text = `private/create-order7k${order.map((name) => `${name}${params[name]}`).join('')}${TIME}`
    return {
      ...{ method: 'POST', url: 'https://api.crypto.com/exchange/v1/private/create-order' },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 7,
        method: 'private/create-order',
        params,
        api_key: 'k',
        sig: mac(text),
        nonce: Number(TIME),
      }),
    }
  }

  test('the parameters of Crypto.com in any order of a map', async () => {
    const names = ['quantity', 'client_oid', 'type', 'instrument_name', 'price', 'side']
    expect((await first(call(names)))?.id).toBe('parameters-not-sorted')
    expect(await diagnose(call([...names].sort()), { secret: SECRET })).toMatchObject({ signature: 'fits' })
  })

  test('a name that the rules put before the body, left out', async () => {
    const body = '{"symbol":"BTC_USDT"}'
    const text = `POST /orders HTTP/1.1\r\nHost: api.poloniex.com\r\nkey: k\r\nsignTimestamp: ${TIME}\r\nsignature: ${mac(`POST\n/orders\n${body}&signTimestamp=${TIME}`, 'base64')}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    expect(await first(text)).toMatchObject({
      id: 'text-part-left-out',
      cause: expect.stringContaining('requestBody='),
    })
  })

  test.each([1, 90])('a nonce of Kraken that is hashed %d before the one in the body', async (away) => {
    const { createHash } = await import('node:crypto')
    const secret = Buffer.from('canary-secret-of-kraken-in-base64').toString('base64')
    const [nonce, path] = [1_700_000_000_123_456, '/0/private/Balance']
    const body = `nonce=${nonce}`
    const digest = createHash('sha256')
      .update(`${nonce - away}${body}`)
      .digest()
    const sign = createHmac('sha512', Buffer.from(secret, 'base64')).update(path).update(digest).digest('base64')
    const text = `POST ${path} HTTP/1.1\r\nHost: api.kraken.com\r\nAPI-Key: k\r\nAPI-Sign: ${sign}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    expect(await first(text, { secret })).toMatchObject({
      id: 'nonce-other',
      evidence: expect.stringContaining(`${away} less`),
    })
  })

  test('fractions of a second are no mistake at Gate, whose own clients state them', async () => {
    const { createHash } = await import('node:crypto')
    const empty = createHash('sha512').digest('hex')
    for (const time of ['1700000000', '1700000000.482', '1700000000.4820092']) {
      const sign = mac(`GET\n/api/v4/spot/accounts\n\n${empty}\n${time}`, 'hex', 'sha512')
      const text = `GET /api/v4/spot/accounts HTTP/1.1\r\nHost: api.gateio.ws\r\nKEY: k\r\nTimestamp: ${time}\r\nSIGN: ${sign}\r\n\r\n`
      expect(await diagnose(text, { secret: SECRET })).toMatchObject({
        signature: 'fits',
        verified: true,
        findings: [],
      })
    }
  })

  test('a nonce that counts seconds is looked at where it is the time of the request', async () => {
    const request = (nonce: string) => {
      const body = JSON.stringify({ request: '/api/v4/trade-account/balance', nonce })
      const payload = Buffer.from(body).toString('base64')
      return `POST /api/v4/trade-account/balance HTTP/1.1\r\nHost: whitebit.com\r\nX-TXC-APIKEY: k\r\nX-TXC-PAYLOAD: ${payload}\r\nX-TXC-SIGNATURE: ${mac(payload, 'hex', 'sha512')}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    }
    const nowMs = 1_700_000_000_123
    expect(await first(request('1700000000'), { secret: SECRET, nowMs })).toMatchObject({
      id: 'nonce-unit',
      certainty: 'possible',
    })
    expect(await first(request('1700000000'), { secret: SECRET })).toBe(undefined)
    expect(await first(request('1700000000123'), { secret: SECRET, nowMs })).toBe(undefined)
    const refused = `${request('1700000000')}\r\n\r\nHTTP/1.1 429 Too Many Requests\r\n\r\n{"code":0,"message":"Too many requests."}`
    expect((await first(refused, { secret: SECRET, nowMs }))?.id).toBe('refused-nonce')
  })

  test.each([
    ['as they were made', ['timestamp', 'expiry_window', 'type', 'data'], ',', ':'],
    ['as json.dumps writes them', ['type', 'timestamp', 'expiry_window', 'data'], ', ', ': '],
  ])('the members of Pacifica %s', async (_, order, comma, colon) => {
    const { base58 } = await import('../../../src/crypto/format/base58.js')
    const data = { symbol: 'BTC', price: '100000', side: 'bid' }
    const all = { type: 'create_order', timestamp: Number(TIME), expiry_window: 5000, data }
    const json = JSON.stringify(Object.fromEntries(order.map((name) => [name, all[name as 'data']])))
    const text = json.replaceAll(',', comma).replaceAll('":', `"${colon}`)
    const body = {
      account: base58(Buffer.from(createPublicKey(ED25519_KEY).export({ format: 'jwk' })['x'] as string, 'base64url')),
    }
    const found = await diagnose(
      {
        ...{ method: 'POST', url: 'https://api.pacifica.fi/api/v1/orders/create' },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          ...body,
          ...{
            signature: base58(signBytes(null, Buffer.from(text), ED25519_KEY)),
            timestamp: Number(TIME),
            expiry_window: 5000,
          },
          ...data,
        }),
      },
      { budgetMs: 20_000 },
    )
    expect(found).toMatchObject({ signature: 'explained', findings: [{ id: 'json-not-sorted' }] })
  })
})
