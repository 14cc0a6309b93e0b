import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BusMessage, KeyBus } from '../../src/keyring/cache/key-bus.js'
import { codeOf } from '../expect-code.js'

/** Two nodes' buses on one channel, and how to put them away. */
export interface KeyBusUnderTest {
  readonly one: KeyBus
  readonly two: KeyBus
  /** Puts any text on the channel, as a program without the key. Absent where there is no such program. */
  readonly raw?: (text: string) => unknown
  /** Breaks the connection for a while. */
  readonly cut: () => unknown
  /** Ends that. */
  readonly mend: () => unknown
  readonly close?: () => unknown
}

/** How often a bus looks whether it still hears: where nothing is cut, a machine that is busy must not look like silence. */
export interface BusPace {
  readonly heartbeatMs: number
  readonly timeoutMs: number
}
const CUT: BusPace = { heartbeatMs: 250, timeoutMs: 500 }
const WHOLE: BusPace = { heartbeatMs: 60_000, timeoutMs: 20_000 }

/** What a kind of bus promises beyond the interface. */
export interface KeyBusTraits {
  /** Within this time a cut is seen, and a return. Default 20 000. */
  readonly noticeMs?: number
}

const EVERY_KIND: readonly BusMessage[] = [
  { type: 'change', id: 'acmek_live_00000000000000000001', rev: 1, status: 'active' },
  { type: 'change', id: '/+=k.:@~#-_', rev: 2, status: 'rotating' },
  { type: 'change', id: 'k'.repeat(256), rev: Number.MAX_SAFE_INTEGER, status: 'disabled' },
  { type: 'change', id: 'constructor', rev: 3, status: 'revoked' },
  { type: 'ack', id: 'k'.repeat(256), rev: 3, node: 'n'.repeat(64) },
  { type: 'hello', node: 'node-1' },
  { type: 'alive', node: '_' },
  { type: 'bye', node: '-' },
  {
    type: 'ack',
    id: 'k'.repeat(256),
    rev: Number.MAX_SAFE_INTEGER,
    node: 'n'.repeat(64),
    proof: {
      from: 'n'.repeat(64),
      seq: Number.MAX_SAFE_INTEGER,
      atMs: Number.MAX_SAFE_INTEGER,
      keyId: 'k'.repeat(128),
      tag: '_'.repeat(43),
    },
  },
]

const GARBAGE: readonly string[] = [
  'no json',
  'null',
  '[]',
  '{"type":"change"}',
  '{"type":"change","id":"a b","rev":1,"status":"active"}',
  '{"type":"change","id":"a","rev":0,"status":"active"}',
  '{"type":"change","id":"a","rev":1,"status":"deleted"}',
  '{"type":"__proto__","node":"a"}',
  '{"type":"hello","node":"a\\nb"}',
  JSON.stringify({ type: 'change', id: 'a', rev: 1, status: 'active', more: 'x'.repeat(2_000) }),
]

const textOf = (message: BusMessage): string => JSON.stringify(message)
const messageOf = (text: string): BusMessage => JSON.parse(text)

interface Ear {
  readonly messages: BusMessage[]
  readonly states: boolean[]
  readonly stop: () => void | Promise<void>
}

/** What every bus must do. Call it once a bus; each test gets a fresh pair. */
export function keyBusContract(
  name: string,
  make: (pace: BusPace) => KeyBusUnderTest | Promise<KeyBusUnderTest>,
  { noticeMs = 20_000 }: KeyBusTraits = {},
): void {
  describe(`key bus: ${name}`, () => {
    let under: KeyBusUnderTest | undefined
    const ears: Ear[] = []
    afterEach(async () => {
      for (const ear of ears.splice(0)) await ear.stop()
      await under?.close?.()
      under = undefined
    })
    const open = async (pace = WHOLE): Promise<KeyBusUnderTest> => {
      under = await make(pace)
      return under
    }
    const listen = async (bus: KeyBus): Promise<Ear> => {
      const messages: BusMessage[] = []
      const states: boolean[] = []
      const stop = await bus.subscribe(
        (message) => void messages.push(message),
        (connected) => void states.push(connected),
      )
      const ear = { messages, states, stop }
      ears.push(ear)
      await eventually(() => expect(states.at(-1)).toBe(true))
      return ear
    }
    const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: noticeMs, interval: 5 })
    const hello = (node: string): BusMessage => ({ type: 'hello', node })
    /**
     * Says something new until all have heard the newest. A bus that looks as often as {@link CUT} takes a busy machine for
     * silence, connects again, and loses what is said meanwhile.
     */
    const saidTo = async (bus: KeyBus, name: string, ears: readonly Pick<Ear, 'messages'>[]): Promise<void> => {
      const until = performance.now() + noticeMs
      for (let round = 1; ; round++) {
        const message = hello(`${name}-${round}`)
        const heard = (): void => {
          for (const { messages } of ears) expect(messages.at(-1)).toEqual(message)
        }
        try {
          await bus.publish(message)
          return await vi.waitFor(heard, { timeout: 1_000, interval: 5 })
        } catch (error) {
          if (performance.now() > until) throw error
        }
      }
    }

    it('carries every kind of message to every node, the own one too, in order', async () => {
      const { one, two } = await open()
      const heard = [await listen(one), await listen(two)]
      for (const message of EVERY_KIND) await one.publish(message)
      for (const { messages } of heard) await eventually(() => expect(messages).toEqual(EVERY_KIND))
      await two.publish(hello('back'))
      for (const { messages } of heard) await eventually(() => expect(messages.at(-1)).toEqual(hello('back')))
      for (const { states } of heard) expect(states).toEqual([true])
    })

    it('refuses to publish what no node would accept', async () => {
      const { one } = await open()
      const ear = await listen(one)
      const bad: unknown[] = [
        { type: 'change', id: 'a b', rev: 1, status: 'active' },
        { type: 'change', id: 'a', rev: 1.5, status: 'active' },
        { type: 'hello', node: 'n'.repeat(65) },
        { type: 'other', node: 'n' },
        {},
      ]
      for (const message of bad) {
        expect(await codeOf(async () => one.publish(message as BusMessage))).toBe('ARGUMENT_INVALID')
      }
      await one.publish(hello('last'))
      await eventually(() => expect(ear.messages).toEqual([hello('last')]))
    })

    it('takes garbage on the channel for nothing', async () => {
      const { one, two, raw } = await open()
      const ear = await listen(one)
      if (raw === undefined) return expect(name).toContain('memory')
      for (const text of GARBAGE) await raw(text)
      await two.publish(hello('last'))
      await eventually(() => expect(ear.messages).toEqual([hello('last')]))
      expect(ear.states).toEqual([true])
    })

    it('says when it is cut and when it is back, and carries messages again', async () => {
      const { one, two, cut, mend } = await open(CUT)
      const heard = [await listen(one), await listen(two)]
      for (let round = 1; round <= 2; round++) {
        await cut()
        for (const { states } of heard) await eventually(() => expect(states.at(-1)).toBe(false))
        await mend()
        for (const { states } of heard) await eventually(() => expect(states.at(-1)).toBe(true))
        await saidTo(one, `round-${round}`, heard)
        // Once each: a bus that subscribes twice would say things twice.
        for (const { messages } of heard) expect(messages).toEqual([...new Set(messages.map(textOf))].map(messageOf))
        // Each change of state is told once.
        for (const { states } of heard) expect(states).toEqual(states.map((_, i) => i % 2 === 0))
      }
    })

    it('comes up by itself when it was cut before the first subscription', async () => {
      const { one, two, cut, mend } = await open(CUT)
      await cut()
      const states: boolean[] = []
      const messages: BusMessage[] = []
      const stop = await one.subscribe(
        (message) => void messages.push(message),
        (connected) => void states.push(connected),
      )
      ears.push({ messages, states, stop })
      await eventually(() => expect(states).toEqual([false]))
      await mend()
      await eventually(() => expect(states.slice(0, 2)).toEqual([false, true]))
      await saidTo(two, 'late', [{ messages }])
    })

    it('stops for the subscriber that unsubscribes, and for no other', async () => {
      const { one, two } = await open()
      const [first, second, other] = [await listen(one), await listen(one), await listen(two)]
      await one.publish(hello('a'))
      for (const ear of [first, second, other]) await eventually(() => expect(ear.messages).toHaveLength(1))
      await first.stop()
      await two.publish(hello('b'))
      for (const ear of [second, other]) await eventually(() => expect(ear.messages).toHaveLength(2))
      expect(first.messages).toEqual([hello('a')])
      await second.stop()
      await first.stop()
      await one.publish(hello('c'))
      await eventually(() => expect(other.messages).toHaveLength(3))
      expect([first.messages.length, second.messages.length]).toEqual([1, 2])
      const again = await listen(one)
      await two.publish(hello('d'))
      await eventually(() => expect(again.messages).toEqual([hello('d')]))
      expect([first.messages.length, second.messages.length]).toEqual([1, 2])
    })
  })
}
