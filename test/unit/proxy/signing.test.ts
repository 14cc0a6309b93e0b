import { createServer } from 'node:http'
import { connect } from 'node:http2'
import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import { staticKeys } from '../../../src/server/key-source.js'
import { withSignature } from '../../../src/server/middleware/node.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import { createVerifier } from '../../../src/server/verifier.js'
import { mockExchange } from '../../../src/testing/mock-exchange.js'
import { gated, later, listening, raw, signing, upstream } from './world.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const signer = rfc9421({ key })

/** A service behind this package's verifier, which says what it has verified. */
async function verifying(): Promise<{ readonly origin: string; readonly requests: HttpRequest[] }> {
  const requests: HttpRequest[] = []
  const server = createServer((request, response) => listener(request, response))
  const port = await listening(server)
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: [`127.0.0.1:${port}`] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  const listener = withSignature(verifier, (_request, response, verdict) => {
    requests.push(verdict.request)
    response.setHeader('set-cookie', ['a=1', 'b=2'])
    response.end(verdict.body === null ? '' : Buffer.from(verdict.body))
  })
  return { origin: `http://127.0.0.1:${port}`, requests }
}

describe('a signing proxy', () => {
  test('gives the client one request id, also before a gate whose service has a separate id, and logs the next', async () => {
    const service = await upstream(() => ({ headers: { 'x-request-id': ['of-service', 'twice'] } }))
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key }]),
      policy: strictPolicy({ authorities: ['localhost'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    })
    const gate = await gated({
      verifier,
      upstream: service.origin,
      publicOrigin: 'http://localhost',
      trustedProxies: ['127.0.0.1'],
    })
    // A load balancer of one's own has written the Host: what is signed names the service in public.
    const prepare: Signer['scheme']['prepare'] = (message, context) => {
      const prepared = signer.scheme.prepare({ ...message, authority: 'localhost' } as HttpRequest, context)
      const { authority } = message as HttpRequest
      return { ...prepared, attach: (signature: Uint8Array) => ({ ...prepared.attach(signature), authority }) } as never
    }
    const named: Signer = { key, scheme: { id: signer.scheme.id, prepare } }
    const proxy = await signing({ targets: [{ target: gate.origin, signer: named }] })
    const answer = await raw(
      proxy.port,
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${proxy.port}\r\nX-Request-Id: mine\r\nConnection: close\r\n\r\n`,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    await expect.poll(() => proxy.log.length + gate.log.length).toBe(2)
    const [outer, inner] = [proxy.log[0], gate.log[0]]
    expect(answer.match(/^x-request-id: .*$/gim)).toEqual([`X-Request-Id: ${outer?.requestId}`])
    expect(outer?.upstreamRequestId).toBe(inner?.requestId)
    expect(inner?.upstreamRequestId).toBe('of-service')
    expect(service.received[0]?.headers['x-request-id']).toBe(inner?.requestId)
  })

  test('signs what a program sends through it, body and all, so that the verifier accepts it', async () => {
    const service = await verifying()
    const { origin, log } = await signing({ targets: [{ target: service.origin, signer }] })
    const answer = await fetch(`${origin}/v1/orders?dry=1`, { method: 'POST', body: '{"qty":1}' })
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe('{"qty":1}')
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(service.requests[0]).toMatchObject({ method: 'POST', target: '/v1/orders?dry=1' })
    await expect.poll(() => log).toHaveLength(1)
    expect(log[0]).toMatchObject({
      ...{ method: 'POST', path: '/v1/orders', status: 200, keyId: 'bot-1', attempts: 1, bytesOut: 9 },
      upstream: service.origin,
      requestId: answer.headers.get('x-request-id'),
    })
  })

  test('signs for an exchange by its own rules, in place of credentials that the client has sent', async () => {
    const account = { apiKey: 'bot-1', secret: 'a secret for tests' }
    const mock = await mockExchange(binance(), { accounts: [account], strict: false })
    later(() => mock.close())
    const { origin } = await signing({
      targets: [{ signer: binance({ ...account, baseUrl: mock.origin }), prefix: '/binance' }],
    })
    const old = 'timestamp=1&signature=00ff&recvWindow=9'
    const read = await fetch(`${origin}/binance/api/v3/account?omitZeroBalances=true&${old}`, {
      headers: { 'X-MBX-APIKEY': 'of the client', authorization: 'Bearer of the client' },
    })
    expect([read.status, await read.text()]).toEqual([200, expect.any(String)])
    const placed = await fetch(`${origin}/binance/api/v3/order`, {
      method: 'POST',
      body: `symbol=BTCUSDT&${old}&side=BUY`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    expect([placed.status, await placed.text()]).toEqual([200, expect.any(String)])
    expect(mock.requests.map(({ code, keyId }) => [code, keyId])).toEqual([
      [undefined, 'bot-1'],
      [undefined, 'bot-1'],
    ])
  })

  test('sends once more, signed anew, what was refused for its time alone, and nothing else', async () => {
    const skewed = await upstream((_, count) =>
      count === 1
        ? { status: 401, headers: { date: new Date(Date.now() + 60_000).toUTCString() } }
        : { status: 200, headers: { date: new Date(Date.now() + 60_000).toUTCString() } },
    )
    const { origin, log } = await signing({ targets: [{ target: skewed.origin, signer }] })
    expect((await fetch(`${origin}/a`, { method: 'POST', body: 'x' })).status).toBe(200)
    expect(skewed.received.map(({ body }) => body.toString())).toEqual(['x', 'x'])
    const [first, second] = skewed.received.map(({ headers }) => String(headers['signature-input']))
    const created = (text = ''): number => Number(/created=(\d+)/.exec(text)?.[1])
    expect(created(second) - created(first)).toBeGreaterThanOrEqual(59)
    await expect.poll(() => log[0]?.attempts).toBe(2)
  })

  test.each([401, 500, 503, 429, 301])('passes a %i on without another attempt', async (status) => {
    const service = await upstream(() => ({ status, headers: { 'retry-after': '0', location: 'https://b.example/' } }))
    const { origin } = await signing({ targets: [{ target: service.origin, signer }] })
    const answer = await fetch(`${origin}/a`, { method: 'POST', body: 'x', redirect: 'manual' })
    expect(answer.status).toBe(status)
    expect(service.received).toHaveLength(1)
  })

  test.each(['//a//b', '/a%2Fb/%7e', '/a/../b', '/a;b=1?x=%20&y=+&&=', '/?', '/é'])(
    'passes the target %s on as it is',
    async (target) => {
      const service = await upstream()
      const { port } = await signing({ targets: [{ target: service.origin, signer }] })
      const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 (?:200|400|422) /)
      expect(service.received.map(({ url }) => url)).toEqual(answer.startsWith('HTTP/1.1 200') ? [target] : [])
      expect(answer.startsWith('HTTP/1.1 200')).toBe(target !== '/é')
    },
  )

  test('the proxy speaks HTTP/2 by prior knowledge on the same port', async () => {
    const service = await verifying()
    const { origin } = await signing({ targets: [{ target: service.origin, signer }] })
    const session = connect(origin)
    later(() => session.destroy())
    const answers = await Promise.all(
      ['one', 'two', 'three'].map(
        (body) =>
          new Promise((resolve, reject) => {
            const stream = session.request({ ':method': 'POST', ':path': `/v1/${body}` })
            let text = ''
            let status = 0
            stream.on('response', (headers) => {
              status = Number(headers[':status'])
            })
            stream.setEncoding('utf8').on('data', (chunk: string) => {
              text += chunk
            })
            stream.on('end', () => resolve([status, text])).on('error', reject)
            stream.end(body)
          }),
      ),
    )
    expect(answers).toEqual([
      [200, 'one'],
      [200, 'two'],
      [200, 'three'],
    ])
  })
})
