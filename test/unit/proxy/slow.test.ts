import { once } from 'node:events'
import { connect as connect2 } from 'node:http2'
import { createServer as createNetServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { type Incoming, openListener } from '../../../src/proxy/listener.js'
import { watchReader } from '../../../src/proxy/relay.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { later, raw, signing } from './world.js'

const signer = rfc9421({
  key: hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) }),
})
afterEach(() => void vi.useRealTimers())

/** A listener with short times, and an answer to every request whose body has come. */
async function listener(times: object) {
  const errors: unknown[] = []
  const listener = openListener({
    host: '127.0.0.1',
    port: 0,
    ...times,
    handle: (request: Incoming, response) => {
      request.on('error', (error) => errors.push(error))
      request.on('aborted', () => errors.push('aborted'))
      request.on('end', () => response.end('ok')).resume()
    },
  })
  later(() => listener.close(0))
  return { port: await listener.listen(), errors }
}

describe('a connection of HTTP/2 ends', () => {
  test('where it never has a request', async () => {
    const { port } = await listener({ idleMs: 30 })
    const session = connect2(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    await once(session, 'close')
  })

  test('where it has none any more, and not while one is under way', async () => {
    const { port } = await listener({ idleMs: 50 })
    const session = connect2(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: false })
    stream.write('a')
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(session.closed).toBe(false)
    stream.resume().end('b')
    await once(session, 'close')
    expect(stream.rstCode).toBe(0)
  })
})

test('a request of HTTP/2 whose body never ends is ended', async () => {
  const { port, errors } = await listener({ requestMs: 30 })
  const session = connect2(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  later(() => session.destroy())
  const stream = session.request({ ':method': 'POST', ':path': '/' }, { endStream: false })
  stream.on('error', () => {})
  stream.write('a')
  await new Promise((resolve) => stream.once('close', resolve))
  expect(stream.rstCode).not.toBe(0)
  await expect.poll(() => errors.length).toBeGreaterThan(0)
})

test('an answer of which the client takes nothing any more is ended, and a slow one is not', () => {
  vi.useFakeTimers()
  let taken = 0
  const destroy = vi.fn()
  const response = { writableLength: 20_000, writableHighWaterMark: 16_384, destroy }
  const unwatch = watchReader(response, () => taken)
  for (let minute = 0; minute < 10; minute++) {
    taken += 1_000
    vi.advanceTimersByTime(60_000)
  }
  expect(destroy).not.toHaveBeenCalled()
  // Nothing is waiting for the client: it is the upstream that is slow.
  response.writableLength = 0
  vi.advanceTimersByTime(600_000)
  expect(destroy).not.toHaveBeenCalled()
  response.writableLength = 20_000
  vi.advanceTimersByTime(60_000)
  expect(destroy).toHaveBeenCalledOnce()
  unwatch()
  vi.advanceTimersByTime(600_000)
  expect(destroy).toHaveBeenCalledOnce()
})

test('an answer that cannot be written again is a 502, and frees its connection', async () => {
  const sockets = new Set<Socket>()
  const service = createNetServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    socket.on('data', () => socket.write('HTTP/1.1 099 Odd\r\nContent-Length: 1000\r\n\r\npart'))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  later(() => service.close())
  const { port: upstreamPort } = service.address() as { port: number }
  const targets = [{ target: `http://127.0.0.1:${upstreamPort}`, signer }]
  const { port, log, errors } = await signing({ targets })
  const answer = await raw(port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)
  expect(answer).toMatch(/^HTTP\/1.1 502 /)
  expect(log[0]?.code).toBe('UPSTREAM_UNAVAILABLE')
  expect(errors).toEqual([])
  await expect.poll(() => sockets.size).toBe(0)
})

test.each([
  ['304 Not Modified', 'Content-Length: 5\r\n'],
  ['204 No Content', ''],
])('a %s that states the length of what it does not have is passed on', async (status, length) => {
  const service = createNetServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', () => socket.write(`HTTP/1.1 ${status}\r\nETag: "a"\r\nContent-Length: 5\r\n\r\n`))
  })
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
  later(() => service.close())
  const { port: upstreamPort } = service.address() as { port: number }
  const { port, log } = await signing({ targets: [{ target: `http://127.0.0.1:${upstreamPort}`, signer }] })
  const answer = await raw(port, `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`)
  expect(answer.replace(/\r\nX-Request-Id.*$/s, '\r\n')).toBe(`HTTP/1.1 ${status}\r\nETag: "a"\r\n${length}`)
  expect(log.map(({ status: got, code }) => [got, code])).toEqual([[Number(status.slice(0, 3)), undefined]])
})
