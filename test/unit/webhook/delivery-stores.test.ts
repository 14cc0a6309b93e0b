import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { memoryDeliveries } from '../../../src/webhook/deliveries.js'
import { redisDeliveries } from '../../../src/webhook/redis.js'
import { textOf } from '../../expect-code.js'

const NOW = 1_760_000_000_000
const claimOf = (id: string, more: object = {}) => ({ id, nowMs: NOW, untilMs: NOW + 60_000, ...more })

describe('deliveries in memory', () => {
  test('are known until the moment from which they may be forgotten', () => {
    const store = memoryDeliveries()
    expect(store.claim(claimOf('a'))).toBe(true)
    expect(store.claim(claimOf('a', { nowMs: NOW + 59_999 }))).toBe(false)
    expect(store.claim(claimOf('a', { nowMs: NOW + 60_000, untilMs: NOW + 90_000 }))).toBe(true)
    expect(store.claim(claimOf('a', { nowMs: NOW + 89_999 }))).toBe(false)
  })

  test('with a time to be handled are in flight until it is over', () => {
    const store = memoryDeliveries()
    const lease = { handledByMs: NOW + 5_000 }
    expect(store.claim(claimOf('a', lease))).toBe(true)
    expect(store.claim(claimOf('a', { nowMs: NOW + 4_999 }))).toBe('in-flight')
    expect(store.claim(claimOf('a', { nowMs: NOW + 5_000 }))).toBe(true)
  })

  test('that are settled are known, whether or not their claim is still there', () => {
    const store = memoryDeliveries()
    void store.claim(claimOf('a', { handledByMs: NOW + 5_000 }))
    for (const id of ['a', 'b']) {
      void store.settle?.(claimOf(id))
      expect(store.claim(claimOf(id, { nowMs: NOW + 59_999 }))).toBe(false)
    }
  })

  test('that are released are new again', () => {
    const store = memoryDeliveries()
    void store.claim(claimOf('a'))
    expect(store.release('a')).toBeUndefined()
    expect(store.claim(claimOf('a'))).toBe(true)
  })

  test('are as many as is given, and the oldest claim is forgotten first', () => {
    const store = memoryDeliveries({ max: 2 })
    for (const id of ['a', 'b']) expect(store.claim(claimOf(id))).toBe(true)
    for (const id of ['a', 'b']) expect(store.claim(claimOf(id))).toBe(false)
    // Settled, it is the newest.
    void store.settle?.(claimOf('a'))
    expect(store.claim(claimOf('c'))).toBe(true)
    expect(store.claim(claimOf('a'))).toBe(false)
    expect(store.claim(claimOf('c'))).toBe(false)
    expect(store.claim(claimOf('b'))).toBe(true)
  })

  test('one that is settled anew takes no place of another', () => {
    const store = memoryDeliveries({ max: 2 })
    for (const id of ['a', 'b', 'a']) void store.settle?.(claimOf(id))
    expect(store.claim(claimOf('b'))).toBe(false)
  })

  test('are one at least, and ten million at most', () => {
    for (const max of [1, 10_000_000]) expect(() => memoryDeliveries({ max })).not.toThrow()
    for (const max of [0, 10_000_001, 1.5, '5' as never])
      expect(textOf(() => memoryDeliveries({ max }))).toMatch(/^CONFIG_INVALID memoryDeliveries: "max" must be /)
    expect(textOf(() => memoryDeliveries({ size: 1 } as never))).toMatch(/^CONFIG_INVALID memoryDeliveries/)
  })
})

/** A client that notes what is sent, and answers in turn. */
function clientOf(method: 'call' | 'sendCommand' | 'customCommand', ...answers: unknown[]) {
  const sent: unknown[][] = []
  const client = {
    [method](...args: unknown[]) {
      expect(this).toBe(client)
      sent.push(args)
      return Promise.resolve(answers.shift())
    },
  }
  return { client: client as never, sent }
}
const keyOf = (id: string): string => createHash('sha256').update(id).digest('base64url')

describe('deliveries in Redis', () => {
  const KEY = `delivery:${keyOf('stripe:evt_1')}`
  const claim = claimOf('stripe:evt_1')

  test('are claimed by one command, which states how long they live', async () => {
    const { client, sent } = clientOf('call', 'OK', 'OK', 'OK')
    const store = redisDeliveries({ client })
    expect(await store.claim(claim)).toBe(true)
    expect(await store.claim({ ...claim, handledByMs: NOW + 5_000.2 })).toBe(true)
    // One that would have ended lives a millisecond, because Redis takes no less.
    expect(await store.claim({ ...claim, untilMs: NOW - 5 })).toBe(true)
    expect(sent).toEqual([
      ['SET', KEY, '1', 'NX', 'PX', '60000'],
      ['SET', KEY, '0', 'NX', 'PX', '5001'],
      ['SET', KEY, '1', 'NX', 'PX', '1'],
    ])
  })

  test.each([
    ['1', false],
    [Buffer.from('1'), false],
    ['0', 'in-flight'],
    [Buffer.from('0'), 'in-flight'],
    [null, 'in-flight'],
  ])('that are there with %j are no first ones', async (before, answer) => {
    const { client, sent } = clientOf('call', null, before)
    expect(await redisDeliveries({ client }).claim(claim)).toBe(answer)
    expect(sent.slice(1)).toEqual([['GET', KEY]])
  })

  test('are settled whether or not they are there, and forgotten', async () => {
    const { client, sent } = clientOf('call', Buffer.from('OK'), 1)
    const store = redisDeliveries({ client, prefix: 'mine:' })
    await store.settle?.(claim)
    expect(await store.release(claim.id)).toBeUndefined()
    const key = `mine:${keyOf('stripe:evt_1')}`
    expect(sent).toEqual([
      ['SET', key, '1', 'PX', '60000'],
      ['DEL', key],
    ])
  })

  test.each(['QUEUED', 1, undefined])('an answer of %j to a claim is a store that has failed', async (answer) => {
    const { client } = clientOf('call', answer, answer)
    const store = redisDeliveries({ client })
    const failed = { code: 'STORE_UNAVAILABLE', message: expect.stringContaining('neither OK nor nil') }
    await expect(store.claim(claim)).rejects.toMatchObject(failed)
    await expect(store.settle?.(claim)).rejects.toMatchObject(failed)
  })

  test('are asked for by the method that a client has, as it takes its arguments', async () => {
    const first = (sent: readonly unknown[][]): unknown => sent[0]
    const wanted = ['SET', KEY, '1', 'NX', 'PX', '60000']
    const ioredis = clientOf('call', 'OK')
    await redisDeliveries({ client: ioredis.client }).claim(claim)
    expect(first(ioredis.sent)).toEqual(wanted)
    const plain = clientOf('sendCommand', 'OK')
    await redisDeliveries({ client: plain.client }).claim(claim)
    expect(first(plain.sent)).toEqual([wanted])
    const glide = clientOf('customCommand', 'OK')
    await redisDeliveries({ client: glide.client }).claim(claim)
    expect(first(glide.sent)).toEqual([wanted])
    // The cluster client of `redis` takes before the command whether it only reads.
    const cluster = clientOf('sendCommand', 'OK')
    Object.assign(cluster.client, { getMasterNode: () => undefined, masters: [] })
    await redisDeliveries({ client: cluster.client }).claim(claim)
    expect(first(cluster.sent)).toEqual([false, wanted])
  })

  test.each([
    ['nothing', undefined, 'got nothing'],
    ['null', null, 'got null'],
    ['an object', { get: () => null }, 'got an object'],
    ['a method that is none', { call: 'SET' }, 'got an object'],
    ['a sentinel of another library', { sendCommand: () => {}, acquire: () => {} }, 'got an object'],
    ['a cluster of another library', { sendCommand: () => {}, masters: [] }, 'got an object'],
    ['a cluster without a method', { getMasterNode: () => {} }, 'got an object'],
  ])('are refused a client that is %s', (_, client, got) => {
    expect(textOf(() => redisDeliveries({ client: client as never }))).toBe(
      `CONFIG_INVALID redisDeliveries: "client" must be a client of redis, ioredis or valkey-glide, ${got}`,
    )
  })

  test('have a prefix of at most 128 characters, which may be empty', async () => {
    const { client, sent } = clientOf('call', 'OK', 'OK')
    for (const prefix of ['', 'p'.repeat(128)]) await redisDeliveries({ client, prefix }).claim(claim)
    expect(sent.map(([, key]) => String(key).length)).toEqual([43, 171])
    for (const prefix of ['p'.repeat(129), 5, null])
      expect(textOf(() => redisDeliveries({ client, prefix: prefix as never }))).toMatch(
        /^CONFIG_INVALID redisDeliveries: "prefix" must be at most 128 characters, got /,
      )
  })

  test('are refused with a hint where an option is called otherwise', () => {
    const { client } = clientOf('call')
    for (const [wrong, meant] of [
      ['redis', 'client'],
      ['keyPrefix', 'prefix'],
    ] as const)
      expect(textOf(() => redisDeliveries({ client, [wrong]: 'x' } as never))).toContain(`"${meant}"`)
  })
})
