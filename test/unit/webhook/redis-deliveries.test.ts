import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
import type { DeliveryStore } from '../../../src/webhook/deliveries.js'
import { memoryDeliveries } from '../../../src/webhook/deliveries.js'
import { redisDeliveries } from '../../../src/webhook/redis.js'
import { codeOf } from '../../expect-code.js'
import { describeRedis, type RedisServer, startRedis } from '../../servers/redis.js'

let count = 0
const claim = (more: object = {}) => ({
  id: `stripe:evt_${count++}`,
  nowMs: Date.now(),
  untilMs: Date.now() + 60_000,
  ...more,
})

/** What every memory of deliveries promises. */
async function contract(store: DeliveryStore): Promise<void> {
  const one = claim()
  const answers = await Promise.all(Array.from({ length: 50 }, () => store.claim(one)))
  expect(answers.filter(Boolean)).toHaveLength(1)
  expect(await store.claim(claim())).toBe(true)
  await store.release(one.id)
  expect(await store.claim(one)).toBe(true)
  expect(await store.claim(one)).toBe(false)
  const slow = claim({ handledByMs: Date.now() + 30_000 })
  const all = await Promise.all(Array.from({ length: 50 }, () => store.claim(slow)))
  expect(all.filter((answer) => answer === true)).toHaveLength(1)
  expect(all.filter((answer) => answer === 'in-flight')).toHaveLength(49)
  await store.settle?.(slow)
  expect(await store.claim(slow)).toBe(false)
  await store.release(slow.id)
  const died = claim({ handledByMs: Date.now() + 5 })
  expect(await store.claim(died)).toBe(true)
  await expect.poll(() => store.claim({ ...died, nowMs: Date.now() })).toBe(true)
}

test('memory keeps the contract of a memory of deliveries', () => contract(memoryDeliveries()))

test('memory forgets the oldest delivery first', async () => {
  const store = memoryDeliveries({ max: 2 })
  const [a, b, c] = [claim(), claim(), claim()]
  for (const one of [a, b, c]) expect(await store.claim(one)).toBe(true)
  expect(await store.claim(c)).toBe(false)
  expect(await store.claim(b)).toBe(false)
  expect(await store.claim(a)).toBe(true)
})

test('another client is refused when the memory is made', () => {
  for (const client of [undefined, {}, { get: () => null }])
    expect(codeOf(() => redisDeliveries({ client: client as never }))).toBe('CONFIG_INVALID')
})

describeRedis('deliveries in Redis', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = (await startRedis()) as RedisServer
  })
  afterAll(() => server.stop())

  it('keep the contract with either client, and share what they remember', async () => {
    const node = await createClient({ url: server.url }).connect()
    const io = new Redis(server.url)
    const [one, other] = [redisDeliveries({ client: node }), redisDeliveries({ client: io })]
    await contract(one)
    await contract(other)
    const shared = claim()
    expect(await one.claim(shared)).toBe(true)
    expect(await other.claim(shared)).toBe(false)
    await other.release(shared.id)
    expect(await one.claim(shared)).toBe(true)
    const short = claim({ untilMs: Date.now() + 5 })
    expect(await one.claim(short)).toBe(true)
    await expect.poll(() => other.claim(short)).toBe(true)
    node.destroy()
    io.disconnect()
  })
})
