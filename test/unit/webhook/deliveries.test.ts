import { describe, expect, test, vi } from 'vitest'
import { httpRequest } from '../../../src/message/message.js'
import { github } from '../../../src/schemes/webhook/catalogue/github.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { type DeliveryStore, memoryDeliveries, receiveWebhook, signWebhook } from '../../../src/webhook/index.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'
import { verdictCode } from '../../expect-code.js'

const webhook = github({ secret: 'a-secret-of-this-repository' })
const signed = await signWebhook(webhook, { id: 'delivery-1', body: '{"zen":"Keep it logically awesome."}' })
const request = { headers: signed.fields, body: signed.body as Uint8Array }
const receive = (deliveries: DeliveryStore, storeTimeoutMs = 1_000) =>
  receiveWebhook(webhook, request, { deliveries, storeTimeoutMs })

describe('a store of deliveries that fails', () => {
  test('keeps no half of a claim, so that the next attempt is no duplicate', async () => {
    const memory = memoryDeliveries()
    let isDown = true
    // GitHub's id is not signed, so a delivery is two claims.
    const store: DeliveryStore = {
      claim: async (claim) => {
        if (isDown && claim.id.includes('#')) throw new Error('connection lost')
        return memory.claim(claim)
      },
      release: memory.release,
    }
    expect(verdictCode(await receive(store))).toBe('STORE_UNAVAILABLE')
    isDown = false
    expect(await receive(store)).toMatchObject({ ok: true, duplicate: false })
    expect(await receive(store)).toMatchObject({ ok: true, duplicate: true })
  })

  test('keeps no claim that it made too late', async () => {
    vi.useFakeTimers()
    try {
      const memory = memoryDeliveries()
      const slow: DeliveryStore = {
        claim: async (claim) => {
          await new Promise((resolve) => setTimeout(resolve, 5_000))
          return memory.claim(claim)
        },
        release: memory.release,
      }
      const verdict = receive(slow)
      await vi.advanceTimersByTimeAsync(1_000)
      expect(verdictCode(await verdict)).toBe('STORE_UNAVAILABLE')
      await vi.advanceTimersByTimeAsync(5_000)
      expect(await receive(memory)).toMatchObject({ ok: true, duplicate: false })
    } finally {
      vi.useRealTimers()
    }
  })

  test('answers with nothing but what it may', async () => {
    for (const answer of [undefined, 1, 'OK', null])
      expect(verdictCode(await receive({ claim: () => answer as never, release: () => {} }))).toBe('STORE_UNAVAILABLE')
  })

  test('is released once, however often it is asked to', async () => {
    const memory = memoryDeliveries()
    const release = vi.fn(memory.release)
    const verdict = await receive({ claim: memory.claim, release })
    if (!verdict.ok) throw new Error(verdict.code)
    await Promise.all([verdict.release(), verdict.release()])
    expect(release).toHaveBeenCalledTimes(2)
    expect(await receive(memory)).toMatchObject({ duplicate: false })
    await verdict.release()
    expect(await receive(memory)).toMatchObject({ duplicate: true })
  })
})

describe('a delivery that is still handled', () => {
  const NOW = 1_760_000_000_000
  let now = NOW
  const take = (deliveries: DeliveryStore) =>
    receiveWebhook(webhook, request, { deliveries, handleMs: 60_000, clock: { now: () => now } })
  const accepted = async (deliveries: DeliveryStore) => {
    const verdict = await take(deliveries)
    if (!verdict.ok) throw new Error(verdict.code)
    return verdict
  }

  test('refuses further attempts with a status by which a sender tries again', async () => {
    const deliveries = memoryDeliveries()
    const first = await accepted(deliveries)
    expect(await take(deliveries)).toMatchObject({ code: 'DELIVERY_IN_FLIGHT', status: 503, conclusive: false })
    await first.settle()
    expect(await take(deliveries)).toMatchObject({ ok: true, duplicate: true })
  })

  test('is new again where it has failed', async () => {
    const deliveries = memoryDeliveries()
    await (await accepted(deliveries)).release()
    expect(await take(deliveries)).toMatchObject({ ok: true, duplicate: false })
  })

  test('is new again where its process has died, and a handler that ends too late changes nothing', async () => {
    const deliveries = memoryDeliveries()
    const first = await accepted(deliveries)
    now = NOW + 59_999
    expect(verdictCode(await take(deliveries))).toBe('DELIVERY_IN_FLIGHT')
    now = NOW + 60_000
    const second = await accepted(deliveries)
    expect(second.duplicate).toBe(false)
    await first.release()
    expect(verdictCode(await take(deliveries))).toBe('DELIVERY_IN_FLIGHT')
    await second.settle()
    now = NOW + 3_600_000
    expect(await take(deliveries)).toMatchObject({ duplicate: true })
    now = NOW
  })

  test('ends once: what is handled cannot be released afterwards', async () => {
    const deliveries = memoryDeliveries()
    const first = await accepted(deliveries)
    await first.settle()
    await first.release()
    expect(await take(deliveries)).toMatchObject({ duplicate: true })
  })

  test('leaves nothing behind of an attempt that is kept waiting', async () => {
    // What is signed is new, its id is not: the first claim succeeds and the second does not.
    const deliveries = memoryDeliveries()
    const first = await accepted(deliveries)
    const other = await signWebhook(webhook, { id: 'delivery-1', body: '{"zen":"Non-blocking is better."}' })
    const attempt = () =>
      receiveWebhook(
        webhook,
        { headers: other.fields, body: other.body as Uint8Array },
        { deliveries, handleMs: 60_000, clock: { now: () => NOW } },
      )
    expect(verdictCode(await attempt())).toBe('DELIVERY_IN_FLIGHT')
    await first.release()
    expect(await attempt()).toMatchObject({ ok: true, duplicate: false })
  })

  test('counts as handled at a store that cannot tell, and where no time is given', async () => {
    const { claim, release } = memoryDeliveries()
    await accepted({ claim, release })
    expect(await take({ claim, release })).toMatchObject({ duplicate: true })
    const deliveries = memoryDeliveries()
    await receive(deliveries)
    expect(await receive(deliveries)).toMatchObject({ duplicate: true })
  })
})

test('of any number of equal deliveries at once exactly one is new', async () => {
  const deliveries = memoryDeliveries()
  const verdicts = await Promise.all(Array.from({ length: 20 }, () => receive(deliveries)))
  expect(verdicts.filter((verdict) => verdict.ok && !verdict.duplicate)).toHaveLength(1)
})

describe('webhookVerifier', () => {
  const clock = { now: () => 1_760_000_000_000 }
  const sender = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c' })
  const url = 'https://hooks.example.com/stripe'
  const make = () => signWebhook(sender, { body: '{"id":"evt_1"}', url }, { clock })

  test('accepts for any host, or for those that are given', async () => {
    const request = await make()
    expect(await webhookVerifier(sender, { clock }).verify(request)).toMatchObject({
      ok: true,
      owner: 'stripe',
      keyId: 'stripe',
      scheme: 'stripe',
      nonce: 'evt_1',
      delivery: { id: 'evt_1', duplicate: false, answer: undefined },
    })
    const own = (authorities: readonly string[]) => webhookVerifier(sender, { clock, authorities }).verify(request)
    expect(verdictCode(await own(['hooks.example.com']))).toBe('ok')
    expect(verdictCode(await own(['other.example.com']))).toBe('HOST_MISMATCH')
  })

  test('refuses a route that needs a scope, and remembers nothing of it', async () => {
    const verifier = webhookVerifier(sender, { clock, deliveries: memoryDeliveries() })
    const request = await make()
    expect(verdictCode(await verifier.verify(request, { scope: 'orders:write' }))).toBe('SCOPE_DENIED')
    expect(await verifier.verify(request)).toMatchObject({ ok: true, delivery: { duplicate: false } })
    expect(verifier.refuse(request, 'RATE_LIMITED', 'too much').status).toBe(429)
  })

  test('judges the time by its clock, and what is no request is a fault of the host', async () => {
    const request = await make()
    const late = webhookVerifier(sender, { clock: { now: () => clock.now() + 301_000 } })
    expect(verdictCode(await late.verify(request))).toBe('TIMESTAMP_EXPIRED')
    expect(verdictCode(await late.verify({} as never))).toBe('HOST_FAULT')
    expect(verdictCode(await late.verify(httpRequest({ url })))).toBe('AUTH_MISSING')
  })
})

describe('a delivery whose id is not signed', () => {
  const copies = (id: string) => ({
    ...request,
    headers: signed.fields.map((one) => (one === 'delivery-1' ? id : one)),
  })

  test('is known whatever ids its copies have, and they make a store forget nothing', async () => {
    const deliveries = memoryDeliveries({ max: 4 })
    const first = await receiveWebhook(webhook, request, { deliveries })
    expect(first).toMatchObject({ ok: true, duplicate: false })
    for (let copy = 0; copy < 20; copy++)
      expect(await receiveWebhook(webhook, copies(`copy-${copy}`), { deliveries })).toMatchObject({ duplicate: true })
    expect(await receive(deliveries)).toMatchObject({ ok: true, duplicate: true })
  })

  test('claims no id of a delivery that is still to come', async () => {
    const deliveries = memoryDeliveries()
    await receive(deliveries)
    expect(await receiveWebhook(webhook, copies('delivery-2'), { deliveries })).toMatchObject({ duplicate: true })
    const { fields: headers, body } = await signWebhook(webhook, { id: 'delivery-2', body: '{}' })
    const genuine = { headers, body: body as Uint8Array }
    expect(await receiveWebhook(webhook, genuine, { deliveries })).toMatchObject({ ok: true, duplicate: false })
  })
})

test('a delivery is remembered for as long as its time is taken, whatever is given', async () => {
  let nowMs = 1_760_000_000_000
  const clock = { now: () => nowMs }
  const receiver = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })
  const { fields: headers, body } = await signWebhook(
    receiver,
    { body: '{}' },
    { clock: { now: () => nowMs + 200_000 } },
  )
  const deliveries = memoryDeliveries()
  const judge = () =>
    receiveWebhook(receiver, { headers, body: body as Uint8Array }, { deliveries, clock, rememberMs: 1_000 })
  expect(await judge()).toMatchObject({ ok: true, duplicate: false })
  nowMs += 500_000
  expect(await judge()).toMatchObject({ ok: true, duplicate: true })
  nowMs += 1
  expect(verdictCode(await judge())).toBe('TIMESTAMP_EXPIRED')
})
