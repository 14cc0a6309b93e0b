import { expect } from 'vitest'
import { utf8, utf8Decode } from '../../src/crypto/encoding.js'
import { apexOmni } from '../../src/exchange/catalogue/apex-omni.js'
import { bybit } from '../../src/exchange/catalogue/bybit.js'
import { cryptoCom } from '../../src/exchange/catalogue/crypto-com.js'
import { okx } from '../../src/exchange/catalogue/okx.js'
import { type ExchangeSigner, exchangeVerifier } from '../../src/exchange/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { signPrepared } from '../../src/schemes/scheme.js'
import type { PolicyOptions } from '../../src/server/policy/policy.js'
import { attack, attacks } from './attack.js'
import type { Outcome } from './catalogue.js'
import { withFields } from './forge.js'
import { HOSTS, start } from './hosts.js'
import { HOST, NOW, type World, world } from './world.js'

const account = { apiKey: 'key', secret: 'a secret for tests, long enough' }

const signedBy = (signer: ExchangeSigner, method: string, target: string, body?: string): Promise<HttpRequest> =>
  signPrepared(
    signer.scheme.prepare(httpRequest({ method, url: `http://${HOST}${target}`, ...(body && { body: utf8(body) }) }), {
      keyId: 'key',
      algorithm: signer.key.algorithm,
      nowMs: NOW,
      nonce: '',
    }),
    signer.key,
  )

const bodyOf = ({ body }: HttpRequest): string => utf8Decode((body as Uint8Array | null) ?? new Uint8Array()) ?? ''
const withBody = (request: HttpRequest, body: string): HttpRequest => ({
  ...request,
  body: body === '' ? null : utf8(body),
})

interface Case {
  readonly how: string
  readonly signer: ExchangeSigner
  readonly request: Promise<HttpRequest>
  readonly change: (request: HttpRequest) => HttpRequest
  readonly outcome: Outcome
  /** What the service asks for beyond what the exchange's scheme states of itself. */
  readonly needs?: NonNullable<PolicyOptions['perScheme']>[string]
}

const passphrase = 'phrase'
const crypto = cryptoCom(account)
const apex = apexOmni({ ...account, passphrase })
const other = okx({ ...account, passphrase })
const window = bybit(account)
const call = '{"id":1,"method":"private/create-order","params":{"amount":"1","client_wid":"50"}}'

const CASES: readonly Case[] = [
  {
    how: 'a member of Crypto.com melted into its neighbour, where the service needs the body',
    signer: crypto,
    request: signedBy(crypto, 'POST', '/exchange/v1/private/create-order', call),
    change: (one) => withBody(one, bodyOf(one).replace('"1","client_wid":"50"', '"1client_wid50"')),
    outcome: 'DIGEST_MISSING',
    needs: { requireWithBody: ['body'] },
  },
  {
    how: 'an encoded separator of ApeX turned into a real one, where the service needs the query',
    signer: apex,
    request: signedBy(apex, 'GET', '/api/v3/fills?note=x%26limit=1'),
    change: (one) => ({ ...one, target: one.target.replace('%26', '&') }),
    outcome: 'COMPONENT_MISSING',
    needs: { require: ['method', 'query'] },
  },
  {
    how: 'the first parameter of Bybit moved into the field of its window',
    signer: window,
    request: signedBy(window, 'GET', '/v5/order/realtime?category=spot&symbol=BTCUSDT'),
    change: (one) => ({
      ...one,
      target: one.target.replace('category=spot&', ''),
      fields: one.fields.map((text, at) =>
        one.fields[at - 1] === 'X-BAPI-RECV-WINDOW' ? `${text}category=spot&` : text,
      ),
    }),
    outcome: 'AUTH_MALFORMED',
  },
  {
    how: 'a digit of the window of Bybit moved into its query',
    signer: window,
    request: signedBy(window, 'GET', '/v5/order/realtime?category=spot&symbol=BTCUSDT'),
    change: (one) => ({
      ...one,
      target: one.target.replace('?', '?0'),
      fields: one.fields.map((text, at) => (one.fields[at - 1] === 'X-BAPI-RECV-WINDOW' ? text.slice(0, -1) : text)),
    }),
    outcome: 'AUTH_MALFORMED',
  },
  {
    how: 'the end of a query of OKX moved into a body',
    signer: other,
    request: signedBy(other, 'POST', '/api/v5/trade/orders-pending?instType=SPOT&after=17'),
    change: (one) => withBody({ ...one, target: one.target.slice(0, -2) }, '17'),
    outcome: 'AUTH_MALFORMED',
  },
  {
    how: 'the body of OKX moved into the query',
    signer: other,
    request: signedBy(other, 'POST', '/api/v5/trade/order?x=1', '{"sz":"1"}'),
    change: (one) => withBody({ ...one, target: one.target + bodyOf(one) }, ''),
    outcome: 'AUTH_MALFORMED',
  },
  {
    how: 'another amount at OKX',
    signer: other,
    request: signedBy(other, 'POST', '/api/v5/trade/order', '{"sz":"1"}'),
    change: (one) => withBody(one, '{"sz":"9"}'),
    outcome: 'SIGNATURE_INVALID',
  },
]

const optionsOf = ({ signer, needs }: Case) => {
  const scheme = exchangeVerifier(signer)
  return {
    schemes: [scheme],
    records: [{ key: signer.key as never, ...(signer.spec.passphrase && { passphrase }) }],
    ...(needs && { policy: { perScheme: { [scheme.id]: needs } } }),
  }
}

attacks('exchange-coverage', () => {
  for (const one of CASES) {
    attack(107, one.how, async (shows) => {
      const server: World = world(optionsOf(one))
      shows(await server.judge(one.change(await one.request)), one.outcome)
      const { needs: _, ...usual } = one
      const plain: World = world(optionsOf(usual))
      shows(await plain.judge(await one.request), 'ok')
    })
    for (const host of HOSTS)
      attack(107, `${one.how}, at ${host}`, async (shows) => {
        const running = await start(host, optionsOf(one))
        const changed = one.change(await one.request)
        const { fields, body } = changed
        const typed = body !== null && !fields.some((text) => /^content-type$/i.test(text))
        const told = await running.send(typed ? withFields(changed, 'Content-Type', 'application/json') : changed)
        shows(told.code, one.outcome)
        expect(running.reached()).toBe(0)
      })
  }
})
