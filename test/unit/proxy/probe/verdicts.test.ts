import type { LookupAddress } from 'node:dns'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { hmacKey } from '../../../../src/crypto/hmac-key.js'
import { probe } from '../../../../src/proxy/probe/probe.js'
import { exchange } from '../../../../src/proxy/probe/wire.js'
import { codeOf } from '../../../expect-code.js'
import { listening } from '../world.js'

vi.mock('node:dns', async (original) => {
  const dns = await original<typeof import('node:dns')>()
  const lookup = (name: string, options: object, done: (error: Error | null, found: LookupAddress[]) => void): void => {
    if (name === 'away.localhost') done(null, [{ address: '192.0.2.1', family: 4 }])
    else dns.lookup(name, options as { all: true }, done)
  }
  return { ...dns, lookup }
})

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })

/** Probes a server that answers so, by how many requests came before. */
async function probed(answer: (count: number, response: ServerResponse, request: IncomingMessage) => void) {
  let count = 0
  const port = await listening(
    createServer((request, response) => {
      request.resume()
      answer(count++, response, request)
    }),
  )
  const report = await probe(`http://127.0.0.1:${port}/orders`, { key, timeoutMs: 10_000 })
  // What Node itself refuses never comes to the handler.
  const rows = report.rows.filter(({ got }) => got !== 400)
  return { ...report, outcomes: new Set(rows.map(({ outcome }) => outcome)) }
}

describe('a row of a probe is not "refused" where the server', () => {
  it('ends the connection in place of an answer', async () => {
    const { outcomes, honestAfter } = await probed((count, response) =>
      count === 0 ? response.end() : response.socket?.destroy(),
    )
    expect(outcomes).not.toContain('refused')
    expect(honestAfter).toBe('closed')
  })

  it('refuses for the number of requests', async () => {
    const { outcomes, honestAfter } = await probed((count, response) => {
      response.statusCode = count === 0 ? 200 : 429
      response.end()
    })
    expect([...outcomes]).toEqual(['untested'])
    expect(honestAfter).toBe(429)
  })

  it('refuses the honest request among those that are sent at once', async () => {
    const { rows, honestAfter } = await probed((count, response) => {
      response.statusCode = count === 0 ? 200 : 401
      response.end()
    })
    expect(rows.filter(({ attack }) => attack === 'concurrent replay').map(({ outcome }) => outcome)).toEqual([
      'untested',
    ])
    expect(honestAfter).toBe(401)
  })
})

it.each([204, 302, 101])('an attack is accepted where the status is %d', async (status) => {
  const { outcomes } = await probed((_, response) => {
    response.socket?.end(`HTTP/1.1 ${status} X\r\n\r\n`)
  })
  expect(outcomes).toContain('accepted')
  expect(outcomes).not.toContain('refused')
})

it('a name of this machine that leads to another one is not probed', async () => {
  expect(await codeOf(() => probe('http://away.localhost:9/', { key }))).toBe('CONFIG_INVALID')
  const target = { host: 'away.localhost', port: 9, tls: false, name: 'away.localhost', hereOnly: true }
  expect(await exchange(target, new Uint8Array([71]), 5_000)).toBe('closed')
})

it.each([
  'http://127.1.evil.example/',
  'http://localhost.evil.example/',
  'http://0.0.0.0:9/',
  'http://[::]:9/',
  'http://[::ffff:10.0.0.1]:9/',
])('%s is no server of this machine', async (url) =>
  expect(await codeOf(() => probe(url, { key }))).toBe('CONFIG_INVALID'),
)
