import { Agent, request as sendHttp } from 'node:http'
import { connect as connectHttp2, createServer } from 'node:http2'
import { type AddressInfo, connect } from 'node:net'
import { text as readText } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import express, { type Response } from 'express'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { signRequest } from '../../src/client/index.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/verifier.js'
import { staticKeys } from '../../src/server/key-source.js'
import { requireSignature } from '../../src/server/middleware/express.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import type { Verifier } from '../../src/server/options.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { memoryReplayStore } from '../../src/server/replay/memory.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import { createVerifier } from '../../src/server/verifier.js'
import { outcomeOf } from '../expect-code.js'
import { hashOf, PARSERS, type Shape } from './body-parsers.js'
import { listen } from './wire.js'
import { signer } from './world.js'

const verifierOf = (authority: string, policy: { readonly maxStreamBytes?: number } = {}): Verifier =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key: signer.key }]),
    policy: strictPolicy({
      authorities: [authority],
      maxBodyBytes: 2_097_152,
      contentCodings: ['identity', 'gzip'],
      ...policy,
    }),
    replay: memoryReplayStore({ restartBarrier: false }),
    storeTimeoutMs: 10_000,
  })

const LIMIT = 4_194_304

/** The same, with the body handed out while it arrives. */
const streaming = (verifier: Verifier): Verifier => ({
  ...verifier,
  verify: (request, context) => verifier.verify(request, { ...context, streamBody: streamedBody }),
})

/** What is sent: a type, and a body with a value of about this size in it. */
const BODIES: Readonly<Record<Shape, (value: string) => Promise<readonly [type: string, body: Uint8Array]>>> = {
  json: async (value) => ['application/json', new TextEncoder().encode(JSON.stringify({ value, more: [1, 'ü'] }))],
  form: async (value) => [
    'application/x-www-form-urlencoded',
    new TextEncoder().encode(new URLSearchParams({ value, more: 'ü' }).toString()),
  ],
  multipart: async (value) => {
    const form = new FormData()
    form.append('more', 'ü')
    form.append('file', new Blob([value]), 'file.txt')
    const made = new Response(form)
    return [made.headers.get('content-type') as string, new Uint8Array(await made.arrayBuffer())]
  },
  any: async (value) => ['text/plain', new TextEncoder().encode(value)],
}

interface Sent {
  readonly method?: string
  readonly value?: string
  readonly body?: Uint8Array
  readonly chunked?: boolean
  readonly headers?: Readonly<Record<string, string>>
  readonly code?: (body: Uint8Array) => Uint8Array
}

/** How a body may arrive. */
const WAYS: Readonly<Record<string, Sent>> = {
  'with its length': {},
  'in chunks': { chunked: true },
  'of 1 MiB': { value: `ü${'x'.repeat(1_048_576)}` },
  'of 1 MiB in chunks': { value: 'x'.repeat(1_048_576), chunked: true },
  compressed: { headers: { 'content-encoding': 'gzip' }, code: gzipSync },
  'after 100 Continue': { headers: { expect: '100-continue' } },
  'that is empty': { body: new Uint8Array() },
  'that is empty, in chunks': { body: new Uint8Array(), chunked: true },
  'that is none': { method: 'GET' },
}

interface Answered {
  readonly status: number
  readonly text: string
  readonly reused: boolean
}

/** Sends one request over the agent's one connection, and fails by name where no answer comes. */
function send(agent: Agent, port: number, message: HttpRequest, chunked: boolean): Promise<Answered> {
  const { method, target, authority, fields } = message
  const body = message.body as Uint8Array | null
  const framing =
    body === null ? [] : chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(body.length)]
  return new Promise((resolve, reject) => {
    const headers = [...fields, 'Host', authority, ...framing]
    const outgoing = sendHttp({ host: '127.0.0.1', port, method, path: target, headers, agent })
    const late = setTimeout(() => outgoing.destroy(new Error('no answer within 10 s')), 10_000)
    outgoing.on('close', () => clearTimeout(late)).on('error', reject)
    outgoing.on('response', (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, text, reused: outgoing.reusedSocket }))
    })
    const write = (): void => {
      // In two pieces, so that the second arrives while the first is being looked at.
      const half = (body?.length ?? 0) >> 1
      if (body !== null && half > 0) outgoing.write(body.subarray(0, half))
      outgoing.end(body === null || half === 0 ? (body ?? undefined) : body.subarray(half))
    }
    if (fields.includes('expect')) outgoing.on('continue', write).flushHeaders()
    else write()
  })
}

async function messageOf(port: number, shape: Shape, sent: Sent): Promise<HttpRequest> {
  const { method = 'POST', value = 'a value', headers = {}, code = (body) => body } = sent
  const url = `http://127.0.0.1:${port}/orders?a=1`
  if (method === 'GET') return httpRequest({ url })
  const [type, body] = await BODIES[shape](value)
  return httpRequest({ method, url, headers: { 'content-type': type, ...headers }, body: code(sent.body ?? body) })
}

describe('node:http2', () => {
  it('reads the verified body from the request itself, also where a stream came empty', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const verifier = verifierOf(`127.0.0.1:${port}`)
    const verify = verifyRequest(verifier)
    const verifyStreamed = verifyRequest(streaming(verifier))
    server.on('request', async (request, response) => {
      const isStreamed = request.headers['x-streamed'] !== undefined
      const verdict = await (isStreamed ? verifyStreamed : verify)(request, response)
      const read = outcomeOf(readText(request))
      if (verdict?.ok) response.end(`${await read}|${hashOf(verdict.body)}`)
    })
    const session = connectHttp2(`http://127.0.0.1:${port}`)
    const ask = async (body: string, sent?: string): Promise<string> => {
      const { fields } = await signRequest(await messageOf(port, 'any', { value: body }), signer)
      const lines: Record<string, string> = { ':method': 'POST', ':path': '/orders?a=1' }
      if (sent !== undefined) lines['x-streamed'] = '1'
      for (let i = 0; i < fields.length; i += 2) lines[(fields[i] as string).toLowerCase()] = fields[i + 1] as string
      const stream = session.request(lines)
      stream.setTimeout(10_000, () => stream.destroy(new Error('no answer within 10 s')))
      stream.end(sent ?? body)
      return readText(stream)
    }
    for (const body of ['a value', 'x'.repeat(300_000), ''])
      expect(await ask(body)).toBe(`${body}|${hashOf(new TextEncoder().encode(body))}`)
    for (const body of ['a value', 'x'.repeat(300_000)]) {
      expect(await ask(body, body)).toBe(`${body}|none`)
      expect(await ask(body, `${body.slice(1)}!`)).toBe('DIGEST_MISMATCH|none')
    }
    session.destroy()
    server.close()
  })
})

describe('a streamed body that has arrived before it is read', () => {
  it('is refused past its cap, and a parser behind it answers', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const port = await listen((authority) => {
      const app = express().use(
        requireSignature(verifierOf(authority, { maxStreamBytes: 1_000 }), { streamBody: streamedBody }),
      )
      app.use(express.json({ limit: LIMIT }), (req, res) => void res.json(req.body))
      app.use((error: { code?: string }, _req: unknown, res: Response, _next: unknown) => {
        res.status(500).send(String(error.code))
      })
      return app
    })
    for (const size of [5_000, 1_048_576]) {
      const message = await signRequest(await messageOf(port, 'json', { value: 'x'.repeat(size) }), signer)
      expect(await send(agent, port, message, true)).toMatchObject({ status: 500, text: 'BODY_TOO_LARGE' })
      const next = await signRequest(await messageOf(port, 'json', {}), signer)
      expect(await send(agent, port, next, true)).toMatchObject({ status: 200, reused: true })
    }
    agent.destroy()
  })

  it('is checked all the same, and fails where a parser begins to read it', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const port = await listen((authority) => {
      const app = express().use(requireSignature(verifierOf(authority), { streamBody: streamedBody }))
      app.use((req, _res, next) => {
        const wait = (): unknown => setImmediate(req.complete ? next : wait)
        wait()
      })
      app.use(express.json(), (req, res) => void res.json(req.body))
      app.use((error: { code?: string }, _req: unknown, res: Response, _next: unknown) => {
        res.status(500).send(String(error.code))
      })
      return app
    })
    for (const chunked of [false, true]) {
      const message = await messageOf(port, 'json', {})
      const signedOne = await signRequest(message, signer)
      expect(await send(agent, port, signedOne, chunked)).toMatchObject({
        status: 200,
        text: expect.stringContaining('a value'),
      })
      const wrong = { ...(await signRequest(message, signer)), body: new TextEncoder().encode('{"value":"b value"}') }
      expect(await send(agent, port, wrong, chunked)).toMatchObject({ status: 500, text: 'DIGEST_MISMATCH' })
      const bytes = { ...(await signRequest({ ...message, body: null }, signer)), body: message.body }
      expect((await send(agent, port, bytes, chunked)).status).toBe(400)
    }
    agent.destroy()
  })
})

describe.each(PARSERS)('$name behind the verifier', ({ name, make, takes }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const bare = new Agent({ keepAlive: true, maxSockets: 1 })
  let port = 0
  let barePort = 0
  beforeAll(async () => {
    port = await listen((authority) => make(verifierOf(authority)))
    barePort = await listen(() => make(undefined))
  })
  afterAll(() => {
    agent.destroy()
    bare.destroy()
  })

  for (const shape of takes) {
    it.each(Object.entries(WAYS))(`answers a body (${shape}) %s as it does without a verifier`, async (_name, sent) => {
      const { chunked = false } = sent
      const message = await messageOf(port, shape, sent)
      const answer = await send(agent, port, await signRequest(message, signer), chunked)
      const plain = await send(bare, barePort, await messageOf(barePort, shape, sent), chunked)
      const shown = ({ status, text }: Answered): unknown => {
        if (status !== 200) return { status, text: text.replaceAll(/-{4,}\w+/g, 'boundary') }
        const { raw: _, ...rest } = JSON.parse(text) as { raw: string }
        return { status, shown: text.length > 1_000 ? hashOf(Buffer.from(JSON.stringify(rest))) : rest }
      }
      expect(shown(answer)).toEqual(shown(plain))
      const body = message.body as Uint8Array | null
      if (answer.status === 200 && body !== null && (body.length > 0 || chunked))
        expect(JSON.parse(answer.text)).toMatchObject({ raw: hashOf(body) })
    })
  }

  it('reads a streamed body as it is, and completes on none that was not signed', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const streamed = await listen((authority) => make(streaming(verifierOf(authority))))
    const parsed = (text: string): unknown => (JSON.parse(text) as { parsed: unknown }).parsed
    for (const shape of takes) {
      for (const sent of [{}, { chunked: true }, { value: 'x'.repeat(1_048_576) }] as readonly Sent[]) {
        const { chunked = false } = sent
        const message = await messageOf(streamed, shape, sent)
        const right = await send(agent, streamed, await signRequest(message, signer), chunked)
        const plain = await send(bare, barePort, await messageOf(barePort, shape, sent), chunked)
        expect([right.status, parsed(right.text)]).toEqual([200, parsed(plain.text)])
        // Still what each parser understands: only letters of the value differ.
        const body = Buffer.from(message.body as Uint8Array)
        const at = body.lastIndexOf(sent.value === undefined ? 'value' : 'xxx')
        body[at] = 'y'.charCodeAt(0)
        const wrong = { ...(await signRequest(message, signer)), body: new Uint8Array(body) }
        // What reads nothing has nothing to be deceived by.
        if (name !== 'Express without a parser')
          expect((await send(agent, streamed, wrong, chunked)).status, shape).toBeGreaterThanOrEqual(400)
      }
    }
  })

  it('serves one request after the other on one connection, also where they arrive together', async () => {
    const shape = takes[0] as Shape
    const next = async (): Promise<HttpRequest> => signRequest(await messageOf(port, shape, {}), signer)
    await send(agent, port, await next(), false)
    const second = await send(agent, port, await next(), true)
    expect(second).toMatchObject({ status: 200, reused: true })
    const text = async (last: boolean): Promise<Buffer> => {
      const { method, target, authority, fields, body } = await next()
      const lines = [`Host: ${authority}`, `Connection: ${last ? 'close' : 'keep-alive'}`]
      for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
      const bytes = body as Uint8Array
      const head = [`${method} ${target} HTTP/1.1`, ...lines, `Content-Length: ${bytes.length}`, '', ''].join('\r\n')
      return Buffer.concat([Buffer.from(head, 'latin1'), bytes])
    }
    const together = Buffer.concat([await text(false), await text(false), await text(true)])
    const seen = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(together))
      let got = ''
      socket.setEncoding('utf8').setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')))
      socket.on('data', (chunk) => {
        got += String(chunk)
      })
      socket.on('error', reject).on('close', () => resolve(got))
    })
    expect(seen.match(/HTTP\/1\.1 200/g)).toHaveLength(3)
  })
})
