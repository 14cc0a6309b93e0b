import { request } from 'node:http'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type NodeRequestInit, requestSigner } from '../../src/client/node.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { clientContract } from '../contract/client.js'
import { key } from '../unit/client/mock.js'

const EXTRA = ['host', 'hostname', 'port', 'path', 'protocol', 'auth', 'setHost', 'defaultPort'] as const

clientContract(
  'node:http',
  (signer, { again: _, ...options }) => {
    const sign = requestSigner(signer, options)
    return async ({ method = 'GET', url, query, headers, body, signal }) => {
      const at = new URL(url)
      for (const [name, value] of Object.entries(query ?? {}))
        for (const one of [value].flat()) at.searchParams.append(name, one)
      const init: NodeRequestInit = {
        method,
        ...(headers === undefined ? {} : { headers }),
        ...(body === undefined ? {} : { body: body as string }),
        ...(signal === undefined ? {} : { signal }),
      }
      const signed = await sign(at, init)
      return new Promise((resolve, reject) => {
        const outgoing = request(signed.options, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text })).on('error', reject)
        })
        outgoing.on('error', reject).end(signed.body)
      })
    }
  },
  {
    noRedirects: true,
    noRetries: true,
    bodies: [['a stream', 'POST', Readable.from([Buffer.from('a'), Buffer.from('b')])]],
    ignored: EXTRA.map(
      (name) => [name, (signer, url) => requestSigner(signer, { origins: [url] })(url, { [name]: 'x' })] as const,
    ),
  },
)

describe('requestSigner', () => {
  it('sends what an exchange signs in the query', async () => {
    const sign = requestSigner(binance({ apiKey: 'key', secret: 'secret' }))
    const { options, body } = await sign('https://api.binance.com/api/v3/account?a=%2F')
    expect(options.path).toMatch(/^\/api\/v3\/account\?a=%2F&timestamp=\d{13}&signature=[0-9a-f]{64}$/)
    expect([options.hostname, options.protocol, body]).toEqual(['api.binance.com', 'https:', undefined])
    expect(options.headers).toEqual(['Host', 'api.binance.com', 'X-MBX-APIKEY', 'key'])
  })

  it('keeps what belongs to the connection', async () => {
    const sign = requestSigner(
      { scheme: { id: 'none', prepare: (message: unknown) => ({ base: '', attach: () => message }) }, key } as never,
      {
        origins: ['http://[::1]:8080'],
      },
    )
    const { options } = await sign('http://[::1]:8080/a?b', { timeout: 5, headers: ['X-A', '1', 'X-A', '2'] })
    expect(options).toMatchObject({ hostname: '::1', port: '8080', path: '/a?b', timeout: 5, method: 'GET' })
    expect(options.headers).toEqual(['Host', '[::1]:8080', 'X-A', '1', 'X-A', '2'])
  })

  it.each([
    ['methd', '"method"'],
    ['header', '"headers"'],
    ['json', '"body" with JSON.stringify()'],
    ['data', '"body" with JSON.stringify()'],
    ['params', 'the query of the URL'],
    ['timout', '"timeout"'],
  ])('refuses %s, which nothing would read', async (name, meant) => {
    const sign = requestSigner(binance({ apiKey: 'key', secret: 'secret' }))
    await expect(sign('https://api.binance.com/', { [name]: 'POST' } as NodeRequestInit)).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: `unknown option "${name}" of a request; did you mean ${meant}?`,
    })
  })

  it('refuses nonces that must arrive in order, which it cannot see to', () => {
    const secret = Buffer.from('secret').toString('base64')
    expect(() => requestSigner(kraken({ apiKey: 'key', secret }))).toThrow(/in order/)
  })

  it('refuses a body it cannot know, and credentials in a URL', async () => {
    const sign = requestSigner(binance({ apiKey: 'key', secret: 'secret' }))
    const url = 'https://api.binance.com/'
    for (const [at, init] of [
      [url, { method: 'POST', body: { a: 1 } }],
      [url, { method: 'GET', body: 'x' }],
      ['https://a:b@api.binance.com/', {}],
    ] as const)
      await expect(sign(at, init as NodeRequestInit)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
  })
})
