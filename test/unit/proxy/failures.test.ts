import { createServer } from 'node:http'
import { connect, createServer as createRaw, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { contentDigest } from '../../../src/message/content-digest.js'
import { createSigningProxy } from '../../../src/proxy/index.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { later, listening, raw, signing, upstream } from './world.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
const signer = rfc9421({ key })

const rejections: unknown[] = []
const note = (error: unknown): void => void rejections.push(error)
beforeEach(() => {
  rejections.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
  expect(rejections).toEqual([])
})

describe('an upstream that fails', () => {
  test('is a 502 where it is down, with the request id of the log, and is asked once', async () => {
    const gone = await upstream()
    gone.server.closeAllConnections()
    await new Promise((resolve) => gone.server.close(resolve))
    const { origin, log } = await signing({ targets: [{ target: gone.origin, signer }] })
    const answer = await fetch(`${origin}/a`)
    const problem = (await answer.json()) as { code: string; requestId: string }
    expect([answer.status, answer.headers.get('content-type')]).toEqual([502, 'application/problem+json'])
    expect(problem).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', detail: expect.stringContaining('ECONNREFUSED') })
    await expect.poll(() => log).toHaveLength(1)
    expect(log[0]).toMatchObject({
      status: 502,
      code: 'UPSTREAM_UNAVAILABLE',
      requestId: problem.requestId,
      attempts: 1,
    })
  })

  test.each(['GET', 'POST'])(
    'is asked once for a %s where it ends the connection without an answer',
    async (method) => {
      let asked = 0
      const rude = createRaw((socket) => {
        socket
          .on('error', () => {})
          .once('data', () => {
            asked++
            socket.destroy()
          })
      })
      await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve))
      later(() => rude.close())
      const { port } = rude.address() as { port: number }
      const { origin } = await signing({ targets: [{ target: `http://127.0.0.1:${port}`, signer }] })
      const answer = await fetch(`${origin}/a`, { method, ...(method === 'POST' && { body: 'x' }) })
      expect([answer.status, asked]).toEqual([502, 1])
    },
  )

  test('is a 504 where it is slow', async () => {
    const slow = await upstream(() => undefined)
    const { origin, log } = await signing({ targets: [{ target: slow.origin, signer, timeoutMs: 300 }] })
    const answer = await fetch(`${origin}/a`)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([504, 'UPSTREAM_TIMEOUT'])
    await expect.poll(() => log[0]?.code).toBe('UPSTREAM_TIMEOUT')
    expect(slow.received).toHaveLength(1)
  })

  test('breaks the answer off where it breaks off', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.socket?.destroy())
    })
    const port = await listening(server)
    const { port: at, log } = await signing({ targets: [{ target: `http://127.0.0.1:${port}`, signer }] })
    const text = await raw(at, `GET /a HTTP/1.1\r\nHost: 127.0.0.1:${at}\r\n\r\n`)
    expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-length: 100[\s\S]*half$/i)
    await expect.poll(() => log[0]?.code).toBe('UPSTREAM_UNAVAILABLE')
  })
})

describe('a body', () => {
  test('past the cap is a 413, before the target is asked', async () => {
    const service = await upstream()
    const { origin, port } = await signing({ targets: [{ target: service.origin, signer, maxBodyBytes: 10 }] })
    const stated = await fetch(`${origin}/a`, { method: 'POST', body: 'x'.repeat(11) })
    expect([stated.status, ((await stated.json()) as { code: string }).code]).toEqual([413, 'BODY_TOO_LARGE'])
    const chunked = await raw(
      port,
      `POST /a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n`,
    )
    expect(chunked).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close/i)
    expect(service.received).toEqual([])
    expect((await fetch(`${origin}/a`, { method: 'POST', body: 'x'.repeat(10) })).status).toBe(200)
  })

  test('with a separate digest goes on while it arrives, signed by that digest', async () => {
    const service = await upstream()
    const { port } = await signing({ targets: [{ target: service.origin, signer, maxBodyBytes: 1 }] })
    const body = Buffer.alloc(300_000, 'a')
    const digest = contentDigest(body)
    const head = `POST /a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\nContent-Digest: ${digest}\r\nContent-Length: ${body.length}\r\n\r\n`
    expect(await raw(port, head + body.toString())).toMatch(/^HTTP\/1\.1 200 /)
    const [received] = service.received
    expect(received?.body.equals(body)).toBe(true)
    expect(received?.headers).toMatchObject({ 'content-digest': digest, 'content-length': '300000' })
    expect(String(received?.headers['signature-input'])).toContain('"content-digest"')
  })

  test('that is streamed past its cap ends the request to the target', async () => {
    const service = await upstream()
    const { port } = await signing({ targets: [{ target: service.origin, signer, maxStreamBytes: 100_000 }] })
    const body = Buffer.alloc(300_000, 'a')
    const head = `POST /a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Digest: ${contentDigest(body)}\r\nTransfer-Encoding: chunked\r\n\r\n`
    expect(await raw(port, `${head}493e0\r\n${body.toString()}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /)
    expect(service.received).toEqual([])
  })
})

/** Where clients hang up: after so many bytes of a request, or while the answer comes. */
const HEAD = (port: number): string =>
  `POST /a HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Digest: sha-256=:AAAA:\r\nContent-Length: 200000\r\n\r\n`

test('1000 clients that hang up at every stage leave no connection, no request and no rejection behind', async () => {
  const big = Buffer.alloc(400_000, 'b')
  const open = new Set<Socket>()
  const server = createServer((request, response) => {
    request.on('error', () => {})
    if (request.url === '/never') return
    request.resume()
    response.writeHead(200, { 'content-length': String(big.length) })
    response.write(big.subarray(0, 100_000))
    request.on('end', () => setTimeout(() => response.end(big.subarray(100_000)), 1))
  })
  server.on('connection', (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  const port = await listening(server)
  const log: number[] = []
  const errors: unknown[] = []
  const proxy = createSigningProxy({
    targets: [{ target: `http://127.0.0.1:${port}`, signer, connections: 64 }],
    log: ({ status }) => log.push(status),
    onError: (error) => errors.push(error),
    graceMs: 2_000,
  })
  const { port: at, origin } = await proxy.listen()
  later(() => proxy.close())
  const stages: ReadonlyArray<(socket: Socket) => void> = [
    (socket) => socket.destroy(),
    (socket) => socket.write('PR', () => socket.destroy()),
    (socket) => socket.write('POST /a HT', () => socket.destroy()),
    (socket) => socket.write(HEAD(at), () => socket.destroy()),
    (socket) => socket.write(`${HEAD(at)}half of it`, () => socket.resetAndDestroy()),
    (socket) =>
      socket.write(`GET /never HTTP/1.1\r\nHost: 127.0.0.1:${at}\r\n\r\n`, () => setTimeout(() => socket.destroy(), 2)),
    (socket) =>
      socket.write(`GET /a HTTP/1.1\r\nHost: 127.0.0.1:${at}\r\n\r\n`).valueOf() &&
      socket.once('data', () => socket.destroy()),
    (socket) =>
      socket.write(`GET /a HTTP/1.1\r\nHost: 127.0.0.1:${at}\r\n\r\n`).valueOf() &&
      socket.once('data', () => socket.resetAndDestroy()),
  ]
  const one = (stage: (socket: Socket) => void): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(at, '127.0.0.1', () => stage(socket))
      socket.on('error', () => {}).on('close', () => resolve())
    })
  for (let round = 0; round < 20; round++)
    await Promise.all(Array.from({ length: 50 }, (_, i) => one(stages[i % stages.length] as (typeof stages)[number])))
  // It still serves, and nothing of the hung-up requests is left at the target.
  expect((await (await fetch(`${origin}/a`)).arrayBuffer()).byteLength).toBe(big.length)
  await expect.poll(() => open.size).toBeLessThanOrEqual(1)
  expect(errors).toEqual([])
  expect(log.length).toBeGreaterThan(500)
}, 60_000)

test('closing lets what has begun end, takes nothing new, and cuts off what takes too long', async () => {
  let finish = (): void => {}
  const server = createServer((request, response) => {
    if (request.url === '/slow') finish = () => response.end('done')
  })
  const port = await listening(server)
  const proxy = createSigningProxy({ targets: [{ target: `http://127.0.0.1:${port}`, signer }], graceMs: 500 })
  const { origin } = await proxy.listen()
  const slow = fetch(`${origin}/slow`)
  const never = fetch(`${origin}/never`).catch((error: unknown) => error)
  await expect.poll(() => String(finish)).toContain('done')
  const closing = proxy.close()
  await expect(fetch(`${origin}/new`)).rejects.toThrow()
  finish()
  expect(await (await slow).text()).toBe('done')
  await closing
  expect(await never).toBeInstanceOf(Error)
})
