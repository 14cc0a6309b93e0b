import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { describe, expect, it } from 'vitest'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { createMcpServer, type McpOptions, type ProxyLogEntry } from '../../../../src/proxy/index.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import { staticKeys } from '../../../../src/server/key-source.js'
import { verifyRequest } from '../../../../src/server/middleware/node.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../../../src/server/replay/memory.js'
import { createVerifier } from '../../../../src/server/verifier.js'
import { textOf } from '../../../expect-code.js'
import { listen } from '../../../runtime/wire.js'
import { later, upstream } from '../world.js'

const SECRET = 'the secret that no assistant may see!'
const key = hmacKey({ keyId: 'agent-1', algorithm: 'hmac-sha256', secret: new TextEncoder().encode(SECRET) })
const signer = rfc9421({ key })

/** A client of the protocol's own SDK that is connected to a server. */
async function assistant(options: McpOptions) {
  const log: ProxyLogEntry[] = []
  const server = createMcpServer({ log: (entry) => log.push(entry), ...options })
  const [ours, theirs] = InMemoryTransport.createLinkedPair()
  await server.connect(ours)
  const client = new Client({ name: 'test', version: '0' })
  await client.connect(theirs)
  later(() => server.close())
  const call = async (args: Record<string, unknown>) => {
    const { content, isError } = (await client.callTool({ name: 'call_api', arguments: args })) as unknown as {
      content: Array<{ text: string }>
      isError: boolean
    }
    return { text: content[0]?.text ?? '', isError }
  }
  return { client, server, call, log }
}

/** A service that verifies, and answers with what it has verified. */
async function service(): Promise<string> {
  const port = await listen((authority) => {
    const verify = verifyRequest(
      createVerifier({
        schemes: [rfc9421Verifier()],
        keys: staticKeys([{ key, owner: 'alice' }]),
        policy: strictPolicy({ authorities: [authority] }),
        replay: memoryReplayStore({ restartBarrier: false }),
      }),
    )
    return async (request, response) => {
      const verdict = await verify(request, response)
      if (verdict?.ok !== true) return
      const { owner, request: seen, body } = verdict
      response.setHeader('content-type', 'application/json').setHeader('set-cookie', 'session=1')
      response.end(
        JSON.stringify({ owner, method: seen.method, target: seen.target, body: body && Buffer.from(body).toString() }),
      )
    }
  })
  return `http://127.0.0.1:${port}`
}

describe('a server of the Model Context Protocol', () => {
  it('offers one tool that says what may be called, and nothing of the keys', async () => {
    const routes = [{ method: 'GET', path: '/orders/*' }]
    const { client } = await assistant({
      targets: [{ target: 'https://api.example.com', signer, routes, prefix: '/shop' }],
    })
    const { tools } = await client.listTools()
    expect(tools).toHaveLength(1)
    expect(tools[0]).toMatchObject({
      name: 'call_api',
      description: expect.stringContaining('- shop (https://api.example.com): GET /orders/*'),
      annotations: { readOnlyHint: true, destructiveHint: false },
      inputSchema: { required: ['api', 'path'], properties: { api: { enum: ['shop'] } } },
    })
    expect(JSON.stringify(tools)).not.toContain(SECRET)
  })

  it('signs what it sends, and shows status and body', async () => {
    const { call, log } = await assistant({ targets: [{ target: await service(), signer, prefix: '/shop' }] })
    const read = await call({ api: 'shop', path: '/orders/1?symbol=BTC%2FUSDT' })
    expect(read.isError).toBe(false)
    expect(read.text).toBe(
      'HTTP 200\ncontent-type: application/json\n\n{"owner":"alice","method":"GET","target":"/orders/1?symbol=BTC%2FUSDT","body":null}',
    )
    const written = await call({ api: 'shop', method: 'POST', path: '/orders', body: { quantity: 1 } })
    expect(written.text).toContain('"method":"POST","target":"/orders","body":"{\\"quantity\\":1}"')
    expect(log.map(({ method, path, status, keyId }) => [method, path, status, keyId])).toEqual([
      ['GET', '/orders/1', 200, 'agent-1'],
      ['POST', '/orders', 200, 'agent-1'],
    ])
  })

  it("replaces credentials of the assistant's own, and shows no cookie", async () => {
    const { received, origin } = await upstream(() => ({
      headers: { 'set-cookie': 'a=1', location: '/b' },
      status: 302,
    }))
    const { call } = await assistant({ targets: [{ target: origin, signer, prefix: '/shop' }] })
    const headers = {
      Authorization: 'Bearer stolen',
      Signature: 'sig1=:AA==:',
      'X-Own': 'kept',
      Host: 'attacker.example',
    }
    const answer = await call({ api: 'shop', path: '/a', headers })
    expect(answer).toEqual({
      isError: false,
      text: 'HTTP 302\ncontent-type: application/json\nlocation: /b\n\n{"ok":true}',
    })
    expect(received[0]?.headers).toMatchObject({ 'x-own': 'kept', host: new URL(origin).host })
    expect(received[0]?.headers.authorization).toBeUndefined()
    expect(received[0]?.headers['signature']).not.toContain('AA==')
  })

  it('refuses what no route lists, and sends none of it', async () => {
    const { received, origin } = await upstream()
    const routes = [{ method: 'GET', path: '/orders/*' }]
    const { call, log } = await assistant({ targets: [{ target: origin, signer, routes, prefix: '/shop' }] })
    for (const [method, path] of [
      ['DELETE', '/orders/1'],
      ['GET', '/withdrawals'],
      ['GET', '/orders/../withdrawals'],
      ['GET', '/orders/%2e%2e/withdrawals'],
      ['GET', '/orders/..%2fwithdrawals'],
    ])
      expect(await call({ api: 'shop', method, path })).toMatchObject({
        isError: true,
        text: expect.stringContaining('ROUTE_REFUSED'),
      })
    expect(received).toEqual([])
    expect(log.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'ROUTE_REFUSED'))
  })

  it.each([
    [{ api: 'bank', path: '/' }, '"api" must be "shop"'],
    [{ api: 'shop', method: 'get', path: '/' }, '"method" must be GET'],
    [{ api: 'shop', method: 'CONNECT', path: '/' }, '"method" must be GET'],
    [{ api: 'shop', path: 'https://attacker.example/' }, '"path" must start with "/"'],
    [{ api: 'shop', path: '/a b' }, '"path" must start with "/"'],
    [{ api: 'shop', path: '/a\r\nX: y' }, '"path" must start with "/"'],
    [{ api: 'shop', path: '/a#b' }, '"path" must start with "/"'],
    [{ api: 'shop', path: '/', headers: { 'X: y': 'z' } }, '"headers" must be names'],
    [{ api: 'shop', path: '/', headers: { X: 'a\nb' } }, '"headers" must be names'],
    [{ api: 'shop', path: '/', headers: ['a'] }, '"headers" must be an object'],
    [{ api: 'shop', path: '/', url: '/a' }, 'unknown argument "url"'],
  ])('says what was expected in place of %o', async (args, message) => {
    const { origin } = await upstream()
    const { call } = await assistant({ targets: [{ target: origin, signer, prefix: '/shop' }] })
    expect(await call(args)).toMatchObject({ isError: true, text: expect.stringContaining(message) })
  })

  it('shows an error of the service as one, and no more of an answer than its limit', async () => {
    const { origin } = await upstream(({ url }) =>
      url === '/long'
        ? { body: 'x'.repeat(2_000) }
        : url === '/bytes'
          ? { body: new Uint8Array([0xff, 0xfe]) }
          : { status: 404, body: '{"no":1}' },
    )
    const { call } = await assistant({ targets: [{ target: origin, signer, prefix: '/shop' }], maxAnswerBytes: 1_000 })
    expect(await call({ api: 'shop', path: '/none' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('HTTP 404'),
    })
    expect((await call({ api: 'shop', path: '/long' })).text).toMatch(
      /\n\n\(the body has more than 1000 bytes and is left out: ask for less\)$/,
    )
    expect((await call({ api: 'shop', path: '/bytes' })).text).toMatch(/\n\n\(2 bytes that are no text\)$/)
  })

  it('says that a service cannot be reached, and goes on', async () => {
    const { server, origin } = await upstream()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    const { call } = await assistant({ targets: [{ target: origin, signer, prefix: '/shop' }] })
    for (let i = 0; i < 2; i++)
      expect(await call({ api: 'shop', path: '/' })).toMatchObject({
        isError: true,
        text: expect.stringContaining('UPSTREAM_UNAVAILABLE'),
      })
  })

  it('is called by the host where a target has no prefix, and refuses a second of one name', async () => {
    const { client } = await assistant({ targets: [{ target: 'https://api.example.com', signer }] })
    expect(JSON.stringify((await client.listTools()).tools)).toContain('"enum":["api.example.com"]')
    const target = { target: 'https://api.example.com', signer }
    expect(textOf(() => createMcpServer({ targets: [target, target] }))).toContain('got a second "api.example.com"')
    expect(textOf(() => createMcpServer({ targets: [] }))).toContain('"targets" must be a list of targets')
  })

  it('ends when its client does', async () => {
    const { client, server } = await assistant({ targets: [{ target: 'https://api.example.com', signer }] })
    await client.close()
    await server.ended
  })
})
