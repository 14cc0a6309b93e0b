import { describe, expect, it } from 'vitest'
import { type ExchangeClockOptions, exchangeClock } from '../../../src/client/exchange-clock.js'
import { createSignedFetch } from '../../../src/client/fetch/signed-fetch.js'
import { binance } from '../../../src/exchange/catalogue/binance.js'
import { kraken } from '../../../src/exchange/catalogue/kraken.js'
import { okx } from '../../../src/exchange/catalogue/okx.js'
import { codeOf } from '../../expect-code.js'

const START = 1_700_000_000_000

/** An exchange with its own time, a machine with another, and a network in between. */
function world({ skewMs = 0, tripMs = 20 }: { readonly skewMs?: number; readonly tripMs?: number } = {}) {
  const state = { trueMs: START, skewMs, exchangeAheadMs: 0, asked: 0, broken: false }
  const sent: URLSearchParams[] = []
  const refusal = { code: -1021, msg: 'Timestamp for this request is outside of the recvWindow.' }
  const fetch = async (url: string, _init: object): Promise<Response> => {
    const { pathname, searchParams } = new URL(url)
    state.trueMs += tripMs / 2
    const exchangeMs = state.trueMs + state.exchangeAheadMs
    try {
      if (pathname === '/api/v3/time') {
        state.asked++
        return state.broken ? new Response('', { status: 503 }) : Response.json({ serverTime: Math.floor(exchangeMs) })
      }
      sent.push(searchParams)
      const time = Number(searchParams.get('timestamp'))
      // Binance, "Timing security".
      const ok = time < exchangeMs + 1000 && exchangeMs - time <= Number(searchParams.get('recvWindow') ?? 5000)
      return ok ? Response.json({ ok: true }) : Response.json(refusal, { status: 400 })
    } finally {
      state.trueMs += tripMs / 2
    }
  }
  const options: ExchangeClockOptions = {
    fetch,
    local: () => Math.floor(state.trueMs + state.skewMs),
    monotonic: () => state.trueMs - START,
  }
  return { state, sent, fetch, options }
}
const signer = binance({ apiKey: 'key', secret: 'secret' })

describe('exchangeClock', () => {
  it.each([
    [60_000, 20],
    [-60_000, 20],
    [1_200, 400],
    [0, 4_000],
  ])('is late, and by no more than a round trip, on a machine that is %d ms off', async (skewMs, tripMs) => {
    const { state, options } = world({ skewMs, tripMs })
    const clock = exchangeClock(binance(), options)
    await clock.sync()
    expect(clock.now() - state.trueMs).toBeLessThanOrEqual(0)
    // The best of five samples was not the last, so time has passed since; it is counted, at a cautious pace.
    expect(clock.now() - state.trueMs).toBeGreaterThan(-tripMs - 10)
  })

  it('asks the exchange where the signer was made for', async () => {
    const asked: string[] = []
    const fetch = async (url: string): Promise<Response> => {
      asked.push(url)
      return Response.json({ serverTime: Date.now() })
    }
    const elsewhere = binance({ apiKey: 'key', secret: 'secret', origin: 'https://testnet.binance.vision' })
    await exchangeClock(elsewhere, { fetch, samples: 1 }).sync()
    await exchangeClock(binance(), { fetch, samples: 1 }).sync()
    await exchangeClock(elsewhere, { fetch, samples: 1, origin: 'https://api1.binance.com' }).sync()
    expect(asked).toEqual([
      'https://testnet.binance.vision/api/v3/time',
      'https://api.binance.com/api/v3/time',
      'https://api1.binance.com/api/v3/time',
    ])
  })

  it('reads each exchange’s answer', async () => {
    const now = Date.now()
    const clock = exchangeClock(okx(), { fetch: async () => Response.json({ data: [{ ts: String(now + 60_000) }] }) })
    expect(await clock.sync()).toBe(true)
    expect(Math.abs(clock.offsetMs - 60_000)).toBeLessThan(2_000)
  })

  it.each([{}, { serverTime: 'soon' }, { serverTime: 1.5 }, null, []])(
    'takes %j for no time, and stays as it was',
    async (answer) => {
      const clock = exchangeClock(binance(), { fetch: async () => Response.json(answer), local: () => START })
      expect(await codeOf(() => clock.sync())).toBe('CLOCK_UNTRUSTED')
      expect(clock.now()).toBe(START)
    },
  )

  it.each([
    ['data.tiem', undefined, { data: { time: START } }, 'got nothing at "data.tiem" for "ms"'],
    ['time', undefined, { time: START / 1000 }, 'got 1700000000 at "time" for "ms"'],
    ['time', 's', { time: START }, 'got 1700000000000 at "time" for "s"'],
    ['', 'iso', { iso: '2026' }, 'got an object at "" for "iso"'],
    ['time', 'ms', { time: '2026-01-01' }, 'got a string at "time" for "ms"'],
  ] as const)('names the selector %j and the unit %s that do not fit the answer', async (time, unit, answer, got) => {
    const { spec } = binance()
    const clock = exchangeClock(
      { spec: { ...spec, clock: { path: '/time', time, unit } } },
      { fetch: async () => Response.json(answer), local: () => START },
    )
    await expect(clock.sync()).rejects.toThrow(
      `no usable time in 5 answers: "clock.time" must lead to a time of "clock.unit" in the answer of /time, ${got}`,
    )
  })

  it('says why no answer was usable, and keeps what the platform says in the cause', async () => {
    const broken = exchangeClock(binance(), { fetch: async () => new Response('', { status: 503 }) })
    await expect(broken.sync()).rejects.toThrow('no usable time in 5 answers: the time source must answer 200')
    const cut = exchangeClock(binance(), { fetch: () => Promise.reject(new Error('10.0.0.1 refused')) })
    await expect(cut.sync()).rejects.toThrow(/^no usable time in 5 answers$/)
  })

  it('says where there is no such endpoint, and for what it may not ask', async () => {
    expect(await codeOf(() => exchangeClock(kraken()))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => exchangeClock(binance(), { origin: 'http://api.binance.com' }))).toBe('CONFIG_INVALID')
    expect(await codeOf(() => exchangeClock(binance(), { samples: 0 }))).toBe('CONFIG_INVALID')
  })
})

describe('createSignedFetch with an exchangeClock', () => {
  it('asks before its first request, which is then right on a machine that is a minute ahead', async () => {
    const { state, sent, options } = world({ skewMs: 60_000 })
    const binanceFetch = createSignedFetch(signer, {
      clock: exchangeClock(signer, options),
      fetch: options.fetch as never,
    })
    expect((await binanceFetch('/api/v3/account')).status).toBe(200)
    expect((await binanceFetch('/api/v3/account')).status).toBe(200)
    expect([sent.length, state.asked]).toEqual([2, 5])
  })

  it('asks once more after a refusal for the time, and signs once more', async () => {
    for (const aheadMs of [30_000, -30_000]) {
      const { state, sent, options } = world()
      const clock = exchangeClock(signer, { ...options, samples: 1 })
      const own = binance({ apiKey: 'key', secret: 'secret', recvWindow: 3000 })
      const binanceFetch = createSignedFetch(own, { clock, fetch: options.fetch as never })
      expect((await binanceFetch('/api/v3/account')).status).toBe(200)
      state.trueMs += 31_000
      state.exchangeAheadMs = aheadMs
      expect((await binanceFetch('/api/v3/account', { params: { a: '1' } })).status).toBe(200)
      expect([sent.length, state.asked]).toEqual([3, 2])
      // The same request with another time, and no wider window.
      const [first, second] = sent.slice(1).map((one) => Object.fromEntries(one))
      expect({ ...second, timestamp: '', signature: '' }).toEqual({ ...first, timestamp: '', signature: '' })
      expect([first?.['recvWindow'], second?.['recvWindow']]).toEqual(['3000', '3000'])
      expect(second?.['signature']).not.toBe(first?.['signature'])
    }
  })

  it('returns a refusal that the right time does not cure, after that one attempt', async () => {
    const { state, sent, options } = world()
    const clock = exchangeClock(signer, { ...options, samples: 1 })
    // Its time is always another than the one it judges by.
    const judged = async (url: string, init: object): Promise<Response> => {
      state.exchangeAheadMs += 30_000
      return options.fetch?.(url, init) as Promise<Response>
    }
    const binanceFetch = createSignedFetch(signer, { clock, fetch: judged })
    state.trueMs += 31_000
    const response = await binanceFetch('/api/v3/account')
    expect([response.status, ((await response.json()) as { code: number }).code]).toEqual([400, -1021])
    expect(sent.length).toBeLessThanOrEqual(2)
    expect(state.asked).toBeLessThanOrEqual(2)
  })

  it('does not sign again when the clock is found to be right', async () => {
    const { state, sent, options } = world()
    const clock = exchangeClock(signer, { ...options, samples: 1, cooldownMs: 0 })
    const slow = async (url: string, init: object): Promise<Response> => {
      // The request was on its way for too long.
      if (!url.includes('/api/v3/time')) state.trueMs += 6_000
      return options.fetch?.(url, init) as Promise<Response>
    }
    const response = await createSignedFetch(signer, { clock, fetch: slow })('/api/v3/account')
    expect([response.status, sent.length]).toEqual([400, 1])
  })

  it('goes on with what it knows when the time endpoint is down', async () => {
    const { state, sent, options } = world({ skewMs: 200 })
    state.broken = true
    const clock = exchangeClock(signer, options)
    const response = await createSignedFetch(signer, { clock, fetch: options.fetch as never })('/api/v3/account')
    expect([response.status, sent.length]).toEqual([200, 1])
  })

  it('takes no other refusal for one of the clock', async () => {
    const { state, options } = world()
    const clock = exchangeClock(signer, { ...options, samples: 1, cooldownMs: 0 })
    const fetch = async (url: string, init: object): Promise<Response> =>
      url.includes('/api/v3/time')
        ? (options.fetch?.(url, init) as Promise<Response>)
        : Response.json({ code: -1022, msg: 'Signature for this request is not valid.' }, { status: 400 })
    const response = await createSignedFetch(signer, { clock, fetch })('/api/v3/account')
    expect([response.status, state.asked]).toEqual([400, 1])
  })
})
