import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allowInsecure } from '../../../src/client/fetch/origins.js'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { dateHeaderTime, jsonTime } from '../../../src/client/time-source.js'
import { serverClock } from '../../../src/sources/server-clock.js'
import { codeOf } from '../../expect-code.js'
import { exchange, signer } from './mock.js'

const signal = new AbortController().signal
const answering = (headers: Record<string, string>, body: string | null = null, status = 200) => ({
  fetch: async () => new Response(body, { status, headers }),
})

describe('time sources', () => {
  it.each(['http://api.example.com/', 'ftp://api.example.com/', 'not a url'])('the URL %s is refused', async (url) => {
    expect(await codeOf(() => dateHeaderTime(url))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => jsonTime(url, () => 0))).toBe('CONFIG_INVALID')
  })

  it('takes plain http where that is said', async () => {
    const options = { [allowInsecure]: true, ...answering({ date: 'Tue, 14 Nov 2023 22:13:20 GMT' }) } as const
    expect(await dateHeaderTime('http://10.0.0.1/', options)(signal)).toBe(1_700_000_000_000)
  })

  it.each([
    ['no date', {}],
    ['another form', { date: '2023-11-14T22:13:20Z' }],
    ['an obsolete form', { date: 'Tuesday, 14-Nov-23 22:13:20 GMT' }],
    ['a day that does not exist', { date: 'Fri, 31 Feb 2023 22:13:20 GMT' }],
    ['the wrong day of the week', { date: 'Mon, 14 Nov 2023 22:13:20 GMT' }],
    ['another zone', { date: 'Tue, 14 Nov 2023 22:13:20 +0100' }],
    ['two dates', { date: 'Tue, 14 Nov 2023 22:13:20 GMT, Tue, 14 Nov 2023 22:13:21 GMT' }],
    ['a stored answer', { date: 'Tue, 14 Nov 2023 22:13:20 GMT', age: '3' }],
  ])('gets no time from %s', async (_, headers) => {
    const source = dateHeaderTime('https://api.example.com/', answering(headers))
    expect(await codeOf(() => source(signal))).toBe('CLOCK_UNTRUSTED')
  })

  it('gets no time from a redirect', async () => {
    const headers = { date: 'Tue, 14 Nov 2023 22:13:20 GMT', location: 'https://evil.example/' }
    const source = dateHeaderTime('https://api.example.com/', answering(headers, null, 302))
    expect(await codeOf(() => source(signal))).toBe('CLOCK_UNTRUSTED')
  })

  it('reads a time from JSON, in whole milliseconds only', async () => {
    const pick = (body: unknown): unknown => (body as { t: unknown }).t
    const read = (body: string, status = 200) =>
      jsonTime('https://x.example/', pick, answering({}, body, status))(signal)
    expect(await read('{"t":1700000000000}')).toBe(1_700_000_000_000)
    for (const body of ['{"t":"1700000000000"}', '{"t":1.5}', '{"t":1e400}', '{}', 'null', '', '{', '\ufffe'])
      expect(await codeOf(() => read(body))).toBe('CLOCK_UNTRUSTED')
    expect(await codeOf(() => read('{"t":1700000000000}', 404))).toBe('CLOCK_UNTRUSTED')
    expect(await codeOf(() => read(`{"t":1700000000000,"pad":"${'x'.repeat(5_000)}"}`))).toBe('BODY_TOO_LARGE')
  })
})

describe('a clock set by a server', () => {
  let origin = ''
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.setHeader('date', new Date().toUTCString()).end(JSON.stringify({ now: Date.now() }))
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  const pick = (body: unknown): unknown => (body as { now: unknown }).now

  it('knows the time over a real socket, to the second and to the millisecond', async () => {
    const local = (): number => Date.now() - 120_000
    const exact = serverClock({ source: jsonTime(origin, pick), local })
    const coarse = serverClock({ source: dateHeaderTime(origin), local })
    expect(await exact.sync()).toBe(true)
    expect(await coarse.sync()).toBe(true)
    expect(Date.now() - exact.now()).toBeGreaterThanOrEqual(0)
    expect(Date.now() - exact.now()).toBeLessThan(500)
    expect(Date.now() - coarse.now()).toBeGreaterThanOrEqual(0)
    expect(Date.now() - coarse.now()).toBeLessThan(1_500)
  })

  it('gets a client with a wrong clock accepted at its first request', async () => {
    const { origin: api, outcomes } = await exchange()
    for (const skew of [-600_000, 600_000]) {
      const local = (): number => Date.now() + skew
      const clock = serverClock({ source: jsonTime(origin, pick), local, maxCorrectionMs: 900_000 })
      const response = await createSignedFetch(signer, { origins: [api], clock })(`${api}/balance`)
      expect(response.status).toBe(200)
    }
    expect(outcomes()).toEqual(['ok', 'ok'])
  })

  it('asks again after a 401 when the time has moved, signs once more, and no third time', async () => {
    const { origin: api, outcomes } = await exchange()
    let skew = 0
    const clock = serverClock({
      source: jsonTime(origin, pick),
      samples: 1,
      cooldownMs: 0,
      maxCorrectionMs: 900_000,
      local: () => Date.now() + skew,
      monotonic: () => performance.now() + skew,
    })
    const signedFetch = createSignedFetch(signer, { origins: [api], clock })
    await signedFetch(`${api}/balance`)
    // Both clocks jump together, as after a suspension: nothing here can notice.
    skew = 600_000
    asked = 0
    expect((await signedFetch(`${api}/balance`)).status).toBe(200)
    expect(outcomes()).toEqual(['ok', 'TIMESTAMP_FUTURE', 'ok'])
    expect(asked).toBe(1)
  })

  it('signs no third time, however often the clock moves', async () => {
    const { origin: api, outcomes } = await exchange()
    const clock = { now: () => Date.now() - 600_000, sync: async () => true }
    const signedFetch = createSignedFetch(signer, { origins: [api], clock })
    expect((await signedFetch(`${api}/balance`)).status).toBe(401)
    expect(outcomes()).toEqual(['TIMESTAMP_EXPIRED', 'TIMESTAMP_EXPIRED'])
  })

  it('lets a 401 stand when the time source is down', async () => {
    const { origin: api, outcomes } = await exchange()
    const clock = serverClock({
      source: () => Promise.reject(new Error('down')),
      local: () => Date.now() - 600_000,
    })
    const signedFetch = createSignedFetch(signer, { origins: [api], clock })
    expect((await signedFetch(`${api}/balance`)).status).toBe(401)
    expect(outcomes()).toEqual(['TIMESTAMP_EXPIRED'])
  })
})
