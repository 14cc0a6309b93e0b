import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Webhook, WebhookSpec } from '../../../src/schemes/webhook/webhook.js'
import type { DeliveryAnswer, DeliveryStore } from '../../../src/webhook/deliveries.js'
import type { Proven } from '../../../src/webhook/prove.js'
import { type Memory, remember } from '../../../src/webhook/remember.js'
import type { WebhookAccepted } from '../../../src/webhook/verdict.js'
import { caught } from '../../expect-code.js'

const NOW = 1_760_000_000_000
const ID = 'plain:evt_1'
const TEXT = `plain#${createHash('sha256').update('the text').digest('base64url')}`
const SIGNED: WebhookSpec['delivery'] = { field: 'id', signed: true }
const UNSIGNED: WebhookSpec['delivery'] = { field: 'id', signed: false }

interface Given {
  readonly delivery?: WebhookSpec['delivery']
  readonly deliveryId?: string | undefined
  readonly createdMs?: number | undefined
  readonly window?: Webhook['window']
  readonly memory?: Partial<Memory>
}

/** What is remembered of one delivery, at a store that answers in turn and notes what it is asked. */
function asked(answers: readonly unknown[], given: Given = {}) {
  const { delivery, deliveryId, createdMs, window, memory } = { delivery: SIGNED, deliveryId: 'evt_1', ...given }
  const calls: unknown[][] = []
  const left = [...answers]
  const deliveries: DeliveryStore = {
    claim: (claim) => {
      calls.push(['claim', claim])
      const answer = left.shift()
      return (typeof answer === 'function' ? answer() : answer) as DeliveryAnswer
    },
    release: (id) => {
      calls.push(['release', id])
    },
    settle: (claim) => {
      calls.push(['settle', claim])
    },
  }
  const verdict = { ok: true, deliveryId, createdMs, duplicate: false } as unknown as WebhookAccepted
  const proven = { verdict, text: { parts: [], whole: () => 'the text' }, key: {} } as unknown as Proven
  const webhook = { id: 'plain', spec: { delivery }, window } as unknown as Webhook
  const all = {
    ...{ deliveries, rememberMs: 60_000, handleMs: undefined, storeTimeoutMs: 1_000, clock: { now: () => NOW } },
    ...memory,
  }
  return { calls, verdict, result: () => remember(proven, webhook, all, NOW) }
}
const broken = (): never => {
  throw new Error('connection lost')
}
const namesOf = (calls: readonly unknown[][]): unknown[] =>
  calls.map(([what, one]) => [what, (one as { id?: string }).id ?? one])

afterEach(() => {
  vi.useRealTimers()
})

describe('a delivery', () => {
  test('without a memory stays as it is', async () => {
    const { calls, verdict, result } = asked([], { memory: { deliveries: undefined } })
    expect(await result()).toBe(verdict)
    expect(verdict).toEqual({ ok: true, deliveryId: 'evt_1', createdMs: undefined, duplicate: false })
    expect(calls).toEqual([])
  })

  test('is claimed by its id alone where that is signed', async () => {
    const { calls, result } = asked([true])
    expect(await result()).toMatchObject({ duplicate: false })
    expect(calls).toEqual([['claim', { id: ID, nowMs: NOW, untilMs: NOW + 60_000 }]])
  })

  test('is claimed by what is signed first where its id is not', async () => {
    const { calls, result } = asked([true, true], { delivery: UNSIGNED })
    expect(await result()).toMatchObject({ duplicate: false })
    expect(namesOf(calls)).toEqual([
      ['claim', TEXT],
      ['claim', ID],
    ])
  })

  test.each([SIGNED, UNSIGNED])('without an id is claimed by what is signed alone: %j', async (delivery) => {
    const { calls, result } = asked([true], { delivery, deliveryId: undefined })
    expect(await result()).toMatchObject({ duplicate: false })
    expect(namesOf(calls)).toEqual([['claim', TEXT]])
  })

  test.each([
    ['by what is signed', [false], [['claim', TEXT]]],
    [
      'by its id',
      [true, false],
      [
        ['claim', TEXT],
        ['claim', ID],
      ],
    ],
  ])('is a duplicate where it is known %s', async (_, answers, calls) => {
    const one = asked(answers, { delivery: UNSIGNED })
    expect(await one.result()).toMatchObject({ ok: true, duplicate: true })
    expect(namesOf(one.calls)).toEqual(calls)
  })

  test('is remembered until its time is refused, where that is later', async () => {
    const untilMs = async (given: Given) => {
      const { calls, result } = asked([true], given)
      await result()
      const [[, claim] = []] = calls
      return (claim as { untilMs: number }).untilMs - NOW
    }
    const window = { pastMs: 300_000, futureMs: 300_000 }
    expect(await untilMs({ createdMs: NOW, window })).toBe(300_001)
    expect(await untilMs({ createdMs: NOW + 5, window })).toBe(300_006)
    expect(await untilMs({ createdMs: NOW - 290_000, window })).toBe(60_000)
    expect(await untilMs({ createdMs: NOW + 70_000 })).toBe(70_001)
    expect(await untilMs({})).toBe(60_000)
  })

  test('has the time of its handler, where it is given and the store can settle', async () => {
    const handledBy = async (memory: Partial<Memory>) => {
      const { calls, result } = asked([true], { memory })
      await result()
      return calls[0]?.[1]
    }
    expect(await handledBy({ handleMs: 5_000 })).toMatchObject({ handledByMs: NOW + 5_000 })
    expect(await handledBy({})).not.toHaveProperty('handledByMs')
    const claims: object[] = []
    const claim = (one: object): boolean => claims.push(one) > 0
    await handledBy({ handleMs: 5_000, deliveries: { claim, release: () => {} } })
    expect(claims).toEqual([{ id: ID, nowMs: NOW, untilMs: NOW + 60_000 }])
  })
})

describe('the end of a delivery', () => {
  const accepted = async (memory: Partial<Memory> = {}, answers: unknown[] = [true, true]) => {
    const one = asked(answers, { delivery: UNSIGNED, memory })
    const verdict = await one.result()
    one.calls.length = 0
    return { verdict, calls: one.calls }
  }

  test('settles each claim at the time of the clock', async () => {
    let now = NOW
    const { verdict, calls } = await accepted({ handleMs: 5_000, clock: { now: () => now } })
    now += 1_234
    expect(await verdict.settle()).toBeUndefined()
    const settled = { nowMs: NOW + 1_234, untilMs: NOW + 60_000 }
    expect(calls).toEqual([
      ['settle', { id: TEXT, ...settled }],
      ['settle', { id: ID, ...settled }],
    ])
  })

  test('releases each claim', async () => {
    const { verdict, calls } = await accepted()
    expect(await verdict.release()).toBeUndefined()
    expect(calls).toEqual([
      ['release', TEXT],
      ['release', ID],
    ])
  })

  test.each(['settle', 'release'] as const)('is one: after %s() nothing else counts', async (first) => {
    const { verdict, calls } = await accepted({ handleMs: 5_000 })
    const ended = verdict[first]()
    expect([verdict.settle(), verdict.release()]).toEqual([ended, ended])
    await ended
    expect(calls.map(([what]) => what)).toEqual([first, first])
  })

  test('releases nothing once the time to handle it is over', async () => {
    let now = NOW
    const memory = { handleMs: 5_000, clock: { now: () => now } }
    const late = await accepted(memory)
    now = NOW + 5_000
    await late.verdict.release()
    expect(late.calls).toEqual([])
    now = NOW
    const early = await accepted(memory)
    now = NOW + 4_999
    await early.verdict.release()
    expect(early.calls).toHaveLength(2)
    // Without a time to handle it the claim stays its own.
    now = NOW
    const free = await accepted({ clock: { now: () => now } })
    now = NOW + 3_600_000
    await free.verdict.release()
    expect(free.calls).toHaveLength(2)
  })

  test('of a duplicate ends no claim of the first attempt', async () => {
    const { verdict, calls } = await accepted({}, [true, false])
    await verdict.release()
    expect(calls).toEqual([['release', TEXT]])
    const other = await accepted({}, [false])
    await other.verdict.settle()
    expect(other.calls).toEqual([])
  })

  test('settles nothing at a store that cannot', async () => {
    const deliveries = { claim: () => true, release: () => {} }
    const { verdict } = await accepted({ deliveries })
    expect(await verdict.settle()).toBeUndefined()
  })
})

describe('a store of deliveries', () => {
  const failed = { code: 'STORE_UNAVAILABLE', message: 'the store of deliveries could not be asked' }
  const waiting = {
    code: 'DELIVERY_IN_FLIGHT',
    message: 'an earlier attempt of this delivery is still being handled',
  }

  test.each<[string, unknown]>([
    ['throws', broken],
    ['rejects', async () => broken()],
    ['answers with undefined', undefined],
    ['answers with a number', 1],
    ['answers with another text', 'OK'],
    ['answers late with a text', async () => 'OK'],
  ])('that %s has failed, and keeps no half of a claim', async (_, answer) => {
    const { calls, result } = asked([true, answer], { delivery: UNSIGNED })
    expect(await caught(result)).toMatchObject(failed)
    expect(namesOf(calls)).toEqual([
      ['claim', TEXT],
      ['claim', ID],
      ['release', TEXT],
    ])
  })

  test('that keeps a delivery in flight has its earlier claims released', async () => {
    for (const answer of ['in-flight', async () => 'in-flight']) {
      const { calls, result } = asked([true, answer], { delivery: UNSIGNED })
      expect(await caught(result)).toMatchObject(waiting)
      expect(namesOf(calls).slice(2)).toEqual([['release', TEXT]])
    }
  })

  test('answers at once or later', async () => {
    for (const answer of [true, false])
      for (const one of [answer, async () => answer])
        expect(await asked([one]).result()).toMatchObject({ duplicate: !answer })
  })

  test.each([
    ['fails', broken, failed],
    ['is asked for what is in flight', 'in-flight', waiting],
  ])('that %s and cannot release either is not waited for longer than its time', async (_, answer, code) => {
    vi.useFakeTimers({ now: NOW })
    for (const release of [() => new Promise<void>(() => {}), async () => broken(), broken]) {
      const answers = [true, answer]
      const claim = () => {
        const next = answers.shift()
        return (typeof next === 'function' ? next() : next) as DeliveryAnswer
      }
      const error = caught(asked([], { delivery: UNSIGNED, memory: { deliveries: { claim, release } } }).result)
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await error).toMatchObject(code)
    }
  })

  test('that takes too long has failed, and a claim that it makes afterwards is released', async () => {
    vi.useFakeTimers({ now: NOW })
    const release = vi.fn()
    for (const [late, released] of [
      [true, [[ID]]],
      [false, []],
      ['in-flight', []],
    ] as const) {
      release.mockClear()
      const claim = () =>
        new Promise<DeliveryAnswer>((resolve) => {
          setTimeout(() => resolve(late), 2_000)
        })
      const error = caught(asked([], { memory: { deliveries: { claim, release } } }).result)
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await error).toMatchObject(failed)
      expect(release).not.toHaveBeenCalled()
      await vi.advanceTimersByTimeAsync(1_000)
      expect(release.mock.calls).toEqual(released)
    }
  })

  test('that answers in time keeps what it has claimed', async () => {
    vi.useFakeTimers({ now: NOW })
    const release = vi.fn()
    const claim = () =>
      new Promise<DeliveryAnswer>((resolve) => {
        setTimeout(() => resolve(true), 999)
      })
    const verdict = asked([], { memory: { deliveries: { claim, release } } }).result()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await verdict).toMatchObject({ duplicate: false })
    expect(release).not.toHaveBeenCalled()
  })

  test('that fails after its time ends no process', async () => {
    vi.useFakeTimers({ now: NOW })
    const claim = () =>
      new Promise<DeliveryAnswer>((_, reject) => {
        setTimeout(() => reject(new Error('connection lost')), 2_000)
      })
    const error = caught(asked([], { memory: { deliveries: { claim, release: () => {} } } }).result)
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await error).toMatchObject(failed)
  })
})
