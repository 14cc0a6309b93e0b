import { describe, expect, it } from 'vitest'
import { type CountersignError, isCountersignError } from '../../../../src/errors.js'
import type { KeyDirectoryOptions } from '../../../../src/server/directory/directory.js'
import { clockAt, directoryOf, failure, jwk } from './host.js'

const key = await jwk('bot-1')
const KEYS = JSON.stringify({ keys: [key] })

/** A directory without a network: what it answers, and how often it was asked. */
function asked(headers: Record<string, string> = {}, options: Partial<KeyDirectoryOptions> = {}) {
  const state = { count: 0, answer: () => new Response(KEYS, { headers: { ...JSON_TYPE, ...headers } }) }
  const fetch = async (): Promise<Response> => {
    state.count++
    return state.answer()
  }
  return { state, ...directoryOf('https://keys.example.com', { fetch, cooldownMs: 10_000, ...options }) }
}
const JSON_TYPE = { 'content-type': 'application/json' }
const down = (): Response => new Response(null, { status: 500 })

describe('a document that is known', () => {
  it('is not fetched anew before three quarters of its time, and then while its keys are still used', async () => {
    const { directory, state, clock } = asked({ 'cache-control': 'max-age=100' })
    const record = await directory.get('bot-1')
    clock.nowMs += 74_999
    expect(directory.get('bot-1')).toBe(record)
    expect(state.count).toBe(1)
    clock.nowMs += 1
    expect(directory.get('bot-1')).toBe(record)
    expect(state.count).toBe(2)
  })

  it('is not fetched anew twice at one time, nor again within a cooldown', async () => {
    const { directory, state, clock } = asked({ 'cache-control': 'max-age=100' })
    await directory.get('bot-1')
    clock.nowMs += 80_000
    state.answer = down
    for (let i = 0; i < 3; i++) expect(directory.get('bot-1')).toHaveProperty('key')
    await directory.refresh().catch(() => {})
    expect(state.count).toBe(2)
    clock.nowMs += 9_999
    expect(directory.get('bot-1')).toHaveProperty('key')
    expect(state.count).toBe(2)
    clock.nowMs += 1
    expect(directory.get('bot-1')).toHaveProperty('key')
    expect(state.count).toBe(3)
  })

  it('is kept at least for a cooldown and at most for the time that keys are trusted', async () => {
    for (const [cacheControl, ms] of [
      ['max-age=0', 10_000],
      ['max-age=999999', 60_000],
    ] as const) {
      const { directory, state, clock } = asked({ 'cache-control': cacheControl }, { maxAgeMs: 60_000 })
      await directory.get('bot-1')
      clock.nowMs += ms - 1
      expect(directory.get('bot-1')).toHaveProperty('key')
      clock.nowMs += 1
      expect(directory.get('bot-1')).toBeInstanceOf(Promise)
      await directory.get('bot-1')
      expect(state.count).toBe(2)
    }
  })

  it('says nothing of a key that it lacks once a fetch has failed, and something again after the next one', async () => {
    const { directory, state, clock } = asked()
    await directory.get('bot-1')
    expect(await directory.get('bot-2')).toBeUndefined()
    clock.nowMs += 10_000
    const { answer } = state
    state.answer = down
    expect(await failure(() => directory.get('bot-2'))).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      cause: 'DIRECTORY_UNAVAILABLE',
    })
    expect((await failure(() => directory.get('bot-2'))).code).toBe('STORE_UNAVAILABLE')
    clock.nowMs += 10_000
    state.answer = answer
    expect(await directory.get('bot-2')).toBeUndefined()
  })
})

describe('a directory that cannot be read', () => {
  it('throws STORE_UNAVAILABLE also where the clock stands at the epoch', async () => {
    const { directory, state } = asked({}, { clock: clockAt(0) })
    state.answer = down
    for (let i = 0; i < 2; i++) expect((await failure(() => directory.get('bot-1'))).code).toBe('STORE_UNAVAILABLE')
    expect(state.count).toBe(1)
  })

  it('is left alone for as long as it asks, and for no more than five minutes', async () => {
    for (const [retryAfter, ms] of [
      ['60', 60_000],
      ['3600', 300_000],
      ['1', 10_000],
    ] as const) {
      const { directory, state, clock } = asked()
      state.answer = () => new Response(null, { status: 503, headers: { 'retry-after': retryAfter } })
      await failure(() => directory.get('bot-1'))
      clock.nowMs += ms - 1
      await failure(() => directory.get('bot-1'))
      expect(state.count).toBe(1)
      // It asked once, and has not asked again.
      state.answer = down
      clock.nowMs += 1
      await failure(() => directory.get('bot-1'))
      expect(state.count).toBe(2)
      clock.nowMs += 10_000
      await failure(() => directory.get('bot-1'))
      expect(state.count).toBe(3)
    }
  })

  it('shows the error of a reader of keys as the cause of its own', async () => {
    const broken = new Error('out of memory')
    const otherKeys = {
      read: () => {
        throw broken
      },
    }
    const { directory, problems } = asked({}, { otherKeys: otherKeys as never })
    const thrown: unknown = await directory.refresh().catch((error: unknown) => error)
    expect(isCountersignError(thrown) && [thrown.code, thrown.cause]).toEqual(['DIRECTORY_UNAVAILABLE', broken])
    expect(problems).toEqual([thrown as CountersignError])
  })
})
