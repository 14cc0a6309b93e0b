import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { networkOf } from '../../../../src/access/ip-address.js'
import { CountersignError } from '../../../../src/errors.js'
import { flushOnExit } from '../../../../src/keyring/exit-hook.js'
import type { UsageDelta } from '../../../../src/keyring/key-store.js'
import { parseUsageDelta } from '../../../../src/keyring/record/stored-key.js'
import type { NewNetwork } from '../../../../src/keyring/usage/entry.js'
import { networks } from '../../../../src/keyring/usage/entry.js'
import { createUsageTracker, type UsageTracker, type UsageTrackerOptions } from '../../../../src/keyring/usage/usage.js'
import { accepted, NOW, refused } from '../../audit/samples.js'

const open: UsageTracker[] = []
afterEach(async () => {
  for (const tracker of open.splice(0)) await tracker.close()
})
/** A store that adds up what it is told. */
function storeOf(known: Readonly<Record<string, string>> = {}) {
  const calls: UsageDelta[][] = []
  const totals = new Map<string, { count: number; failures: number }>()
  const store = {
    calls,
    totals,
    fails: undefined as (() => unknown) | undefined,
    addUsage: async (deltas: readonly UsageDelta[]) => {
      await Promise.resolve()
      for (const delta of deltas) expect(parseUsageDelta(delta)).toEqual(delta)
      calls.push([...deltas])
      await store.fails?.()
      for (const { id, count, failures } of deltas) {
        const before = totals.get(id) ?? { count: 0, failures: 0 }
        totals.set(id, { count: before.count + count, failures: before.failures + failures })
      }
    },
    usage: async (ids: readonly string[]) =>
      new Map(
        ids.filter((id) => id in known).map((id) => [id, { lastUsedIp: known[id] as string, count: 1, failures: 0 }]),
      ),
  }
  return store
}
const trackerOf = (options: Partial<UsageTrackerOptions> & Pick<UsageTrackerOptions, 'store'>): UsageTracker => {
  const tracker = createUsageTracker({ onError: () => {}, ...options })
  open.push(tracker)
  return tracker
}

describe('createUsageTracker', () => {
  it('adds up what was seen, in one call', async () => {
    const store = storeOf()
    const tracker = trackerOf({ store })
    tracker.used('a', accepted('203.0.113.9', 'bot/1'), NOW)
    tracker.used('a', accepted('203.0.113.9', 'bot/2'), NOW + 5.7)
    tracker.used('b', refused(), NOW)
    tracker.used('a', refused(), NOW + 9)
    tracker.used('a', accepted('198.51.100.1', 'bot\u0007\u009b3'), NOW + 7)
    expect([tracker.lastUsedMs('a'), tracker.lastUsedMs('b'), tracker.lastUsedMs('c')]).toEqual([
      NOW + 7,
      undefined,
      undefined,
    ])
    await tracker.flush()
    expect(store.calls).toEqual([
      [
        {
          ...{ id: 'a', firstUsedAtMs: NOW, lastUsedAtMs: NOW + 7, count: 3, failures: 1 },
          ...{ lastUsedIp: '198.51.100.1', lastUsedAgent: 'bot  3' },
        },
        { id: 'b', count: 0, failures: 1 },
      ],
    ])
    await tracker.flush()
    expect(store.calls).toHaveLength(1)
    tracker.used('a', accepted('198.51.100.1'), NOW + 8)
    await tracker.flush()
    expect(store.calls[1]).toMatchObject([
      { id: 'a', firstUsedAtMs: NOW + 8, lastUsedAtMs: NOW + 8, count: 1, lastUsedAgent: 'bot  3' },
    ])
    expect(tracker.lastUsedMs('a')).toBe(NOW + 8)
  })

  it('writes by itself, a tenth earlier or later, and lets the process end', async () => {
    const store = storeOf()
    const tracker = trackerOf({ store, flushMs: 20, random: () => 0 })
    tracker.used('a', accepted(), NOW)
    await expect.poll(() => store.totals.get('a')?.count).toBe(1)
  })

  it('takes at most 1 000 keys a call, and keeps what one call could not write', async () => {
    const store = storeOf()
    const errors: unknown[] = []
    const tracker = trackerOf({ store, onError: (error) => errors.push(error) })
    for (let i = 0; i < 2_500; i++) tracker.used(`k${i}`, accepted(), NOW)
    let calls = 0
    store.fails = () => {
      if (++calls === 2) throw new CountersignError('STORE_UNAVAILABLE', 'down')
    }
    await expect(tracker.flush()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(store.calls.map((deltas) => deltas.length)).toEqual([1_000, 1_000])
    for (let i = 0; i < 2_500; i++) tracker.used(`k${i}`, accepted(), NOW + 1)
    await tracker.flush()
    expect(store.totals.size).toBe(2_500)
    expect([...store.totals.values()].every(({ count }) => count === 2)).toBe(true)
    const kept = store.calls
      .flat()
      .filter(({ id }) => id === 'k2000')
      .at(-1)
    expect(kept).toMatchObject({ firstUsedAtMs: NOW, lastUsedAtMs: NOW + 1, count: 2 })
  })

  it('counts everything once, however often a flush fails, and while it runs', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(5), fc.boolean(), fc.constantFrom('use', 'flush', 'fail', 'race')), { maxLength: 60 }),
        async (steps) => {
          const store = storeOf()
          const tracker = trackerOf({ store })
          const expected = new Map<string, { count: number; failures: number }>()
          const use = (id: string, ok: boolean) => {
            const { count, failures } = expected.get(id) ?? { count: 0, failures: 0 }
            expected.set(id, { count: count + (ok ? 1 : 0), failures: failures + (ok ? 0 : 1) })
            tracker.used(id, ok ? accepted() : refused(), NOW)
          }
          for (const [n, ok, what] of steps) {
            use(`k${n}`, ok)
            if (what === 'use') continue
            store.fails = what === 'fail' ? () => Promise.reject(new Error('down')) : undefined
            const flushing = tracker.flush().catch(() => {})
            if (what === 'race') use(`k${n}`, ok)
            await flushing
          }
          store.fails = undefined
          await tracker.close()
          expect(store.totals).toEqual(expected)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('does not wait for ever on a store, and never has two writes at a time', async () => {
    const store = storeOf()
    let running = 0
    let most = 0
    let release = () => {}
    store.fails = async () => {
      most = Math.max(most, ++running)
      await new Promise<void>((resolve) => {
        release = resolve
      })
      running--
    }
    const tracker = trackerOf({ store, timeoutMs: 20 })
    tracker.used('a', accepted(), NOW)
    await expect(tracker.flush()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    tracker.used('a', accepted(), NOW + 1)
    await expect(tracker.flush()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(most).toBe(1)
    store.fails = undefined
    release()
    await tracker.flush()
    expect(store.totals.get('a')).toEqual({ count: 2, failures: 0 })
  })

  it('keeps to its most keys: what is written goes first, and what does not fit is counted', async () => {
    const store = storeOf()
    const tracker = trackerOf({ store, maxKeys: 3 })
    for (const id of ['a', 'b', 'c', 'd', 'd']) tracker.used(id, accepted(), NOW)
    expect(tracker.lost).toBe(2)
    await tracker.flush()
    tracker.used('b', accepted(), NOW)
    await tracker.flush()
    tracker.used('d', accepted(), NOW)
    tracker.used('b', accepted(), NOW + 2)
    await tracker.flush()
    expect([tracker.lastUsedMs('a'), tracker.lastUsedMs('b'), tracker.lastUsedMs('d')]).toEqual([
      undefined,
      NOW + 2,
      NOW,
    ])
    expect(store.totals.get('b')?.count).toBe(3)
  })

  it('lets go of what a store will never take, says so, and goes on', async () => {
    const store = storeOf()
    const tracker = trackerOf({ store })
    tracker.used('a', accepted(), NOW)
    store.fails = () => {
      throw new CountersignError('ARGUMENT_INVALID', 'no')
    }
    await expect(tracker.flush()).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' })
    store.fails = undefined
    tracker.used('b', accepted(), NOW)
    await tracker.flush()
    expect([tracker.lost, [...store.totals.keys()]]).toEqual([1, ['b']])
  })

  it.each([Number.NaN, -1, 1e300, Number.POSITIVE_INFINITY])(
    'counts at %s o’clock, and says no time',
    async (nowMs) => {
      const store = storeOf()
      const tracker = trackerOf({ store })
      tracker.used('a', accepted(), nowMs)
      await tracker.flush()
      expect(store.calls).toEqual([[{ id: 'a', count: 1, failures: 0 }]])
      expect(tracker.lastUsedMs('a')).toBeUndefined()
    },
  )

  it('is not made with options out of range', () => {
    for (const options of [{ flushMs: 0 }, { maxKeys: 0 }, { timeoutMs: Number.NaN }])
      expect(() => createUsageTracker({ store: storeOf(), ...options })).toThrow(
        expect.objectContaining({ code: 'CONFIG_INVALID' }),
      )
  })

  it('reports what fails at the end instead of throwing it', async () => {
    const errors: unknown[] = []
    const store = storeOf()
    store.fails = () => Promise.reject(new Error('down'))
    const tracker = trackerOf({ store, onError: (error) => errors.push(error) })
    tracker.used('a', accepted(), NOW)
    await tracker.close()
    expect(errors).toHaveLength(1)
  })
})

describe('new networks', () => {
  const seenBy = (options: { known?: Readonly<Record<string, string>>; usage?: false } = {}) => {
    const told: NewNetwork[] = []
    const { usage, ...store } = storeOf(options.known)
    const tracker = trackerOf({
      store: options.usage === false ? store : { ...store, usage },
      onNewNetwork: (one) => told.push(one),
    })
    return { tracker, told }
  }

  it('are reported at once, except the first, and only for accepted requests', () => {
    const { tracker, told } = seenBy()
    for (const ip of [
      '203.0.113.9',
      '203.0.113.200',
      undefined,
      '198.51.100.1',
      '203.0.113.9',
      '2001:db8:1:2::1',
      '2001:db8:1:3::1',
    ])
      tracker.used('a', accepted(ip), NOW)
    tracker.used('a', refused('192.0.2.1'), NOW)
    expect(told).toEqual([
      { keyId: 'a', network: '198.51.100.0/24', ip: '198.51.100.1', nowMs: NOW },
      { keyId: 'a', network: '2001:db8:1::/48', ip: '2001:db8:1:2::1', nowMs: NOW },
    ])
  })

  it('include the first, too, where the store has another one', async () => {
    const { tracker, told } = seenBy({ known: { a: '192.0.2.1', b: '203.0.113.1' } })
    for (const id of ['a', 'b', 'c']) tracker.used(id, accepted('203.0.113.9'), NOW)
    expect(told).toEqual([])
    await tracker.flush()
    expect(told).toEqual([{ keyId: 'a', network: '203.0.113.0/24', ip: '203.0.113.9', nowMs: NOW }])
    tracker.used('a', accepted('192.0.2.7'), NOW)
    await tracker.flush()
    expect(told).toHaveLength(1)
  })

  it('need no store that answers, and a broken listener has no effect on others', async () => {
    const { tracker, told } = seenBy({ usage: false })
    tracker.used('a', accepted('203.0.113.9'), NOW)
    await tracker.flush()
    expect(told).toEqual([])
    const deaf = trackerOf({
      store: storeOf(),
      onNewNetwork: () => {
        throw new Error('deaf')
      },
    })
    deaf.used('a', accepted('203.0.113.9'), NOW)
    expect(() => deaf.used('a', accepted('198.51.100.1'), NOW)).not.toThrow()
  })

  it.each([
    ['203.0.113.9', '203.0.113.0/24'],
    ['255.255.255.255', '255.255.255.0/24'],
    ['2001:db8:ffff:1:2:3:4:5', '2001:db8:ffff::/48'],
    ['::1', '::/48'],
    ['nonsense', undefined],
    [undefined, undefined],
  ] as const)('%s is in %s', (ip, network) => {
    expect(networkOf(ip)).toBe(network)
  })

  it('are remembered, the last 64 of them', () => {
    const seen = networks('n0')
    for (let i = 1; i < 64; i++) expect(seen.has(`n${i}`)).toBe(false)
    for (let i = 0; i < 64; i++) expect(seen.has(`n${i}`)).toBe(true)
    expect(seen.has('n64')).toBe(false)
    expect(seen.has('n1')).toBe(true)
    expect(seen.has('n0')).toBe(false)
  })
})

describe('flushOnExit', () => {
  let root = ''
  let child = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'countersign-exit-'))
    child = join(root, 'child.mjs')
    buildSync({
      stdin: {
        contents: `
          import { flushOnExit } from './src/keyring/exit-hook.js'
          const mode = process.argv[2]
          const late = () => new Promise((resolve) => setTimeout(resolve, 30).unref())
          flushOnExit([
            { close: async () => { await late(); console.log('closed') } },
            { flush: () => { throw new Error('broken') } },
            { flush: () => mode === 'hang' ? new Promise(() => {}) : console.log('flushed') },
          ], { timeoutMs: 300, onError: (error) => console.log(error.message) })
          if (mode === 'own') process.on('SIGTERM', () => setTimeout(() => { console.log('own'); process.exit(3) }, 100))
          if (mode !== 'idle') setInterval(() => {}, 1000)
          console.log('ready')
        `,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      ...{ bundle: true, platform: 'node', format: 'esm', outfile: child },
    })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const run = (mode: string, signal?: NodeJS.Signals) =>
    new Promise<{ readonly lines: string; readonly end: number | string | null }>((resolve) => {
      const one = spawn(process.execPath, [child, mode], { stdio: ['ignore', 'pipe', 'inherit'] })
      let text = ''
      one.stdout.on('data', (chunk) => {
        text += chunk
        if (signal !== undefined && text === 'ready\n') one.kill(signal)
      })
      one.on('close', (code, by) => resolve({ lines: text.trim().split('\n').join(' '), end: by ?? code }))
    })

  it.each([
    ['idle', undefined, 'ready closed broken flushed', 0],
    ['plain', 'SIGTERM', 'ready closed broken flushed', 'SIGTERM'],
    ['plain', 'SIGINT', 'ready closed broken flushed', 'SIGINT'],
    ['own', 'SIGTERM', 'ready closed broken flushed own', 3],
    ['hang', 'SIGTERM', 'ready closed broken', 'SIGTERM'],
  ] as const)('a process flushes what it has counted: %s %s', async (mode, signal, lines, end) => {
    expect(await run(mode, signal)).toEqual({ lines, end })
  })

  it('stops listening, and refuses what cannot be flushed', () => {
    const before = process.listenerCount('SIGTERM')
    const stop = flushOnExit([{ flush: () => {} }])
    expect(process.listenerCount('SIGTERM')).toBe(before + 1)
    stop()
    expect(process.listenerCount('SIGTERM')).toBe(before)
    expect(() => flushOnExit([{}])).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
