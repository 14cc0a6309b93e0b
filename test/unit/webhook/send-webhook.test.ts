import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { allowInsecure } from '../../../src/message/target.js'
import { standardWebhooks } from '../../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { memoryDeliveries, receiveWebhook, type Webhook, type WebhookVerdict } from '../../../src/webhook/index.js'
import { type SendWebhookOptions, sendWebhook } from '../../../src/webhook/send/send-webhook.js'
import { codeOf, errorOf } from '../../expect-code.js'

const [OLD, NEW] = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDaaaa']
const webhook = standardWebhooks({ secret: [NEW, OLD] })
const URL_ = 'https://hooks.example.com/in?token=1'
const BODY = '{"type":"invoice.paid","text":"äöü €"}'

/** A receiver that answers in turn: a status, or a function that makes what `fetch` does. */
type Turn = number | ((init: RequestInit) => Promise<Response>)
function receiver(turns: readonly Turn[], headers: Record<string, string> = {}) {
  const requests: Request[] = []
  const times: number[] = []
  const fetch = async (url: string, init: RequestInit): Promise<Response> => {
    requests.push(new Request(url, { ...init, signal: null }))
    times.push(Date.now())
    const turn = turns[Math.min(requests.length, turns.length) - 1] as Turn
    return typeof turn === 'number' ? new Response(null, { status: turn, headers }) : turn(init)
  }
  return { requests, times, fetch }
}
const never = (init: RequestInit): Promise<Response> =>
  new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
const deaf = (): Promise<Response> => new Promise(() => {})
const broken = async (): Promise<Response> => {
  throw new TypeError('fetch failed')
}

describe('sendWebhook, by a clock of its own', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 1_760_000_000_000 })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const send = async (
    turns: readonly Turn[],
    options: SendWebhookOptions = {},
    answer: Record<string, string> = {},
  ) => {
    const to = receiver(turns, answer)
    const sent = sendWebhook(
      webhook,
      { url: URL_, body: BODY, id: 'msg_1' },
      { fetch: to.fetch, jitter: () => 1, ...options },
    )
    sent.catch(() => {})
    await vi.runAllTimersAsync()
    return { sent: await sent, ...to }
  }
  const pauses = (sent: { readonly attempts: ReadonlyArray<{ readonly pauseMs: number }> }) =>
    sent.attempts.map(({ pauseMs }) => pauseMs)

  test('signs each attempt anew, with every secret, under one id', async () => {
    const { sent, requests } = await send([503, broken, 200])
    expect(sent).toMatchObject({ delivered: true, id: 'msg_1', gaveUp: undefined, retryAfterMs: undefined })
    expect(sent.attempts.map(({ status, failure }) => status ?? failure)).toEqual([503, 'network', 200])
    const seen = requests.map((request) => request.headers.get('webhook-timestamp'))
    expect(seen).toEqual(['1760000000', '1760000000', '1760000001'])
    const deliveries = memoryDeliveries()
    const duplicates: boolean[] = []
    for (const request of requests) {
      expect(request.headers.get('content-type')).toBe('application/json')
      for (const secret of [OLD, NEW]) {
        const by: Webhook = standardWebhooks({ secret })
        const verdict: WebhookVerdict = await receiveWebhook(by, request.clone(), { deliveries })
        expect(verdict.ok && verdict.text()).toBe(BODY)
        if (verdict.ok) duplicates.push(verdict.duplicate)
      }
    }
    expect(duplicates).toEqual([false, true, true, true, true, true])
  })

  test('waits twice as long each time, up to a bound, with jitter', async () => {
    const bounds = { attempts: 6, backoffMs: 100, maxBackoffMs: 1_000, deadlineMs: 600_000 }
    expect(pauses((await send([500], bounds)).sent)).toEqual([100, 200, 400, 800, 1_000, 0])
    expect(pauses((await send([500], { ...bounds, jitter: () => 0 })).sent)).toEqual([50, 100, 200, 400, 500, 0])
    for (const odd of [Number.NaN, -5]) {
      expect(pauses((await send([500], { ...bounds, jitter: () => odd })).sent)).toEqual([50, 100, 200, 400, 500, 0])
    }
  })

  test.each([408, 425, 429, 500, 502, 503, 504, 599])('tries again after %i', async (status) => {
    expect((await send([status, 204])).sent).toMatchObject({ delivered: true, attempts: [{ status }, { status: 204 }] })
    expect((await send([status], { attempts: 3 })).sent).toMatchObject({ delivered: false, gaveUp: 'attempts' })
  })

  test.each([301, 302, 307, 308, 400, 401, 404, 410, 413, 422])('takes %i for an answer', async (status) => {
    const { sent, requests } = await send([status], {}, { location: 'http://169.254.169.254/' })
    expect(sent).toMatchObject({ delivered: false, gaveUp: 'answered', attempts: [{ status }] })
    expect(requests).toHaveLength(1)
    expect(requests[0]?.redirect).toBe('manual')
  })

  test('waits as long as Retry-After asks, or gives up and returns it', async () => {
    const { sent, times } = await send([429, 200], {}, { 'retry-after': '7' })
    expect([sent.delivered, (times[1] as number) - (times[0] as number)]).toEqual([true, 7_000])
    const over = await send([503, 200], { deadlineMs: 5_000 }, { 'retry-after': '7' })
    expect(over.sent).toMatchObject({ delivered: false, gaveUp: 'deadline', retryAfterMs: 7_000 })
    expect(over.requests).toHaveLength(1)
    // A date, which a wrong clock would misread, is none.
    expect(pauses((await send([503, 200], {}, { 'retry-after': 'Wed, 21 Oct 2099 07:28:00 GMT' })).sent)).toEqual([
      500, 0,
    ])
  })

  test.each([
    ['one that listens to its signal', never],
    ['one that does not', deaf],
  ])('ends an attempt that takes too long, with %s', async (_title, turn) => {
    const { sent } = await send([turn, 200], { timeoutMs: 2_000 })
    expect(sent.attempts).toMatchObject([{ failure: 'timeout', tookMs: 2_000 }, { status: 200 }])
    const late = await send([turn], { timeoutMs: 2_000, deadlineMs: 3_000, attempts: 20 })
    expect(late.sent).toMatchObject({ delivered: false, gaveUp: 'deadline' })
    const spent = late.sent.attempts.reduce((sum, { tookMs, pauseMs }) => sum + tookMs + pauseMs, 0)
    expect(spent).toBeLessThanOrEqual(3_000)
  })

  test('ends with its signal, between attempts and within one', async () => {
    for (const turn of [503, deaf]) {
      const abort = new AbortController()
      const to = receiver([turn])
      const sent = sendWebhook(webhook, { url: URL_, body: BODY }, { fetch: to.fetch, signal: abort.signal })
      const reason = new Error('shutting down')
      setTimeout(() => abort.abort(reason), 100)
      const ended = expect(sent).rejects.toBe(reason)
      await vi.runAllTimersAsync()
      await ended
      expect(to.requests).toHaveLength(1)
    }
  })

  test.each([299, 300])('takes 2xx alone for a delivery: %i', async (status) => {
    expect((await send([status])).sent).toMatchObject({
      delivered: status === 299,
      gaveUp: status === 299 ? undefined : 'answered',
    })
  })

  test('takes an answer without a status for no delivery, and a hidden redirect for a redirect', async () => {
    const failed = await send([async () => Response.error()])
    expect(failed.sent).toMatchObject({ delivered: false, gaveUp: 'answered', attempts: [{ status: 0 }] })
    const hidden = await send([
      async () => Object.defineProperty(Response.error(), 'type', { value: 'opaqueredirect' }),
    ])
    expect(hidden.sent).toMatchObject({ delivered: false, gaveUp: 'answered', attempts: [{ status: 302 }] })
  })

  test('counts the time from its beginning, and does not begin a pause that would fill it', async () => {
    await vi.advanceTimersByTimeAsync(100_000)
    const exact = await send([503, 200], { backoffMs: 500, deadlineMs: 500 })
    expect(exact.sent).toMatchObject({ delivered: false, gaveUp: 'deadline', attempts: [{ status: 503, pauseMs: 0 }] })
    expect((await send([503, 200], { backoffMs: 500, deadlineMs: 501 })).sent.delivered).toBe(true)
  })

  test('signs with the time of its clock, which each attempt states', async () => {
    const { sent, requests } = await send([200], { clock: { now: () => 1_770_000_000_123 } })
    expect(sent.attempts).toMatchObject([{ startedMs: 1_770_000_000_123 }])
    expect(requests[0]?.headers.get('webhook-timestamp')).toBe('1770000000')
  })

  test('hands over each field once, and ends what it has begun', async () => {
    const inits: RequestInit[] = []
    const note =
      (turn: (init: RequestInit) => Promise<Response>) =>
      (init: RequestInit): Promise<Response> => {
        inits.push(init)
        return turn(init)
      }
    const answered = async () => new Response('x'.repeat(10), { status: 500 })
    const headers = ['X-Twice', '1', 'X-Twice', '2']
    const sent = sendWebhook(
      webhook,
      { url: URL_, body: BODY, headers },
      { fetch: (_url, init) => note(inits.length === 0 ? answered : deaf)(init), attempts: 2, timeoutMs: 100 },
    )
    await vi.runAllTimersAsync()
    expect(await sent).toMatchObject({ attempts: [{ status: 500 }, { failure: 'timeout' }] })
    expect(inits.map(({ signal }) => signal?.aborted)).toEqual([true, true])
    for (const init of inits)
      expect((init.headers as [string, string][]).map(([name]) => name)).toEqual([
        'X-Twice',
        'X-Twice',
        'content-type',
        'webhook-id',
        'webhook-timestamp',
        'webhook-signature',
      ])
  })

  test('ends with its signal in the last attempt, too, and goes on where it has not ended', async () => {
    const abort = new AbortController()
    const reason = new Error('shutting down')
    setTimeout(() => abort.abort(reason), 100)
    const options = { fetch: receiver([deaf]).fetch, signal: abort.signal, attempts: 1 }
    const ended = expect(sendWebhook(webhook, { url: URL_, body: BODY }, options)).rejects.toBe(reason)
    await vi.runAllTimersAsync()
    await ended
    const on = await send([broken, 200], { signal: new AbortController().signal })
    expect(on.sent).toMatchObject({ delivered: true, attempts: [{ failure: 'network' }, { status: 200 }] })
  })

  test('makes an id where there is none, and takes the body’s where that is the id', async () => {
    const to = receiver([503, 200])
    const one = sendWebhook(webhook, { url: URL_, body: BODY }, { fetch: to.fetch })
    await vi.runAllTimersAsync()
    expect(to.requests.map((request) => request.headers.get('webhook-id'))).toEqual([(await one).id, (await one).id])
    const other = receiver([200])
    const by = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c' })
    await sendWebhook(
      by,
      { url: URL_, body: '{"id":"evt_1"}', headers: { 'Content-Type': 'text/plain' } },
      { fetch: other.fetch },
    )
    const verdict = await receiveWebhook(by, other.requests[0] as Request)
    expect(verdict.ok && verdict.deliveryId).toBe('evt_1')
    expect(other.requests[0]?.headers.get('content-type')).toBe('text/plain')
  })

  test('asks for the addresses of a name before each attempt, and stops at a private one', async () => {
    const answers = [['203.0.113.9'], ['93.184.216.34'], ['93.184.216.34', '10.0.0.1']]
    const lookup = vi.fn(async () => answers[lookup.mock.calls.length] as string[])
    const { sent, requests } = await send([503, 503, 200], { lookup })
    expect(sent).toMatchObject({ gaveUp: 'refused', attempts: [{ status: 503 }, { failure: 'refused' }] })
    expect([requests.length, lookup.mock.calls]).toEqual([1, [['hooks.example.com'], ['hooks.example.com']]])
    const gone = await send([200], { attempts: 2, lookup: async () => [] })
    expect(gone.sent).toMatchObject({ gaveUp: 'attempts', attempts: [{ failure: 'network' }, { failure: 'network' }] })
    const slow = await send([200], { attempts: 1, lookup: () => new Promise(() => {}) })
    expect(slow.sent).toMatchObject({ attempts: [{ failure: 'timeout' }] })
  })
})

describe('the URL of a delivery', () => {
  const to = (url: string, options: SendWebhookOptions = {}) =>
    sendWebhook(webhook, { url, body: BODY }, { fetch: receiver([200]).fetch, ...options })
  const INSIDE = [
    'https://localhost/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://10.0.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://100.100.100.200/',
    'https://0.0.0.0/',
  ]

  test.each([
    ...INSIDE,
    'http://hooks.example.com/',
    'https://user:password@hooks.example.com/',
    'ftp://hooks.example.com/',
    'hooks.example.com',
  ])('is refused where it is %s', async (url) => {
    const { code, message } = await errorOf(() => to(url))
    expect([code, message.includes('user:password')]).toEqual(['ORIGIN_REFUSED', false])
  })

  test('is refused where it is longer than 2048 characters', async () => {
    expect(await codeOf(() => to(`https://hooks.example.com/${'a'.repeat(2_048)}`))).toBe('ORIGIN_REFUSED')
  })

  test('may be private, or not encrypted, where that is given', async () => {
    for (const url of INSIDE) expect((await to(url, { addresses: 'any' })).delivered).toBe(true)
    expect(await codeOf(() => to('http://10.0.0.1/', { addresses: 'any' }))).toBe('ORIGIN_REFUSED')
    expect((await to('http://10.0.0.1/', { addresses: 'any', [allowInsecure]: true })).delivered).toBe(true)
    expect((await to('http://hooks.example.com/', { [allowInsecure]: true })).delivered).toBe(true)
  })
})
