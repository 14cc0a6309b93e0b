import { once } from 'node:events'
import { createServer } from 'node:http'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { describe, expect, it } from 'vitest'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { okx } from '../../../../src/exchange/catalogue/okx.js'
import { createMcpServer, type McpOptions } from '../../../../src/proxy/index.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/index.js'
import { later, listening, upstream } from '../world.js'

const key = hmacKey({ keyId: 'agent-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const signer = rfc9421({ key })

async function assistant(options: McpOptions) {
  const server = createMcpServer(options)
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  const client = new Client({ name: 'test', version: '0' })
  await client.connect(theirs)
  later(() => server.close())
  const call = async (args: Record<string, unknown>, signal?: AbortSignal): Promise<string> => {
    const params = { name: 'call_api', arguments: { api: 'shop', ...args } }
    const { content } = (await client.callTool(params, undefined, signal && { signal })) as { content: unknown }
    return (content as Array<{ text: string }>)[0]?.text ?? ''
  }
  return { server, call }
}

describe('an answer that an assistant is shown', () => {
  it('holds nothing that a terminal obeys, in its fields or its body', async () => {
    const { origin } = await upstream(() => ({
      headers: { 'x-request-id': 'a\x9b31mb' },
      body: 'a\x1b[2J\x1b]0;title\x07b\u202ec\x7f\u009b\r\n\td',
    }))
    const { call } = await assistant({ targets: [{ target: origin, signer, prefix: '/shop' }] })
    expect(await call({ path: '/a' })).toBe(
      'HTTP 200\ncontent-type: application/json\nx-request-id: a\\u009b31mb\n\na\\u001b[2J\\u001b]0;title\\u0007b\\u202ec\\u007f\\u009b\r\n\td',
    )
  })

  it('holds no key, passphrase or signature where the service repeats its request', async () => {
    const { origin, received } = await upstream(({ method, url, rawHeaders }) => ({
      headers: { location: `/b?${encodeURIComponent(rawHeaders.join(' '))}` },
      body: JSON.stringify({ method, url, rawHeaders }),
    }))
    const account = okx({
      apiKey: 'the-api-key-itself',
      secret: 'x'.repeat(32),
      passphrase: 'the passphrase of it',
      origin,
    })
    for (const [one, path] of [
      [account, '/api/v5/account/balance?ccy=BTC'],
      [signer, '/orders?symbol=BTCUSDT'],
    ] as const) {
      const { call } = await assistant({ targets: [{ target: origin, signer: one, prefix: '/shop' }] })
      const text = await call({ path, headers: { 'X-Own': 'shown as it is' } })
      const { headers } = received.at(-1) as (typeof received)[number]
      const signature = String(headers['ok-access-sign'] ?? /:(.*):/.exec(String(headers['signature']))?.[1])
      expect(signature.length).toBeGreaterThan(20)
      for (const secret of [signature, 'the-api-key-itself', 'the passphrase of it']) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(encodeURIComponent(secret))
      }
      expect(text).toContain('shown as it is')
      expect(text).toContain(path)
    }
  })
})

it('sends the digest of the body, whatever digest the assistant states, and asks for nothing compressed', async () => {
  const { origin, received } = await upstream()
  const { call } = await assistant({ targets: [{ target: origin, signer, prefix: '/shop' }] })
  const headers = {
    'Content-Digest': 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:',
    'Accept-Encoding': 'gzip',
  }
  await call({ method: 'POST', path: '/a', body: 'hello', headers })
  expect(received[0]?.headers['content-digest']).toBe('sha-256=:LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=:')
  expect(received[0]?.headers['accept-encoding']).toBeUndefined()
})

it('refuses fields and paths by which a service runs another method or path', async () => {
  const { origin, received } = await upstream()
  const routes = [{ method: ['GET', 'POST'], path: '/orders/*' }]
  const { call } = await assistant({ targets: [{ target: `${origin}/v1`, signer, prefix: '/shop', routes }] })
  for (const args of [
    { path: '/orders/1', headers: { 'X-HTTP-Method-Override': 'DELETE' } },
    { path: '/orders/1', headers: { X_HTTP_METHOD_OVERRIDE: 'DELETE' } },
    { path: '/orders/1', headers: { 'X-Original-URL': '/admin' } },
    { method: 'POST', path: '/orders/1?_method=DELETE' },
    { path: '/orders/%252e%252e/%252e%252e/admin' },
  ])
    expect(await call(args)).toContain('ROUTE_REFUSED')
  expect(received).toEqual([])
})

it('ends what is under way when the call is cancelled, and when it closes', async () => {
  let ended = 0
  const service = createServer((request, response) => {
    response.on('close', () => ended++)
    if (request.url === '/part') response.writeHead(200).write('part')
  })
  const port = await listening(service)
  const { server, call } = await assistant({
    targets: [{ target: `http://127.0.0.1:${port}`, signer, prefix: '/shop' }],
  })
  for (const path of ['/none', '/part']) {
    const controller = new AbortController()
    const before = ended
    const arrived = once(service, 'request')
    const answer = call({ path }, controller.signal).catch((error: unknown) => error)
    await arrived
    controller.abort()
    expect(await answer).toBeInstanceOf(Error)
    await expect.poll(() => ended).toBe(before + 1)
  }
  const arrived = once(service, 'request')
  const answer = call({ path: '/none' }).catch((error: unknown) => error)
  await arrived
  await server.close()
  await answer
  await expect.poll(() => ended).toBe(3)
})

it('can be connected again after a transport that did not start', async () => {
  const server = createMcpServer({ targets: [{ target: 'http://127.0.0.1:9', signer }] })
  const broken = { start: () => Promise.reject(new Error('no pipe')), send: async () => {}, close: async () => {} }
  await expect(server.connect(broken)).rejects.toThrow('no pipe')
  const [ours] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  await server.close()
})
