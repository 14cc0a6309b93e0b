import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { createSigningProxy } from '../../../src/proxy/index.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { later, raw, signing, upstream } from './world.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const signer = rfc9421({ key })

/** A request head as a page, a rebound name or a proxy client writes it. */
const head = (first: string, ...lines: readonly string[]): string =>
  `${[first, ...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`

describe('what a signing proxy refuses, and what then reaches the target', () => {
  test.each([
    [
      'a name that was rebound to this address',
      (port: number) => head('GET /a HTTP/1.1', `Host: evil.example:${port}`),
      403,
    ],
    ['its own name at another port', () => head('GET /a HTTP/1.1', 'Host: 127.0.0.1:1'), 403],
    ['two Host lines', (port: number) => head('GET /a HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Host: evil.example'), 403],
    ['no Host', () => head('GET /a HTTP/1.0'), 403],
    [
      'a page of another origin',
      (port: number) => head('GET /a HTTP/1.1', `Host: localhost:${port}`, 'Origin: https://evil.example'),
      403,
    ],
    [
      'a page without an origin',
      (port: number) => head('POST /a HTTP/1.1', `Host: localhost:${port}`, 'Origin: null', 'Content-Length: 0'),
      403,
    ],
    [
      'an image of another site',
      (port: number) => head('GET /a HTTP/1.1', `Host: localhost:${port}`, 'Sec-Fetch-Site: cross-site'),
      403,
    ],
    [
      'a page of the same site at another port',
      (port: number) => head('GET /a HTTP/1.1', `Host: localhost:${port}`, 'Sec-Fetch-Site: same-site'),
      403,
    ],
    [
      'a preflight',
      (port: number) =>
        head(
          'OPTIONS /a HTTP/1.1',
          `Host: localhost:${port}`,
          'Origin: https://evil.example',
          'Access-Control-Request-Method: PUT',
        ),
      403,
    ],
    [
      'an absolute target of another host',
      (port: number) => head('GET http://evil.example/a HTTP/1.1', `Host: 127.0.0.1:${port}`),
      403,
    ],
    [
      'an absolute target with its own Host',
      () => head('GET http://evil.example/a HTTP/1.1', 'Host: evil.example'),
      403,
    ],
    ['CONNECT', () => head('CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443'), 405],
    ['TRACE', (port: number) => head('TRACE /a HTTP/1.1', `Host: 127.0.0.1:${port}`), 405],
    ['an asterisk', (port: number) => head('OPTIONS * HTTP/1.1', `Host: 127.0.0.1:${port}`), 400],
    ['a WebSocket', (port: number) => head('GET /a HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Upgrade: websocket'), 501],
    [
      'two lengths',
      (port: number) => head('POST /a HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Length: 1', 'Content-Length: 2'),
      400,
    ],
    [
      'a length beside chunks',
      (port: number) =>
        head('POST /a HTTP/1.1', `Host: 127.0.0.1:${port}`, 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
    ],
  ])('the proxy refuses %s, and forwards nothing', async (_, request, status) => {
    const service = await upstream()
    const { port } = await signing({ targets: [{ target: service.origin, signer }] })
    const answer = await raw(port, request(port))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).not.toMatch(/access-control/i)
    expect(service.received).toEqual([])
  })

  test('its own absolute target, localhost, IPv6 and a given name pass', async () => {
    const service = await upstream()
    const { port } = await signing({ targets: [{ target: service.origin, signer }], hosts: ['proxy.internal:80'] })
    const answers = await Promise.all([
      raw(port, head(`GET http://127.0.0.1:${port}/a HTTP/1.1`, `Host: 127.0.0.1:${port}`)),
      raw(port, head('GET /a HTTP/1.1', `Host: LOCALHOST:${port}`)),
      raw(port, head('GET /a HTTP/1.1', `Host: [::1]:${port}`)),
      raw(port, head('GET /a HTTP/1.1', 'Host: proxy.internal:80')),
      raw(
        port,
        head(
          'GET /a HTTP/1.1',
          `Host: 127.0.0.1:${port}`,
          'Sec-Fetch-Site: none',
          'Upgrade: h2c',
          'HTTP2-Settings: AA',
        ),
      ),
    ])
    expect(answers.map((text) => text.slice(0, 12))).toEqual(answers.map(() => 'HTTP/1.1 200'))
    expect(service.received.map(({ url, headers }) => [url, headers['upgrade'], headers['http2-settings']])).toEqual(
      answers.map(() => ['/a', undefined, undefined]),
    )
  })

  test('fields of the connection and a client’s proofs end at the proxy, every other line goes on as written', async () => {
    const service = await upstream()
    const { port } = await signing({ targets: [{ target: service.origin, signer }] })
    await raw(
      port,
      head(
        'GET /a HTTP/1.1',
        ...[`Host: 127.0.0.1:${port}`, 'Connection: X-Drop, close', 'X-Drop: 1', 'TE: trailers', 'Keep-Alive: 5'],
        ...[
          'Proxy-Authorization: Basic eA==',
          'Authorization: Bearer x',
          'SIGNATURE: sig1=:AA==:',
          'signature-INPUT: sig1=()',
        ],
        ...['X-Odd-CASE: a', 'x-odd-case: b', 'Accept-Encoding: gzip', 'Via: 1.1 x', 'X-Latin: \xe9'],
      ),
    )
    const [received] = service.received
    const lines = received?.rawHeaders ?? []
    const names = lines.filter((_line, i) => i % 2 === 0)
    expect(
      names
        .map((name) => name.toLowerCase())
        .filter((name) => /^(?:x-drop|te|keep-alive|proxy-|authorization)/.test(name)),
    ).toEqual([])
    expect(lines.join('|')).toContain('X-Odd-CASE|a|x-odd-case|b|Accept-Encoding|gzip|Via|1.1 x|X-Latin|\xe9')
    expect(names.filter((name) => /^signature/i.test(name))).toEqual(['Signature-Input', 'Signature'])
    expect(String(received?.headers['signature-input'])).not.toMatch(/accept-encoding|via|connection/)
  })

  test('a policy lists what may be called, and a path with two readings is none of it', async () => {
    const service = await upstream()
    const { port, log } = await signing({
      targets: [
        {
          target: service.origin,
          signer,
          routes: [
            { method: 'GET', path: '/orders/*' },
            { method: ['PUT'], path: '/*' },
          ],
        },
      ],
    })
    const asked = [
      'GET /orders/1?x=/admin',
      'HEAD /orders',
      'POST /orders',
      'GET /admin',
      'GET /orders/../admin',
      'GET /orders//1',
    ]
    asked.push('GET /orders%2F1', 'GET /ORDERS/1', 'PUT //a/../b%2F')
    const statuses: number[] = []
    for (const first of asked)
      statuses.push(
        Number(
          (await raw(port, head(`${first} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Content-Length: 0'))).slice(9, 12),
        ),
      )
    expect(statuses).toEqual([200, 200, 403, 403, 403, 403, 403, 403, 200])
    expect(service.received.map(({ url }) => url)).toEqual(['/orders/1?x=/admin', '/orders', '//a/../b%2F'])
    await expect.poll(() => log.filter(({ code }) => code === 'ROUTE_REFUSED')).toHaveLength(6)
  })
})

describe('a signing proxy that cannot be', () => {
  test.each([
    [{ targets: [] }, '"targets"'],
    [{ targets: [{ target: 'http://api.example.com', signer }] }, 'plain http to another machine'],
    [{ targets: [{ target: 'https://u:p@api.example.com', signer }] }, 'without credentials'],
    [
      {
        targets: [
          { target: 'https://a.example', signer },
          { target: 'https://b.example', signer },
        ],
      },
      'targets[1].prefix',
    ],
    [{ targets: [{ target: 'https://a.example', signer, prefix: 'a/' }] }, '"prefix"'],
    [{ targets: [{ target: 'https://a.example', signer }], listen: { host: '0.0.0.0' } }, 'beyondLoopback'],
    [{ targets: [{ target: 'http://localhost:8787', signer }], listen: { port: 8787 } }, 'the proxy itself'],
    [{ targets: [{ target: 'https://a.example', signer: {} as typeof signer }] }, '"signer"'],
  ])('%# is refused by name', (options, text) => {
    expect(() => createSigningProxy(options)).toThrow(text)
  })

  test('a port that is taken is an error of the configuration', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) =>
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port)),
    )
    later(() => taken.close())
    const proxy = createSigningProxy({ targets: [{ target: 'https://a.example', signer }], listen: { port } })
    await expect(proxy.listen()).rejects.toThrow(/EADDRINUSE/)
  })
})
