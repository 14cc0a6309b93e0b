import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import type { HttpRequest } from '../../src/message/message.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import type { KeySource } from '../../src/server/key-source.js'
import { staticKeys } from '../../src/server/key-source.js'
import { verifyRequest, withSignature } from '../../src/server/middleware/node.js'
import { noReplayProtection } from '../../src/server/policy/policy.js'
import { strictPolicy } from '../../src/server/policy/strict-policy.js'
import { createVerifier } from '../../src/server/verifier.js'
import { listen, send } from './wire.js'
import { signed, signer, verifierFor } from './world.js'

const ORDER = '{"qty":1}'
const KEYS = staticKeys([{ key: signer.key, owner: 'alice' }])

/** A server that answers with the owner, the body of the verdict and what its handler reads of the request. */
async function server(arrived: (request: IncomingMessage) => void = () => {}) {
  const asked: string[] = []
  const keys: KeySource = {
    ...KEYS,
    get: (keyId) => {
      asked.push(keyId)
      return KEYS.get(keyId)
    },
  }
  const port = await listen((authority) => {
    const verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys,
      policy: strictPolicy({ authorities: [authority], maxBodyBytes: 1_000 }),
      replay: noReplayProtection,
    })
    const verified = withSignature(verifier, async (request, response, { owner, body }) =>
      response.end(`${owner} ${new TextDecoder().decode(body ?? new Uint8Array())} ${await text(request)}`),
    )
    return (request, response) => {
      arrived(request)
      void verified(request, response)
    }
  })
  const head = ({ method, target, authority, fields }: HttpRequest, length: number, connection = 'close') => {
    const lines = fields.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${fields[at + 1]}`] : []))
    const framing = [`Host: ${authority}`, `Content-Length: ${length}`, `Connection: ${connection}`]
    return `${[`${method} ${target} HTTP/1.1`, ...framing, ...lines].join('\r\n')}\r\n\r\n`
  }
  return { port, asked, head, order: () => signed(`http://127.0.0.1:${port}/orders`, ORDER) }
}

/** Writes one text, and another one after it when told to; all that comes back until the server hangs up. */
async function talk(port: number, first: string, later?: { readonly when: Promise<unknown>; readonly rest: string }) {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(first)
  if (later !== undefined) void later.when.then(() => socket.write(later.rest))
  return text(socket)
}

describe('a body', () => {
  test('that comes in one packet with its head is judged in that turn, and read again by the handler', async () => {
    const { port, asked, head, order } = await server()
    const answer = await talk(port, head(await order(), ORDER.length) + ORDER)
    expect(answer).toContain(`\r\n\r\nalice ${ORDER} ${ORDER}`)
    expect(asked).toStrictEqual(['bot-1'])
  })

  test('that comes later is waited for, and the key is asked for again', async () => {
    let seen: (value: unknown) => void = () => {}
    const when = new Promise((resolve) => {
      seen = resolve
    })
    // After the turn in which the head was judged.
    const { port, asked, head, order } = await server(() => setImmediate(seen))
    const answer = await talk(port, head(await order(), ORDER.length), { when, rest: ORDER })
    expect(answer).toContain(`alice ${ORDER} ${ORDER}`)
    expect(asked).toStrictEqual(['bot-1', 'bot-1'])
  })

  test('that comes with its head and is another one is refused', async () => {
    const { port, head, order } = await server()
    expect(await talk(port, head(await order(), ORDER.length) + ORDER.replace('1', '2'))).toMatch(/^HTTP\/1\.1 401 /)
  })

  test('that comes with its head and with the next request ends where its length says', async () => {
    const { port, head, order } = await server()
    const next = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
    const answer = await talk(port, head(await order(), ORDER.length, 'keep-alive') + ORDER + next)
    expect(answer).toContain(`alice ${ORDER} ${ORDER}`)
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toStrictEqual(['HTTP/1.1 200', 'HTTP/1.1 421'])
  })

  test('that goes on behind its length is refused where another stream stands before the socket of its server', async () => {
    const verdicts: boolean[] = []
    const port = await listen((authority) => {
      const verify = verifyRequest(verifierFor(authority).verifier)
      return (request, response) => {
        const { method, url, rawHeaders, headers, socket, httpVersionMajor } = request
        const other = new Readable({ read() {} })
        other.push(ORDER)
        setImmediate(() => {
          other.push(' and more')
          other.push(null)
        })
        const facts = { method, url, rawHeaders, headers, socket, httpVersionMajor, complete: false }
        const made = Object.assign(other, facts) as unknown as IncomingMessage
        void verify(made, response).then((verdict) => verdicts.push(verdict?.ok === true))
      }
    })
    const order = await signed(`http://127.0.0.1:${port}/orders`, ORDER)
    expect((await send(port, order)).status).toBe(401)
    expect(verdicts).toStrictEqual([false])
  })

  test('of which only a part has come when its client hangs up reaches no handler', async () => {
    const { port, head, order } = await server()
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.end(head(await order(), ORDER.length) + ORDER.slice(1))
    expect(await text(socket)).not.toContain('alice')
  })
})
