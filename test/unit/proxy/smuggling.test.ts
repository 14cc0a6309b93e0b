import { connect as connect2 } from 'node:http2'
import { createServer } from 'node:net'
import { beforeAll, expect, test } from 'vitest'
import type { HttpRequest } from '../../../src/message/message.js'
import { createGate } from '../../../src/proxy/index.js'
import { requestBytes } from '../../attacks/wire.js'
import { get, HOST, order, sign, world } from '../../attacks/world.js'
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

const HIDDEN = 'GET /admin HTTP/1.1\r\nHost: internal\r\nX-Countersign-Key: admin\r\n\r\n'

/** The head of a signed request with other framing, and whatever body. */
async function framed(request: HttpRequest, framing: readonly string[], body: string): Promise<string> {
  const signed = await sign(request)
  const lines = [`${signed.method} ${signed.target} HTTP/1.1`, `Host: ${HOST}`]
  for (let i = 0; i < signed.fields.length; i += 2) lines.push(`${signed.fields[i]}: ${signed.fields[i + 1]}`)
  return `${[...lines, ...framing, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`
}

const ORDER = Buffer.from(order().body as Uint8Array).toString()
const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

test.each([
  ['CL.TE', ['Content-Length: 60', 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['TE.CL', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `${chunk(HIDDEN)}0\r\n\r\n`],
  ['TE.TE by a second coding', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], `0\r\n\r\n${HIDDEN}`],
  ['TE by an unknown coding', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${HIDDEN}`],
  ['TE with white space before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 0'], HIDDEN],
  ['TE behind a fold', ['X-A: b', ' Transfer-Encoding: chunked', 'Content-Length: 0'], HIDDEN],
  ['TE behind a bare line feed', ['X-A: b\nTransfer-Encoding: chunked', 'Content-Length: 0'], HIDDEN],
  ['TE behind a vertical tab', ['Transfer-Encoding:\x0bchunked', 'Content-Length: 0'], HIDDEN],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${HIDDEN.length}`], HIDDEN],
  ['a list of lengths', [`Content-Length: 0, ${HIDDEN.length}`], HIDDEN],
  ['a length with a sign', [`Content-Length: +${HIDDEN.length}`], HIDDEN],
  ['a length in hexadecimal', ['Content-Length: 0x40'], HIDDEN],
  ['a chunk size with a sign', ['Transfer-Encoding: chunked'], `+0\r\n\r\n${HIDDEN}`],
  ['a chunk size that overflows', ['Transfer-Encoding: chunked'], `fffffffffffffffff\r\n${HIDDEN}`],
  ['a chunk that ends in a bare line feed', ['Transfer-Encoding: chunked'], `1\nx\n0\n\n${HIDDEN}`],
])('%s: the service sees no request that was not proven', async (_, framing, body) => {
  wire = ''
  await raw(port, await framed(get(), framing, body))
  await raw(port, await framed(order(), framing, ORDER + body))
  expect(wire).not.toMatch(/admin|internal/)
  // What was read as a request without a body may pass; then it is exactly that.
  expect(wire.match(/ HTTP\/1\.1\r\n/g)?.length ?? 0).toBeLessThanOrEqual(1)
})

test('a length under a name with "_", and every other field of such a name, does not reach the service', async () => {
  wire = ''
  const more = [
    'Content_Length: 500',
    'Transfer_Encoding: chunked',
    'X_Countersign_Key: admin',
    'x.countersign.owner: root',
    'X-Countersign-Scopes: *:*',
  ]
  const answer = await raw(port, requestBytes(await sign(order()), more).toString('latin1'))
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(wire).not.toMatch(/^[^:\r\n]*[_.][^:\r\n]*:/m)
  expect(wire).not.toMatch(/admin|root|\*:\*|transfer-encoding/i)
  expect(wire.match(/content-length/gi)).toHaveLength(1)
})

test('an absolute target, an authority and an asterisk do not reach the service', async () => {
  wire = ''
  const signed = await sign(get('/v1/orders'))
  for (const target of [`http://${HOST}/v1/orders`, 'http://internal/admin', 'internal:80', '*', '//internal/admin'])
    await raw(port, requestBytes({ ...signed, target }).toString('latin1'))
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
  const session = connect2(`http://127.0.0.1:${port}`)
  session.on('error', () => {})
  const signed = await sign(order())
  const fields = Object.fromEntries(
    signed.fields.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), signed.fields[i + 1] as string]] : [])),
  )
  const head = { ':method': 'POST', ':path': signed.target, ':authority': HOST, ':scheme': 'http', ...fields }
  const status = (headers: object, body: string): Promise<number> =>
    new Promise((resolve) => {
      try {
        const stream = session.request(headers as never, { endStream: false })
        stream.on('response', (found) => resolve(Number(found[':status'])))
        stream.on('error', () => resolve(0)).on('close', () => resolve(0))
        stream.resume().end(body)
      } catch {
        // Node's own client refuses to send it.
        resolve(0)
      }
    })
  expect(await status({ ...head, 'content-length': '5' }, ORDER + HIDDEN)).not.toBe(200)
  for (const more of [
    { 'transfer-encoding': 'chunked' },
    { connection: 'x' },
    { 'x-a': `b\r\n\r\n${HIDDEN}` },
    { upgrade: 'h2c' },
  ])
    expect(await status({ ...head, ...more }, `0\r\n\r\n${HIDDEN}`)).not.toBe(200)
  for (const path of [`${signed.target} HTTP/1.1\r\nX-A: b`, `${signed.target}\r\n\r\n${HIDDEN}`])
    expect(await status({ ...head, ':path': path }, ORDER)).not.toBe(200)
  expect(wire).toBe('')
  expect(await status(head, ORDER)).toBe(200)
  expect(wire).toMatch(/^POST \/v1\/orders\?dry=1&symbol=BTC HTTP\/1\.1\r\n/)
  expect(wire.endsWith(`\r\n\r\n${ORDER}`)).toBe(true)
  session.destroy()
})
