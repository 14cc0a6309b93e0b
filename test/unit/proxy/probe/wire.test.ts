import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { exchange } from '../../../../src/proxy/probe/wire.js'

const closing: Array<() => void> = []
afterAll(() => {
  for (const close of closing) close()
})

/** A server that does this with each connection once something has arrived. */
async function listening(act: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => act(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    for (const one of sockets) one.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const sent = async (act: (socket: Socket) => void, timeoutMs = 5_000) =>
  exchange(
    { host: '127.0.0.1', port: await listening(act), tls: false, name: '127.0.0.1' },
    new Uint8Array([71]),
    timeoutMs,
  )

describe('what a request comes to', () => {
  it.each([
    ['a status', 'HTTP/1.1 401 Unauthorized\r\n\r\n', 401],
    ['a status without a reason', 'HTTP/1.0 200\r\n\r\n', 200],
    [
      'a final status behind interim ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 403 No\r\n\r\n',
      403,
    ],
  ])('the answer is read: %s', async (_, answer, got) => {
    expect(await sent((socket) => socket.write(answer))).toBe(got)
  })

  it('a status that comes in pieces is read', async () => {
    const answer = sent((socket) => {
      socket.write('HTTP/1.1 4')
      setImmediate(() => socket.write('29 Too Many\r\n\r\n'))
    })
    expect(await answer).toBe(429)
  })

  it('a connection that is closed without an answer, or with something else', async () => {
    expect(await sent((socket) => socket.end())).toBe('closed')
    expect(await sent((socket) => socket.end('hello\r\n'))).toBe('closed')
    expect(await sent((socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'))).toBe('closed')
  })

  it('a server that does not answer in time is named', async () => {
    expect(await sent(() => {}, 30)).toBe('no answer')
  })

  it('no answer in time, however often a byte of something comes', async () => {
    const drip = (text: string) => (socket: Socket) => {
      const timer = setInterval(() => socket.write(text), 5)
      socket.on('close', () => clearInterval(timer))
    }
    expect(await sent(drip('x'), 100)).toBe('no answer')
    expect(await sent(drip('HTTP/1.1 100 Continue\r\n\r\n'), 100)).toBe('no answer')
  })

  it('no answer where more comes than an answer begins with', async () => {
    expect(await sent((socket) => socket.write('HTTP/1.1 102 Processing\r\n\r\n'.repeat(1_000)))).toBe('no answer')
  })

  it('101, which is a final answer', async () => {
    expect(await sent((socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'))).toBe(101)
  })

  it('a port on which nothing listens is named', async () => {
    const port = await listening(() => {})
    for (const close of closing.splice(0)) close()
    expect(
      await exchange({ host: '127.0.0.1', port, tls: false, name: '127.0.0.1' }, new Uint8Array([71]), 5_000),
    ).toBe('closed')
  })
})
