import { describe, expect, it, vi } from 'vitest'
import { type Attempt, type RetryOptions, retries } from '../../../../src/client/fetch/retry.js'
import { createSignedFetch } from '../../../../src/client/fetch/signed-fetch.js'
import type { SigningKey } from '../../../../src/crypto/key.js'
import { rfc9421 } from '../../../../src/schemes/rfc9421/signer.js'
import type { Signer } from '../../../../src/schemes/scheme.js'
import { increasingNonces } from '../../../../src/sources/increasing-nonces.js'
import { abortable } from '../../../../src/support/deadline.js'
import { codeOf } from '../../../expect-code.js'
import { type Exchange, exchange, signer } from '../mock.js'

const retry = (options: Partial<RetryOptions> = {}) => ({ retry: retries({ attempts: 3, backoffMs: 1, ...options }) })
const client = (at: Exchange, options = {}, by: Signer = signer) =>
  createSignedFetch(by, { origins: [at.origin], ...options })

/** Answers with these statuses first, `reset` cuts the connection; afterwards 200. */
const failing = async (...statuses: ReadonlyArray<number | 'reset'>): Promise<Exchange> => {
  const at = await exchange()
  let count = 0
  at.route('/', (_, response) => {
    const status = statuses[count++] ?? 200
    if (status === 'reset') response.destroy()
    else response.writeHead(status).end('x'.repeat(100_000))
  })
  return at
}

describe('retries', () => {
  it('sign every attempt anew: another nonce, the time of that attempt', async () => {
    const at = await failing(503, 'reset')
    let now = Date.now() - 3_000
    const clock = { now: () => (now += 1_000) }
    expect((await client(at, { ...retry(), clock })(at.origin)).status).toBe(200)
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok'])
    expect(new Set(at.nonces()).size).toBe(3)
    const times = at.verdicts.map((one) => (one.ok ? one.createdMs : 0) as number)
    expect(times).toEqual([...new Set(times)].sort())
  })

  it('end after the given number, with the last answer or the last error', async () => {
    const busy = await failing(503, 503, 503, 503)
    expect((await client(busy, retry())(busy.origin)).status).toBe(503)
    expect(busy.verdicts).toHaveLength(3)
    const broken = await failing('reset', 'reset', 'reset', 'reset')
    await expect(client(broken, retry({ attempts: 2 }))(broken.origin)).rejects.toThrow(TypeError)
    expect(broken.verdicts).toHaveLength(2)
  })

  it('are not made without being asked for, nor for what may not be repeated, nor for other answers', async () => {
    const at = await failing(503, 503, 503, 404, 500)
    expect((await client(at)(at.origin)).status).toBe(503)
    expect((await client(at, retry())(at.origin, { method: 'POST', body: 'order' })).status).toBe(503)
    expect((await client(at, retry())(at.origin, { method: 'PATCH', body: 'order' })).status).toBe(503)
    expect((await client(at, retry())(at.origin)).status).toBe(404)
    expect((await client(at, retry())(at.origin)).status).toBe(500)
    expect(at.verdicts).toHaveLength(5)
  })

  it('send the same body again where the caller says so', async () => {
    const at = await failing('reset', 500)
    const seen: Array<Pick<Attempt, 'attempt'> & { status: number | undefined; failed: boolean }> = []
    const on = ({ attempt, response, error, request }: Attempt): boolean => {
      expect(request.fields).not.toContain('Signature')
      seen.push({ attempt, status: response?.status, failed: error instanceof TypeError })
      return response?.status !== 200
    }
    expect((await client(at, retry({ on }))(at.origin, { method: 'POST', body: 'order' })).status).toBe(200)
    expect(at.outcomes()).toEqual(['ok', 'ok', 'ok'])
    expect(seen).toEqual([
      { attempt: 1, status: undefined, failed: true },
      { attempt: 2, status: 500, failed: false },
    ])
  })

  it('retries never repeat a stream, and say why the first attempt failed', async () => {
    const at = await failing(503, 'reset')
    const put = () =>
      client(at, retry())(at.origin, {
        method: 'PUT',
        body: new Blob(['foo']).stream(),
        headers: { 'content-digest': 'sha-256=:LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=:' },
      })
    expect((await put()).status).toBe(503)
    await expect(put()).rejects.toThrow(TypeError)
    expect(at.verdicts).toHaveLength(2)
  })

  it('do not hide the library’s errors or a key’s', async () => {
    const at = await failing()
    let calls = 0
    const broken: SigningKey = {
      keyId: 'bot-1',
      algorithm: 'hmac-sha256',
      sign: async () => {
        calls++
        return 'nonsense' as never
      },
    }
    expect(await codeOf(() => client(at, retry(), rfc9421({ key: broken }))(at.origin))).toBe('ARGUMENT_INVALID')
    expect(calls).toBe(1)
  })

  it('do not multiply over redirects', async () => {
    const at = await exchange()
    let count = 0
    at.route('/a', (_, response) => response.writeHead(count++ === 0 ? 503 : 307, { location: '/b' }).end())
    at.route('/b', (_, response) => response.writeHead(503).end())
    expect((await client(at, retry())(`${at.origin}/a`)).status).toBe(503)
    expect(at.verdicts).toHaveLength(4)
  })
})

describe('the pause before an attempt', () => {
  const outcome = (attempt: number, after?: string): Attempt => ({
    attempt,
    error: undefined,
    request: { method: 'GET', scheme: 'https', authority: 'a', target: '/', fields: [], body: null },
    response: new Response(null, { status: 503, headers: after === undefined ? {} : { 'retry-after': after } }),
  })
  const rule = retries({ attempts: 10 })

  it('the pause doubles with each attempt, and has jitter', () => {
    for (const attempt of [1, 2, 3, 9]) {
      const waits = Array.from({ length: 50 }, () => rule(outcome(attempt)) as number)
      const full = Math.min(200 * 2 ** (attempt - 1), 60_000)
      expect(Math.min(...waits)).toBeGreaterThanOrEqual(Math.min(full / 2, 30_000))
      expect(Math.max(...waits)).toBeLessThanOrEqual(Math.min(full * 1.5, 30_000))
    }
    expect(rule(outcome(10))).toBeUndefined()
  })

  it('is what the server says, in seconds and within reason', () => {
    expect(rule(outcome(1, '2'))).toBe(2_000)
    expect(rule(outcome(1, '99999'))).toBe(30_000)
    for (const odd of ['-1', '1e9', '0x10', 'Wed, 21 Oct 2099 07:28:00 GMT', '999999'])
      expect(rule(outcome(1, odd))).toBeLessThanOrEqual(300)
  })

  it.each([0, 1.5, 11, Number.NaN])('a number of %d attempts is refused', async (attempts) => {
    expect(await codeOf(() => retries({ attempts }))).toBe('CONFIG_INVALID')
  })

  it('is what the caller says', () => {
    expect(retries({ attempts: 2, backoffMs: 7 })(outcome(1))).toBe(7)
    expect(retries({ attempts: 3, backoffMs: ({ attempt }) => attempt * 5 })(outcome(2))).toBe(10)
  })
})

describe('aborts', () => {
  const never = new Promise<never>(() => {})
  const stuck: SigningKey = { keyId: 'bot-1', algorithm: 'hmac-sha256', sign: () => never }
  const reason = new Error('user left')
  const soon = (): AbortSignal => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(reason), 10)
    return controller.signal
  }

  it('before the start: nothing is read, signed or sent', async () => {
    const at = await failing()
    const body = new Blob(['x']).stream()
    const signal = AbortSignal.abort(reason)
    await expect(client(at)(at.origin, { method: 'POST', body, signal })).rejects.toBe(reason)
    await expect(client(at)(new Request(at.origin, { signal }))).rejects.toBe(reason)
    expect([body.locked, at.verdicts.length]).toEqual([false, 0])
  })

  it('while the body is read, and the source is cancelled', async () => {
    const at = await failing()
    let told: unknown
    const body = new ReadableStream({
      pull: () => never,
      cancel: (why) => {
        told = why
      },
    })
    await expect(client(at)(at.origin, { method: 'POST', body, signal: soon() })).rejects.toBe(reason)
    expect([told, at.verdicts.length]).toEqual([reason, 0])
  })

  it('while a key is signing', async () => {
    const at = await failing()
    await expect(client(at, {}, rfc9421({ key: stuck }))(at.origin, { signal: soon() })).rejects.toBe(reason)
    expect(at.verdicts).toHaveLength(0)
  })

  it('while the server is thinking', async () => {
    const at = await exchange()
    at.route('/', () => {})
    const on = vi.fn(() => true)
    await expect(client(at, retry({ on }))(at.origin, { signal: soon() })).rejects.toBe(reason)
    expect(at.verdicts.length).toBeLessThanOrEqual(1)
    expect(on).not.toHaveBeenCalled()
  })

  it('while the body of the response arrives', async () => {
    const at = await exchange()
    at.route('/', (_, response) => response.write('half'))
    const aborting = new AbortController()
    const response = await client(at)(at.origin, { signal: aborting.signal })
    setTimeout(() => aborting.abort(reason), 20)
    await expect(response.text()).rejects.toBe(reason)
  })

  it('while it waits for the next attempt', async () => {
    const at = await failing(503, 503)
    const started = performance.now()
    const controller = new AbortController()
    // The rule is asked when the response is there: what follows is the wait.
    const backoffMs = (): number => {
      setTimeout(() => controller.abort(reason), 10)
      return 60_000
    }
    await expect(client(at, retry({ backoffMs }))(at.origin, { signal: controller.signal })).rejects.toBe(reason)
    expect(performance.now() - started).toBeLessThan(5_000)
    expect(at.verdicts).toHaveLength(1)
  })

  it('while a key is signing, and the next request gets its turn', async () => {
    const at = await failing()
    const nonces = increasingNonces({ unit: 'us' })
    const first = client(at, { nonces }, rfc9421({ key: stuck }))(at.origin, { signal: soon() })
    const second = client(at, { nonces })(at.origin)
    await expect(first).rejects.toBe(reason)
    expect((await second).status).toBe(200)
  })

  it('an abort that came before a request waited ends the request', async () => {
    await expect(abortable(never, AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('while it waits for its turn behind a stuck key', async () => {
    const at = await failing()
    const nonces = increasingNonces({ unit: 'us' })
    const first = client(at, { nonces }, rfc9421({ key: stuck }))(at.origin)
    await expect(client(at, { nonces })(at.origin, { signal: soon() })).rejects.toBe(reason)
    expect(at.verdicts).toHaveLength(0)
    void first
  })

  it('while it waits for a clock', async () => {
    const at = await failing()
    const clock = { now: Date.now, needsSync: true, sync: () => never }
    await expect(client(at, { clock })(at.origin, { signal: soon() })).rejects.toBe(reason)
    expect(at.verdicts).toHaveLength(0)
  })

  it('leave no listener behind', async () => {
    const at = await failing()
    const controller = new AbortController()
    let listeners = 0
    const { signal } = controller
    const add = signal.addEventListener.bind(signal)
    const remove = signal.removeEventListener.bind(signal)
    const fetch = async (): Promise<Response> => new Response()
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++
      add(...args)
    }
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--
      remove(...args)
    }
    await client(at, { fetch })(at.origin, { method: 'POST', body: new Blob(['abc']).stream(), signal })
    await new Promise((resolve) => setTimeout(resolve, 1))
    expect(listeners).toBe(0)
  })
})
