import { connect as connect2 } from 'node:http2'
import { createServer } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import { createGate } from '../../../src/proxy/index.js'
import { requestBytes } from '../../attacks/wire.js'
import { get, HOST, ORDER, order, sign, world } from '../../attacks/world.js'
import { ALIASES, DOWNGRADES, FRAMINGS, HIDDEN, smuggled, TARGETS } from '../../proxy/smuggling.js'
import { raw } from './world.js'

const publicOrigin = `http://${HOST}`
let wire = ''
let port = 0

beforeAll(async () => {
  // A service that takes down every byte, and answers whatever looks like a request.
  const server = createServer((socket) => {
    socket
      .on('error', () => {})
      .on('data', (chunk) => {
        wire += chunk.toString('latin1')
        if (/\r\n\r\n/.test(chunk.toString('latin1'))) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { verifier } = world()
  const gate = createGate({
    verifier,
    publicOrigin,
    upstream: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    graceMs: 0,
    onError: () => {},
  })
  port = (await gate.listen()).port
  return async () => {
    await gate.close()
    server.close()
  }
})

test.each(FRAMINGS)('%s: the service sees no request that was not proven', async (_, framing, body) => {
  wire = ''
  for (const bytes of await smuggled(framing, body)) await raw(port, bytes)
  expect(wire).not.toMatch(/admin|internal/)
  // What was read as a request without a body may pass; then it is exactly that.
  expect(wire.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0).toBeLessThanOrEqual(1)
})

test('a length under a name with "_", and every other field of such a name, does not reach the service', async () => {
  wire = ''
  const answer = await raw(port, requestBytes(await sign(order()), ALIASES).toString('latin1'))
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(wire).not.toMatch(/^[^:\r\n]*[_.][^:\r\n]*:/m)
  expect(wire).not.toMatch(/admin|root|\*:\*|transfer-encoding/i)
  expect(wire.match(/content-length/gi)).toHaveLength(1)
})

test('an absolute target, an authority and an asterisk do not reach the service', async () => {
  wire = ''
  const signed = await sign(get('/v1/orders'))
  for (const target of TARGETS) await raw(port, requestBytes({ ...signed, target }).toString('latin1'))
  await raw(port, 'CONNECT internal:80 HTTP/1.1\r\nHost: internal:80\r\n\r\n')
  expect(wire).toBe('')
})

test('fields of routing and of the connection do not take effect behind the gate, and none that is signed can be taken out', async () => {
  wire = ''
  const more = [
    'X-Original-URL: /admin',
    'X-Rewrite-URL: /admin',
    'X-HTTP-Method-Override: DELETE',
    'Forwarded: for=10.0.0.1',
  ]
  more.push('X-Forwarded-For: 10.0.0.1', 'X-Real-IP: 10.0.0.1', 'X-Request-Id: chosen')
  const signed = await sign(get('/v1/orders'))
  const bytes = requestBytes(signed, more).toString('latin1')
  await raw(port, bytes.replace('Connection: close', 'Connection: close, x-countersign-key'))
  if (wire !== '') {
    expect(wire).not.toMatch(/admin|DELETE|10\.0\.0\.1|chosen/)
    expect(wire).toMatch(/X-Countersign-Key: bot-1\r\n/)
  }
  wire = ''
  const typed = requestBytes(await sign(order()))
    .toString('latin1')
    .replace('Connection: close', 'Connection: close, content-type')
  expect(await raw(port, typed)).toMatch(/^HTTP\/1\.1 200 /)
  expect(/"content-type"/.test(typed)).toBe(/content-type: application\/json/i.test(wire))
})

test('HTTP/2 is not turned into another request: no field of HTTP/1.1 framing, no line break and no other length passes', async () => {
  wire = ''
  const signed = await sign(order())
  const fields = Object.fromEntries(
    signed.fields.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), signed.fields[i + 1] as string]] : [])),
  )
  const head = { ':method': 'POST', ':path': signed.target, ':authority': HOST, ':scheme': 'http', ...fields }
  const status = (headers: object, body: string): Promise<number> =>
    new Promise((resolve) => {
      // One each: some of these end their connection.
      const session = connect2(`http://127.0.0.1:${port}`)
      session.on('error', () => {})
      try {
        const stream = session.request(headers as never, { endStream: false })
        stream.on('response', (found) => resolve(Number(found[':status'])))
        stream
          .on('error', () => resolve(0))
          .on('close', () => {
            session.destroy()
            resolve(0)
          })
        stream.resume().end(body)
      } catch {
        // Node's client refuses to send it.
        session.destroy()
        resolve(0)
      }
    })
  expect(await status({ ...head, 'content-length': '5' }, ORDER + HIDDEN)).not.toBe(200)
  for (const [, change] of DOWNGRADES)
    expect(await status({ ...head, ...change(signed.target) }, `0\r\n\r\n${HIDDEN}`)).not.toBe(200)
  expect(wire).toBe('')
  expect(await status(head, ORDER)).toBe(200)
  expect(wire).toMatch(/^POST \/v1\/orders\?dry=1&symbol=BTC HTTP\/1\.1\r\n/)
  expect(wire.endsWith(`\r\n\r\n${ORDER}`)).toBe(true)
})
