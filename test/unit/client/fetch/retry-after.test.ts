import { Agent } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import type { SignedFetchOptions } from '../../../../src/client/fetch/options.js'
import { retryAfterRule } from '../../../../src/client/fetch/retry.js'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import { type SignInterceptorOptions, signInterceptor } from '../../../../src/client/undici.js'
import type { Signer } from '../../../../src/schemes/scheme.js'
import { codeOf } from '../../../expect-code.js'
import { type Exchange, exchange, signer } from '../mock.js'

/** Answers 503 with these values of `Retry-After` first, and 200 afterwards. */
const away = async (...values: ReadonlyArray<string | undefined>): Promise<Exchange> => {
  const at = await exchange()
  let count = 0
  at.route('/', (_, response) => {
    if (count >= values.length) return response.writeHead(200).end('done')
    const value = values[count++]
    return response.writeHead(503, value === undefined ? {} : { 'retry-after': value }).end('x'.repeat(10_000))
  })
  return at
}
const client = (at: Exchange, options: Partial<SignedFetchOptions> = {}, by: Signer = signer) =>
  createSignedFetch(by, { origins: [at.origin], ...options })
const post = { method: 'POST', body: 'order' }

describe('a 503 with Retry-After, createSignedFetch', () => {
  it('is waited out by itself, also for a POST, and signed anew', async () => {
    const at = await away('0', '0')
    expect(await (await client(at)(at.origin, post)).text()).toBe('done')
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok'])
    expect(new Set(at.nonces()).size).toBe(3)
  })

  it('is waited for as long as it says', async () => {
    const at = await away('1')
    const started = performance.now()
    expect((await client(at)(at.origin)).status).toBe(200)
    expect(performance.now() - started).toBeGreaterThan(990)
  })

  it('ends after six attempts, or as many as are allowed', async () => {
    const at = await away('0', '0', '0', '0', '0', '0', '0', '0')
    expect((await client(at)(at.origin)).status).toBe(503)
    expect(at.verdicts).toHaveLength(6)
    expect((await client(at, { retryAfter: { attempts: 2 } })(at.origin)).status).toBe(503)
    expect(at.verdicts).toHaveLength(8)
  })

  it('is not waited for beyond the limit, which counts all waits of a call', async () => {
    const at = await away('21', '1', '1', '1')
    expect((await client(at)(at.origin)).status).toBe(503)
    expect(at.verdicts).toHaveLength(1)
    expect((await client(at, { retryAfter: { maxWaitMs: 1_999 } })(at.origin)).status).toBe(503)
    expect(at.verdicts).toHaveLength(3)
  })

  it('is an answer like any other without seconds in it, when switched off, or of another status', async () => {
    const values = [undefined, 'Wed, 21 Oct 2015 07:28:00 GMT', '-1', '1.5', '', '999999']
    const at = await away(...values, '0')
    for (const _ of values) expect((await client(at)(at.origin)).status).toBe(503)
    expect((await client(at, { retryAfter: false })(at.origin)).status).toBe(503)
    expect(at.verdicts).toHaveLength(values.length + 1)
    const limited = await exchange()
    limited.route('/', (_, response) => response.writeHead(429, { 'retry-after': '0' }).end())
    expect((await client(limited)(limited.origin)).status).toBe(429)
    expect(limited.verdicts).toHaveLength(1)
  })

  it('is left to the caller where the signer is one of an exchange, whose 503 may hide an order', async () => {
    const at = await away('0', '0')
    const exchange = { ...signer, service: { origins: [at.origin] } } as unknown as Signer
    expect((await client(at, {}, exchange)(at.origin, post)).status).toBe(503)
    expect((await client(at, { retryAfter: {} }, exchange)(at.origin, post)).status).toBe(200)
  })

  it('is not repeated with a stream that can be read once only', async () => {
    const at = await away('0', '0')
    const digest = { 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' }
    const init = { method: 'POST', headers: digest, body: new Blob(['foo']).stream(), duplex: 'half' }
    expect((await client(at)(at.origin, init as RequestInit)).status).toBe(503)
    expect(at.verdicts).toHaveLength(1)
  })

  it('ends with the reason of a signal that aborts meanwhile', async () => {
    const at = await away('10')
    const aborting = new AbortController()
    const reason = new Error('enough')
    const answer = client(at)(at.origin, { signal: aborting.signal })
    await expect.poll(() => at.verdicts.length).toBe(1)
    aborting.abort(reason)
    await expect(answer).rejects.toBe(reason)
  })

  it('is configured by names that are checked', async () => {
    const at = await away()
    for (const retryAfter of [{ attempts: 0 }, { attempts: 11 }, { maxWaitMs: -1 }, { maxWaitMs: Number.NaN }])
      expect(await codeOf(() => client(at, { retryAfter }))).toBe('CONFIG_INVALID')
    expect(() => client(at, { retryAfter: { maxWait: 5 } as never })).toThrow('did you mean "maxWaitMs"?')
    expect(() => client(at, { retryAfter: true as never })).toThrow('needs options: {')
  })
})

describe('retryAfterRule', () => {
  it('waits as long as it is asked to, and longer each time where that is short, within the limit', () => {
    const waits = (asked: string, options = {}): Array<number | undefined> => {
      const rule = retryAfterRule('test', options)
      const waited = { waits: 0, waitedMs: 0 }
      return Array.from({ length: 6 }, () => rule(503, asked, waited))
    }
    expect(waits('1')).toEqual([1_000, 1_000, 2_000, 4_000, 8_000, undefined])
    expect(waits('6')).toEqual([6_000, 6_000, 6_000, undefined, undefined, undefined])
    expect(waits('3')).toEqual([3_000, 3_000, 3_000, 4_000, 7_000, undefined])
    expect(waits('0')).toEqual([0, 0, 0, 0, 0, undefined])
    expect(waits('1', { attempts: 3 })).toEqual([1_000, 1_000, undefined, undefined, undefined, undefined])
    expect(waits('1', { maxWaitMs: 3_500 })).toEqual([1_000, 1_000, 1_500, undefined, undefined, undefined])
  })
})

describe('a 503 with Retry-After, signInterceptor', () => {
  const agents: Agent[] = []
  afterAll(() => Promise.all(agents.map((agent) => agent.destroy())))
  const agentFor = (at: Exchange, options: Partial<SignInterceptorOptions> = {}) => {
    const agent = new Agent()
    agents.push(agent)
    return agent.compose(signInterceptor(signer, { origins: [at.origin], ...options }))
  }
  const ask = (at: Exchange, init: object = {}, options: Partial<SignInterceptorOptions> = {}) =>
    agentFor(at, options).request({ origin: at.origin, path: '/', method: 'POST', body: 'order', ...init })

  it('is waited out by itself, and signed anew', async () => {
    const at = await away('0', '0')
    const { statusCode, body } = await ask(at)
    expect([statusCode, await body.text()]).toEqual([200, 'done'])
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok'])
    expect(new Set(at.nonces()).size).toBe(3)
  })

  it('ends after six attempts, and is passed on when switched off', async () => {
    const at = await away('0', '0', '0', '0', '0', '0', '0')
    const { statusCode, body } = await ask(at)
    expect([statusCode, (await body.text()).length]).toEqual([503, 10_000])
    expect(at.verdicts).toHaveLength(6)
    expect((await ask(at, {}, { retryAfter: false })).statusCode).toBe(503)
    expect(at.verdicts).toHaveLength(7)
  })

  it('ends with a signal that aborts meanwhile', async () => {
    const at = await away('10')
    const aborting = new AbortController()
    const reason = new Error('enough')
    const answer = ask(at, { signal: aborting.signal })
    await expect.poll(() => at.verdicts.length).toBe(1)
    aborting.abort(reason)
    await expect(answer).rejects.toThrow()
  })
})
