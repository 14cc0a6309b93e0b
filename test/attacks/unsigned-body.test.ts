import { createServer } from 'node:http'
import fastify from 'fastify'
import { expect } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { binance } from '../../src/exchange/catalogue/binance.js'
import { exchangeVerifier } from '../../src/exchange/index.js'
import { contentDigest } from '../../src/message/content-digest.js'
import type { HttpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { requireSignature as fastifyVerified } from '../../src/server/middleware/fastify.js'
import { withSignature } from '../../src/server/middleware/fetch.js'
import { withSignature as nodeSignature } from '../../src/server/middleware/node.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import { noReplayProtection } from '../../src/server/verifier.js'
import type { Body, BodyStream } from '../../src/support/body.js'
import { attack, attacks } from './attack.js'
import type { Outcome } from './catalogue.js'
import { withFields } from './forge.js'
import { listen, MIDDLEWARES, start } from './hosts.js'
import { exchange, requestBytes } from './wire.js'
import { bot, get, HOST, sign, type World, world } from './world.js'

const WITHDRAW = '{"withdraw":"all"}'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const streamOf = (...chunks: readonly string[]): BodyStream => ({
  async *[Symbol.asyncIterator]() {
    for (const chunk of chunks) yield bytes(chunk)
  },
})

/** A signed POST whose signature covers no body, as its sender made it. */
const signedEmpty = (...fields: readonly string[]): Promise<HttpRequest> =>
  sign({ ...get('/v1/withdrawals', ...fields), method: 'POST' })

/** What a head may say beside the bytes. */
const HEADS: ReadonlyArray<readonly string[]> = [
  [],
  ['Content-Length', '0'],
  ['Content-Length', '00'],
  ['Content-Length', '0', 'Transfer-Encoding', 'chunked'],
  ['Transfer-Encoding', 'chunked', 'content-length', '0'],
  ['Transfer-Encoding', 'identity'],
  ['Content-Length', String(WITHDRAW.length)],
]

/** The bytes as a host hands them over; each call makes new ones. */
const BODIES: ReadonlyArray<readonly [string, () => Body]> = [
  ['bytes', () => bytes(WITHDRAW)],
  ['a stream', () => streamOf(WITHDRAW)],
  ['a stream that starts with nothing', () => streamOf('', '', WITHDRAW.slice(0, 5), WITHDRAW.slice(5))],
]

/** The outcome of a request whose body is read to its end, by the verifier or from the stream it hands out. */
async function outcome({ verifier }: World, request: HttpRequest, streamBody: boolean): Promise<Outcome> {
  const verdict = await verifier.verify(request, { streamBody: streamBody ? streamedBody : undefined })
  if (!verdict.ok) return verdict.code
  if (verdict.bodyStream === undefined) return 'ok'
  let read = 0
  try {
    for await (const chunk of verdict.bodyStream) read += chunk.length
    return 'ok'
  } catch (error) {
    if (!isCountersignError(error)) throw error
    // Not one byte of what no digest covers is handed out; what one covers ends in its refusal.
    if (error.code !== 'DIGEST_MISMATCH') expect(read).toBe(0)
    return error.code as Outcome
  }
}

const WORLDS: ReadonlyArray<readonly [string, () => World]> = [
  ['one scheme', () => world({ replay: noReplayProtection })],
  [
    'a scheme that reads the body first',
    () => world({ replay: noReplayProtection, schemes: [rfc9421Verifier(), exchangeVerifier(binance())] }),
  ],
  [
    'a key that wants a digest where the policy does not',
    () =>
      world({
        replay: noReplayProtection,
        policy: { perScheme: { rfc9421: { requireWithBody: [] } } },
        records: [{ key: bot, policy: { requireBodyDigest: true } }],
      }),
  ],
]

attacks('unsigned-body', () => {
  for (const [where, make] of WORLDS) {
    for (const streamBody of [false, true]) {
      attack(101, `${streamBody ? 'streamed' : 'buffered'}, with ${where}`, async (shows) => {
        const w = make()
        for (const head of HEADS) {
          for (const [what, body] of BODIES) {
            const said = `${what} beside ${head.join(' ') || 'nothing'}`
            const signed = await signedEmpty()
            shows(
              await outcome(w, { ...withFields(signed, ...head), body: body() }, streamBody),
              'DIGEST_MISSING',
              said,
            )
            const digest = withFields(signed, 'Content-Digest', contentDigest(bytes(WITHDRAW)), ...head)
            shows(await outcome(w, { ...digest, body: body() }, streamBody), 'COMPONENT_MISSING', said)
            const ofNothing = withFields(await signedEmpty('Content-Digest', contentDigest(new Uint8Array(0))), ...head)
            shows(await outcome(w, { ...ofNothing, body: body() }, streamBody), 'DIGEST_MISMATCH', said)
          }
        }
        const honest = await signedEmpty()
        shows(await outcome(w, honest, streamBody), 'ok')
        shows(await outcome(w, withFields(honest, 'Content-Length', '0'), streamBody), 'ok')
        shows(await outcome(w, { ...withFields(honest, 'Content-Length', '0'), body: streamOf('') }, streamBody), 'ok')
      })
    }
  }

  attack(101, 'a policy that wants more than a digest, streamed', async (shows) => {
    const policy = { requireWithBody: ['field:content-type'] } as const
    const w = world({ replay: noReplayProtection, policy })
    const signed = await signedEmpty('Content-Digest', contentDigest(bytes(WITHDRAW)))
    for (const streamBody of [false, true]) {
      const request = { ...withFields(signed, 'Content-Length', '0'), body: streamOf(WITHDRAW) }
      shows(await outcome(w, request, streamBody), 'COMPONENT_MISSING')
    }
  })

  for (const host of MIDDLEWARES) {
    attack(101, `over a socket whose parser takes both fields, ${host}`, async (shows) => {
      const server = await start(host, { http: { insecureHTTPParser: true } })
      for (const head of [
        ['Content-Length: 0', 'Transfer-Encoding: chunked'],
        ['Transfer-Encoding: chunked', 'Content-Length: 0'],
        ['Transfer-Encoding: chunked'],
      ]) {
        const bytesOf = (request: HttpRequest): Buffer =>
          Buffer.concat([
            requestBytes(request, ['Content-Type: application/json', ...head]),
            Buffer.from(`${WITHDRAW.length.toString(16)}\r\n${WITHDRAW}\r\n0\r\n\r\n`),
          ])
        const signed = await signedEmpty()
        shows((await server.sendBytes(bytesOf(signed))).code, 'DIGEST_MISSING', head.join(' and '))
        const digest = withFields(signed, 'Content-Digest', contentDigest(bytes(WITHDRAW)))
        shows((await server.sendBytes(bytesOf(digest))).code, 'COMPONENT_MISSING', head.join(' and '))
      }
      expect(server.reached()).toBe(0)
      shows((await server.send(await signedEmpty())).code, 'ok')
    })
  }

  attack(101, 'streamed to a listener of node:http', async (shows) => {
    const { verifier } = world()
    const seen: unknown[] = []
    const listener = nodeSignature(
      verifier,
      async (_request, response, { bodyStream }) => {
        let read = ''
        try {
          for await (const chunk of bodyStream ?? []) read += Buffer.from(chunk).toString()
        } catch (error) {
          seen.push(isCountersignError(error) ? error.code : error)
        }
        response.end(read)
      },
      { streamBody: streamedBody },
    )
    const port = await listen(createServer({ insecureHTTPParser: true }, listener).listen(0, '127.0.0.1'))
    const chunk = Buffer.from(`${WITHDRAW.length.toString(16)}\r\n${WITHDRAW}\r\n0\r\n\r\n`)
    const head = requestBytes(await signedEmpty(), ['Content-Length: 0', 'Transfer-Encoding: chunked'])
    const answer = await exchange(port, Buffer.concat([head, chunk]))
    // The head says enough to refuse: the handler has not run.
    expect([answer.status, answer.headers['content-type'], seen]).toEqual([400, 'application/problem+json', []])
    const { code } = await start('node', { with: { streamBody: streamedBody } }).then(async (server) =>
      server.send(await signedEmpty()),
    )
    shows(code, 'ok')
  })

  attack(101, 'a Fetch request whose head announces none', async (shows) => {
    const w = world()
    let ran = 0
    const handler = withSignature(w.verifier, async (request) => {
      ran++
      return new Response(await request.text())
    })
    const signed = withFields(await signedEmpty(), 'Content-Length', '0')
    const headers = new Headers()
    for (let i = 0; i < signed.fields.length; i += 2)
      headers.append(signed.fields[i] as string, signed.fields[i + 1] as string)
    const url = `http://${HOST}${signed.target}`
    const answer = await handler(new Request(url, { method: 'POST', headers, body: WITHDRAW }))
    expect([answer.status, ran]).toEqual([400, 0])
    shows(w.audit[0]?.code, 'DIGEST_MISSING')
  })

  attack(101, 'a host that builds the request from parts: fastify without a socket', async (shows) => {
    const w = world()
    const app = fastify()
    await app.register(fastifyVerified(w.verifier))
    let ran = 0
    app.post('/*', (request) => {
      ran++
      return request.body
    })
    for (const headers of [{ 'content-length': '0' }, { 'content-length': '0', 'transfer-encoding': 'chunked' }, {}]) {
      const signed = await signedEmpty()
      const fields: Record<string, string> = { host: HOST, 'content-type': 'application/json', ...headers }
      for (let i = 0; i < signed.fields.length; i += 2)
        fields[signed.fields[i] as string] = signed.fields[i + 1] as string
      const before = w.audit.length
      const answer = await app.inject({ method: 'POST', url: signed.target, headers: fields, payload: WITHDRAW })
      expect([answer.statusCode, ran]).toEqual([400, 0])
      shows(w.audit[before]?.code, 'DIGEST_MISSING', JSON.stringify(headers))
    }
    await app.close()
  })

  attack(101, 'a host that puts the bytes beside a head of its own: rawBody and body', async (shows) => {
    const w = world()
    for (const parts of [{ rawBody: Buffer.from(WITHDRAW) }, { body: Buffer.from(WITHDRAW) }]) {
      for (const extra of [['Content-Length: 0'], []]) {
        const before = w.audit.length
        const listener = nodeSignature(w.verifier, (_request, response) => response.end('reached'))
        const port = await listen(
          createServer((request, response) => listener(Object.assign(request, parts), response)).listen(0, '127.0.0.1'),
        )
        const answer = await exchange(port, requestBytes(await signedEmpty(), extra))
        expect([answer.status, answer.body === 'reached']).toEqual([400, false])
        shows(w.audit[before]?.code, 'DIGEST_MISSING')
      }
    }
  })
})
