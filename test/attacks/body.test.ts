import { createServer } from 'node:http'
import { gzipSync } from 'node:zlib'
import express from 'express'
import { expect } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { keepRawBody, requireSignature } from '../../src/server/middleware/express.js'
import { verifyRequest } from '../../src/server/middleware/node.js'
import { streamedBody } from '../../src/server/steps/streamed-body.js'
import { noReplayProtection } from '../../src/server/verifier.js'
import type { BodyStream } from '../../src/support/body.js'
import { outcomeOf, verdictCode } from '../expect-code.js'
import { attack, attacks } from './attack.js'
import { contentDigest, dropField, editField, FOUR, fieldOf, forge, withFields } from './forge.js'
import { HOSTS, listen, start } from './hosts.js'
import { exchange, requestBytes } from './wire.js'
import { bot, get, HOST, NOW, ORDER, order, PAST, params, sign, world } from './world.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** A body that notes how much of it was taken. */
function source(size: number, chunk = 1024): BodyStream & { taken: number; cancelled: boolean } {
  const made = {
    taken: 0,
    cancelled: false,
    async *[Symbol.asyncIterator]() {
      try {
        while (made.taken < size) {
          made.taken += chunk
          yield new Uint8Array(chunk)
        }
      } finally {
        made.cancelled = made.taken < size
      }
    },
  }
  return made
}

/** Request bytes with the body in chunks, each with what stands behind its size. */
function chunked(request: HttpRequest, extension = '', trailers: readonly string[] = []): Buffer {
  const { body, ...head } = request
  const text = Buffer.from(body as Uint8Array).toString('latin1')
  const parts = [text.slice(0, 5), text.slice(5, 6), text.slice(6)].filter((part) => part !== '')
  const framed = parts.map((part) => `${part.length.toString(16)}${extension}\r\n${part}\r\n`).join('')
  const end = `0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`
  return Buffer.concat([
    requestBytes(withFields({ ...head, body: null }, 'Transfer-Encoding', 'chunked')),
    Buffer.from(framed + end, 'latin1'),
  ])
}

attacks('body', () => {
  attack(77, 'after signing', async (shows) => {
    const { judge } = world({ replay: noReplayProtection })
    const signed = await sign(order())
    const others = [
      '{"symbol":"ETHUSDT","qty":"1"}',
      '{"symbol":"BTCUSDT","qty":"2"}',
      `${ORDER} `,
      ` ${ORDER}`,
      `${ORDER}\n`,
      ORDER.slice(0, -1),
      '{"qty":"1","symbol":"BTCUSDT"}',
      `${ORDER}\u0000`,
      `\ufeff${ORDER}`,
    ]
    for (const other of others)
      shows(await judge({ ...signed, body: bytes(other) }), 'DIGEST_MISMATCH', JSON.stringify(other))
    for (let bit = 0; bit < 8 * ORDER.length; bit++) {
      const body = bytes(ORDER)
      body[bit >> 3] = (body[bit >> 3] as number) ^ (1 << (bit & 7))
      shows(await judge({ ...signed, body }), 'DIGEST_MISMATCH', `bit ${bit}`)
    }
    for (const body of [null, new Uint8Array(0)]) shows(await judge({ ...signed, body }), 'DIGEST_MISMATCH', 'cut off')
    shows(await judge(signed), 'ok')
  })

  for (const host of HOSTS) {
    attack(77, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const signed = await sign(order())
      const body = bytes(ORDER.replace('"1"', '"9"'))
      shows((await server.send({ ...signed, body })).code, 'DIGEST_MISMATCH')
      shows((await server.sendBytes(chunked({ ...signed, body }))).code, 'DIGEST_MISMATCH')
      shows((await server.send({ ...signed, body: null })).code, 'DIGEST_MISMATCH')
      expect(server.reached()).toBe(0)
    })
  }

  attack(78, 'edited', async (shows) => {
    const { judge } = world({ replay: noReplayProtection })
    const bare = (...fields: readonly string[]): HttpRequest => order({ fields })
    const over = (request: HttpRequest, covered: readonly string[]) =>
      judge(forge({ request, covered, params: params(), key: bot }))
    const WITH = [...FOUR, '"content-digest"']
    const good = contentDigest(ORDER)
    const wrong = contentDigest(`${ORDER} `)
    const wrong512 = contentDigest(`${ORDER} `, 'sha-512')
    shows(await over(bare(), FOUR), 'DIGEST_MISSING', 'none')
    shows(await over(bare('Content-Digest', good), FOUR), 'COMPONENT_MISSING', 'not signed')
    shows(await judge(dropField(await sign(order()), 'content-digest')), 'COMPONENT_MISSING', 'signed and stripped')
    for (const weak of [
      'md5=:Sd/dVLAcvNLSq16eXua5uQ==:',
      'unixsum=1',
      'sha=:AAAA:',
      'sha-1=:AAAA:',
      'crc32c=:AAAA:',
      'SHA-256x=:AAAA:'.toLowerCase(),
    ])
      shows(await over(bare('Content-Digest', weak), WITH), 'DIGEST_MISSING', weak)
    shows(await over(bare('Content-Digest', `${good}, ${wrong512}`), WITH), 'DIGEST_MISMATCH', 'the second is wrong')
    shows(await over(bare('Content-Digest', `${wrong512}, ${good}`), WITH), 'DIGEST_MISMATCH', 'the first is wrong')
    shows(await over(bare('Content-Digest', wrong), WITH), 'DIGEST_MISMATCH')
    shows(
      await over(bare('Content-Digest', good.replace('sha-256', 'sha-512')), WITH),
      'AUTH_MALFORMED',
      'of another length',
    )
  })

  attack(79, 'over a good MAC', async (shows) => {
    const { judge } = world({ replay: noReplayProtection })
    const body = bytes(ORDER)
    for (const method of ['GET', 'DELETE', 'HEAD', 'OPTIONS']) {
      const forged = forge({ request: { ...get(), method }, params: params(), key: bot })
      shows(await judge({ ...forged, body }), 'DIGEST_MISSING', method)
      shows(
        await judge({ ...withFields(forged, 'Content-Digest', contentDigest(ORDER)), body }),
        'COMPONENT_MISSING',
        method,
      )
      shows(await judge(forged), 'ok', method)
      shows(await judge({ ...forged, body: new Uint8Array(0) }), 'ok', `${method}, empty`)
    }
  })

  attack(79, 'a policy that wants a digest of every body, also of none', async (shows) => {
    const { judge } = world({ policy: { require: ['body'] } })
    shows(await judge(await sign(get())), 'COMPONENT_MISSING', 'absent, without a digest')
    shows(await judge(await sign({ ...get(), method: 'POST', body: new Uint8Array(0) })), 'ok', 'empty, with one')
    const signed = await sign(withFields(get(), 'Content-Digest', contentDigest('')))
    shows(await judge(signed), 'ok', 'absent, with one')
  })

  for (const host of HOSTS) {
    attack(79, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const signed = await sign(get())
      const answer = await server.send({ ...signed, body: bytes(ORDER) })
      // A Fetch Request cannot carry it, but the fields say that there is one.
      shows(answer.code, 'DIGEST_MISSING')
      shows((await server.sendBytes(chunked({ ...signed, body: bytes(ORDER) }))).code, 'DIGEST_MISSING')
      const deleted = await server.send({ ...(await sign({ ...get(), method: 'DELETE' })), body: bytes(ORDER) })
      shows(deleted.code, 'DIGEST_MISSING')
    })
  }

  attack(80, 'parsed and written again', async (shows) => {
    const { judge } = world({ replay: noReplayProtection })
    for (const text of [
      '{"a":1.0}',
      '{"a": 1}',
      '{"a":1e2}',
      '{"a":"\\u0041"}',
      '{"b":1,"a":2,"b":3}',
      '{"a":12345678901234567890}',
      '{"__proto__":1}',
    ]) {
      const signed = await sign(order({ body: bytes(text) }))
      const again = JSON.stringify(JSON.parse(text))
      shows(await judge(signed), 'ok', text)
      if (again !== text) shows(await judge({ ...signed, body: bytes(again) }), 'DIGEST_MISMATCH', text)
    }
    for (const body of [{ a: 1 }, [1], 1, true, new Date(0)])
      shows(
        await outcomeOf(() => httpRequest({ url: `https://${HOST}/`, method: 'POST', body: body as never })),
        'ARGUMENT_INVALID',
      )
  })

  attack(81, 'not in the policy', async (shows) => {
    const { judge } = world()
    const body = gzipSync(ORDER)
    for (const coding of [
      'gzip',
      'GZIP',
      'br',
      'deflate',
      'zstd',
      'x-gzip',
      'gzip, identity',
      'identity, gzip',
      'gzip, gzip',
      '',
      'unknown',
    ])
      shows(
        await judge(await sign(order({ body, fields: ['Content-Encoding', coding] }))),
        'CONTENT_ENCODING_UNSUPPORTED',
        coding,
      )
  })

  attack(81, 'in the policy: the digest is over the coded bytes, and nothing is unpacked', async (shows) => {
    const { judge, verifier } = world({
      policy: { contentCodings: ['identity', 'gzip'], maxBodyBytes: 20_000 },
      replay: noReplayProtection,
    })
    const bomb = gzipSync(new Uint8Array(10_000_000))
    const signed = await sign(order({ body: bomb, fields: ['Content-Encoding', 'gzip'] }))
    const verdict = await verifier.verify(signed)
    shows(verdictCode(verdict), 'ok')
    expect(verdict.ok && verdict.body?.length).toBe(bomb.length)
    const decoded = await sign(order({ body: bytes(ORDER), fields: ['Content-Encoding', 'gzip'] }))
    shows(await judge({ ...decoded, body: gzipSync(ORDER) }), 'DIGEST_MISMATCH')
  })

  for (const host of HOSTS) {
    attack(81, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const signed = await sign(order({ body: gzipSync(ORDER), fields: ['Content-Encoding', 'gzip'] }))
      const answer = await server.send(signed)
      shows(answer.code, 'CONTENT_ENCODING_UNSUPPORTED')
      expect(answer.status).toBe(415)
      // A transfer coding belongs to the connection: Node undoes "chunked" and nothing else, and the digest shows the rest.
      const { body, ...head } = await sign(order())
      const packed = gzipSync(Buffer.from(body as Uint8Array))
      const coded = Buffer.concat([
        requestBytes(withFields({ ...head, body: null }, 'Transfer-Encoding', 'gzip, chunked')),
        Buffer.from(`${packed.length.toString(16)}\r\n`),
        packed,
        Buffer.from('\r\n0\r\n\r\n'),
      ])
      shows((await server.sendBytes(coded)).code, 'DIGEST_MISMATCH')
      expect(server.reached()).toBe(0)
    })
  }

  for (const host of HOSTS) {
    attack(82, `over a socket, ${host}`, async (shows) => {
      const server = await start(host)
      const whole = await server.sendBytes(chunked(await sign(order())))
      shows(whole.code, 'ok', 'chunks')
      expect(JSON.parse(whole.body)).toMatchObject({ body: ORDER })
      shows((await server.sendBytes(chunked(await sign(order()), ';ext="a"'))).code, 'ok', 'chunk extensions')
      // What stands in the trailers is not what was signed in the headers, and is no signature either.
      const signed = await sign(order())
      const trailers = ['Content-Digest', 'Signature', 'Signature-Input'].map(
        (name) => `${name}: ${fieldOf(signed, name)}`,
      )
      const moved = dropField(dropField(dropField(signed, 'signature'), 'signature-input'), 'content-digest')
      shows((await server.sendBytes(chunked(moved, '', trailers))).code, 'AUTH_MISSING', 'trailers')
      shows(
        (await server.sendBytes(chunked(await sign(order()), '', ['Content-Type: text/plain', 'Host: evil.example'])))
          .code,
        'ok',
        'trailers',
      )
      const { body, ...head } = await sign(order())
      for (const lines of [
        ['Content-Length: 5', 'Transfer-Encoding: chunked'],
        ['Content-Length: 5', 'Content-Length: 6'],
        ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
        ['Content-Length: +5'],
        ['Content-Length: 0x5'],
        ['Content-Length: 5, 6'],
      ]) {
        const answer = await server.sendBytes([
          requestBytes({ ...head, body: null }, lines),
          Buffer.from('5\r\nhello\r\n0\r\n\r\n'),
        ])
        shows(answer.code, 'host', lines.join(' and '))
        expect(answer.status).toBe(400)
      }
      // Node learns only behind the head that the end of this body is undefined.
      const endless = await server.sendBytes([
        requestBytes({ ...head, body: null }, ['Transfer-Encoding: xchunked']),
        body as Uint8Array,
      ])
      shows(endless.code, 'BODY_UNREADABLE')
      expect([endless.status, server.reached()]).toEqual([400, 3])
    })
  }

  attack(83, 'announced, endless, and just over the cap', async (shows) => {
    const cap = 4096
    const { judge } = world({ policy: { maxBodyBytes: cap }, replay: noReplayProtection })
    const signed = await sign(order())
    const announced = source(20_000_000)
    shows(await judge(withFields({ ...signed, body: announced }, 'Content-Length', '10000000000')), 'BODY_TOO_LARGE')
    expect(announced.taken).toBe(0)
    const endless = source(20_000_000)
    shows(await judge({ ...signed, body: endless }), 'BODY_TOO_LARGE')
    expect(endless.taken).toBeLessThanOrEqual(cap + 1024)
    expect(endless.cancelled).toBe(true)
    shows(await judge({ ...signed, body: new Uint8Array(cap + 1) }), 'BODY_TOO_LARGE')
    shows(await judge(await sign(order({ body: new Uint8Array(cap) }))), 'ok')
    for (const length of ['-1', '1e9', '0x10', '', 'NaN', '+5', '1 ', '9'.repeat(20)])
      expect(await judge(withFields(signed, 'Content-Length', length)), length).toBe('AUTH_MALFORMED')
  })

  attack(83, 'the body of a request that is refused for its head is not read', async (shows) => {
    const { judge } = world()
    const body = source(100_000)
    expect(await judge({ ...order(), body })).toBe('AUTH_MISSING')
    expect(await judge({ ...(await sign(order())), body, authority: 'evil.example' })).toBe('HOST_MISMATCH')
    expect(await judge(editField({ ...(await sign(order())), body }, 'signature', () => 'sig1=:AAAA:'))).toBe(
      'SIGNATURE_MALFORMED',
    )
    expect(body.taken).toBe(0)
    shows(await judge(withFields({ ...order(), body }, 'Content-Length', '99999999999')), 'BODY_TOO_LARGE')
    expect(body.taken).toBe(0)
  })

  attack(83, 'so slow that the window closes', async (shows) => {
    const { judge, at } = world()
    const signed = await sign(order())
    const body: BodyStream = {
      async *[Symbol.asyncIterator]() {
        at(NOW + PAST + 1)
        yield bytes(ORDER)
      },
    }
    shows(await judge({ ...signed, body }), 'TIMESTAMP_EXPIRED')
  })

  for (const host of HOSTS) {
    attack(83, `over a socket, ${host}`, async (shows) => {
      const server = await start(host, { policy: { maxBodyBytes: 65_536 } })
      const { body: _, ...head } = await sign(order())
      const announced = await server.sendBytes(requestBytes({ ...head, body: null }, ['Content-Length: 10000000000']))
      shows(announced.code, 'BODY_TOO_LARGE')
      expect(announced.status).toBe(413)
      const chunk = Buffer.concat([Buffer.from('8000\r\n'), Buffer.alloc(0x8000), Buffer.from('\r\n')])
      const endless = [
        requestBytes(withFields({ ...head, body: null }, 'Transfer-Encoding', 'chunked')),
        ...Array.from({ length: 8 }, () => chunk),
      ]
      const answer = await server.sendBytes(endless)
      shows(answer.code, 'BODY_TOO_LARGE')
      expect([answer.status, server.reached()]).toEqual([413, 0])
    })
  }

  attack(84, 'a parser in front of the verifier is an error, not an empty body', async (shows) => {
    const { verifier, judge } = world()
    const codes: unknown[] = []
    const app = express()
    app.use(express.json())
    app.use(requireSignature(verifier))
    app.use((_req, res) => res.end('reached'))
    app.use((error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
      codes.push(isCountersignError(error) ? error.code : error)
      res.status(500).end()
    })
    const port = await listen(app.listen(0, '127.0.0.1'))
    const answer = await exchange(port, requestBytes(await sign(order())))
    expect([answer.status, answer.body]).toEqual([500, ''])
    expect(codes).toHaveLength(1)
    shows(codes[0], 'BODY_CONSUMED')
    const consumed = { async *[Symbol.asyncIterator]() {} } as BodyStream
    expect(await judge({ ...(await sign(order())), body: consumed })).toBe('DIGEST_MISMATCH')
  })

  attack(84, 'a parser that keeps the bytes may stand there', async () => {
    const { verifier } = world()
    const app = express().use(express.json({ verify: keepRawBody, inflate: false }), requireSignature(verifier))
    app.use((req, res) => res.json({ owner: req.verdict?.owner, body: req.body }))
    const port = await listen(app.listen(0, '127.0.0.1'))
    const answer = await exchange(port, requestBytes(await sign(order())))
    expect(JSON.parse(answer.body)).toEqual({ owner: 'alice', body: JSON.parse(ORDER) })
  })

  attack(84, 'a listener that has read before, node:http', async (shows) => {
    const { verifier } = world()
    const verify = verifyRequest(verifier)
    const codes: unknown[] = []
    const server = createServer(async (request, response) => {
      for await (const _ of request);
      const verdict = await verify(request, response)
      codes.push(verdict?.ok === false ? verdict.code : verdict)
    })
    const answer = await exchange(await listen(server.listen(0, '127.0.0.1')), requestBytes(await sign(order())))
    expect([answer.status, answer.body.includes('reached')]).toEqual([500, false])
    shows(codes[0], 'HOST_FAULT')
  })

  attack(85, 'streamed: nothing ends well before the digest has matched', async (shows) => {
    const { verifier } = world({ replay: noReplayProtection })
    const signed = await sign(order())
    const read = async (chunks: readonly Uint8Array[]): Promise<readonly [unknown, string]> => {
      const body: BodyStream = {
        async *[Symbol.asyncIterator]() {
          yield* chunks
        },
      }
      const verdict = await verifier.verify({ ...signed, body }, { streamBody: streamedBody })
      expect(verdict.ok).toBe(true)
      let text = ''
      const code = await outcomeOf(async () => {
        if (verdict.ok)
          for await (const chunk of verdict.bodyStream as BodyStream) text += Buffer.from(chunk).toString('latin1')
        return 'ok'
      })
      return [code, text]
    }
    const [good, whole] = await read([bytes(ORDER.slice(0, 9)), bytes(ORDER.slice(9))])
    shows(good, 'ok')
    expect(whole).toBe(ORDER)
    for (const chunks of [
      [`${ORDER}x`],
      [ORDER, 'x'],
      [ORDER.slice(0, 9)],
      [],
      [ORDER.slice(0, 9), 'x', ORDER.slice(9)],
    ]) {
      const [code, text] = await read(chunks.map(bytes))
      shows(code, 'DIGEST_MISMATCH')
      // The last chunk is held back: a reader that takes what it has for the whole has less than was sent.
      expect(text.length).toBeLessThan(Math.max(1, chunks.join('').length))
    }
  })

  attack(85, 'buffered: the handler has the whole body or does not run', async (shows) => {
    const server = await start('node')
    const signed = await sign(order())
    const text = requestBytes(signed)
    shows((await server.sendBytes([text.subarray(0, 100), text.subarray(100, -3), text.subarray(-3)])).code, 'ok')
    expect(server.reached()).toBe(1)
  })
})
