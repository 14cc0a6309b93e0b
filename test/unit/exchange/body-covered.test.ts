import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/crypto/encoding.js'
import { bitget } from '../../../src/exchange/catalogue/bitget.js'
import { coinex } from '../../../src/exchange/catalogue/coinex.js'
import { foxbit } from '../../../src/exchange/catalogue/foxbit.js'
import { kucoin } from '../../../src/exchange/catalogue/kucoin.js'
import { xt } from '../../../src/exchange/catalogue/xt.js'
import { exchangeVerifier } from '../../../src/exchange/index.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { tradingPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { verdictCode } from '../../expect-code.js'

const NOW = { clock: { now: () => 1_700_000_000_123 } }
const account = { apiKey: 'key-1', secret: 'secret-1' }
const withPhrase = { ...account, passphrase: 'phrase-1' }
const BODY = { symbol: 'A', size: '1' }

/** Exchanges that sign the query decoded, and the body behind it. */
const ROWS = [
  ['KuCoin', kucoin(), kucoin(withPhrase)],
  ['Bitget', bitget(), bitget(withPhrase)],
  ['CoinEx', coinex(), coinex({ ...account, recvWindow: 5_000 })],
  ['Foxbit', foxbit(), foxbit(account)],
  ['XT', xt(), xt(account)],
] as const

describe.each(ROWS)('%s, with the policy of trading and nothing stated', (name, exchange, signer) => {
  const judge = async (request: HttpRequest): Promise<string> => {
    const phrase = exchange.spec.passphrase === undefined ? {} : { passphrase: 'phrase-1' }
    const verifier = createVerifier({
      schemes: [exchangeVerifier(exchange)],
      keys: staticKeys([{ key: signer.key as never, ...phrase }]),
      policy: tradingPolicy({ authorities: exchange.spec.origins.map((origin) => new URL(origin).host) }),
      replay: memoryReplayStore({ restartBarrier: false }),
      clock: { now: () => 1_700_000_000_500 },
    })
    const verdict = await verifier.verify(request)
    return verdictCode(verdict)
  }
  const signed = (method: string, query: string, json?: object): HttpRequest => {
    const made = signer.sign({ method, path: `/api/v1/orders${query}`, ...(json && { json }) } as never, NOW)
    return httpRequest(made)
  }
  const withBody = (request: HttpRequest, text: string): HttpRequest => ({
    ...request,
    body: text === '' ? null : utf8(text),
  })
  const to = (request: HttpRequest, query: string, text: string): HttpRequest =>
    withBody({ ...request, target: `/api/v1/orders${query}` }, text)

  test('a GET, a POST and a POST with a query pass as they were signed', async () => {
    for (const request of [
      signed('GET', '?symbol=A'),
      signed('GET', '?ids=%5B1%5D'),
      signed('POST', '', BODY),
      signed('POST', '?tradeType=SPOT', BODY),
      signed('DELETE', '?symbol=A'),
    ])
      expect(await judge(request), `${request.method} ${request.target}`).toBe('ok')
  })

  test('a body that was added, changed or removed is refused, with and without a query', async () => {
    for (const query of ['', '?symbol=A', '?a='])
      for (const text of ['{}', '{"size":"9"}', '[1]', ' ', 'a=1', '\u0000'])
        for (const method of ['GET', 'POST', 'DELETE'])
          expect(await judge(withBody(signed(method, query), text)), `${method} ${query} ${text}`).not.toBe('ok')
    for (const query of ['', '?tradeType=SPOT']) {
      const request = signed('POST', query, BODY)
      for (const text of ['', '{"symbol":"A","size":"9"}', ' {"symbol":"A","size":"1"}', '{"symbol":"A","size":"1"} '])
        expect(await judge(withBody(request, text)), `POST ${query} ${text}`).not.toBe('ok')
    }
  })

  test('a list in a query is none of JSON, and cannot become a body', async () => {
    const lists = '?ids%5B0%5D=1&ids%5B1%5D=2'
    const request = signed('DELETE', lists)
    expect(await judge(request)).toBe('ok')
    for (const [query, text] of [
      ['?ids', '[0]=1&ids[1]=2'],
      ['?ids%5B0%5D=1&ids', '[1]=2'],
      ['?ids', '[0]=1&ids[1]=2 '],
      ['?ids%5B0%5D=1', '&ids[1]=2'],
    ] as const)
      expect(await judge(to(request, query, text)), `${query} ${text}`).not.toBe('ok')
    if (name !== 'XT')
      // What ends with a bracket could be a body, with and without white space behind it.
      for (const end of ['%5D', '%7D', '%5D+', '%5D%20', '%7d%0A', '%5D%0d%0a', '%5D%09'])
        expect(await judge(signed('DELETE', `${lists}${end}`)), end).not.toBe('ok')
  })

  test('a body cannot become the end of the query, nor the end of a GET’s query a body', async () => {
    const mark = name === 'XT' ? '#' : ''
    const text = JSON.stringify(BODY)
    const asQuery = encodeURIComponent(mark + text)
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const whole = { ...signed('POST', '?a=', BODY), method }
      if (method === 'POST') expect(await judge(whole)).toBe('ok')
      expect(await judge(to(whole, `?a=${asQuery}`, ''))).not.toBe('ok')
      expect(await judge(to(whole, `?a=${encodeURIComponent(mark + text.slice(0, 1))}`, text.slice(1)))).not.toBe('ok')
      // Signed so by a separate client: refused as it is.
      expect(await judge(signed(method, `?a=${asQuery}`))).not.toBe('ok')
    }
    expect(await judge(to(signed('GET', `?a=${asQuery}`), '?a=', text))).not.toBe('ok')
  })
})
