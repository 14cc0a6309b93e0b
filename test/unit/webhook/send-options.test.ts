import { afterEach, expect, test, vi } from 'vitest'
import { allowInsecure } from '../../../src/message/target.js'
import {
  assertToSend,
  type SendWebhookOptions,
  sendSettings,
  type WebhookToSend,
} from '../../../src/webhook/send/options.js'
import { textOf } from '../../expect-code.js'

afterEach(() => {
  vi.unstubAllGlobals()
})

test('what is not given has its default', () => {
  expect(sendSettings({})).toEqual({
    attempts: 5,
    timeoutMs: 10_000,
    deadlineMs: 60_000,
    backoffMs: 500,
    maxBackoffMs: 30_000,
    addresses: 'public',
    lookup: undefined,
    signal: undefined,
    clock: Date,
    jitter: Math.random,
    fetch: expect.any(Function),
  })
})

test('what is given is taken, with the symbol that allows http', () => {
  const given: SendWebhookOptions = {
    attempts: 1,
    timeoutMs: 2,
    deadlineMs: 3,
    backoffMs: 4,
    maxBackoffMs: 5,
    addresses: 'any',
    lookup: async () => [],
    signal: new AbortController().signal,
    clock: { now: () => 1_760_000_000_000 },
    jitter: () => 0,
    fetch: async () => new Response(null),
    [allowInsecure]: true,
  }
  expect(sendSettings(given)).toEqual(given)
})

test('the fetch of this machine is looked up at each call', async () => {
  const { fetch } = sendSettings({})
  const stub = vi.fn(async () => new Response(null, { status: 204 }))
  vi.stubGlobal('fetch', stub)
  expect((await fetch('https://a.example/', { method: 'POST' })).status).toBe(204)
  expect(stub.mock.calls).toEqual([['https://a.example/', { method: 'POST' }]])
})

test.each<[keyof SendWebhookOptions, readonly number[], readonly number[]]>([
  ['attempts', [1, 20], [0, 21, 1.5]],
  ['timeoutMs', [1, 600_000], [0, 600_001]],
  ['deadlineMs', [1, 86_400_000], [0, 86_400_001]],
  ['backoffMs', [0, 3_600_000], [-1, 3_600_001]],
  ['maxBackoffMs', [0, 3_600_000], [-1, 3_600_001]],
])('"%s" is taken within its bounds', (name, good, bad) => {
  for (const value of good) expect(sendSettings({ [name]: value })).toMatchObject({ [name]: value })
  for (const value of bad)
    expect(textOf(() => sendSettings({ [name]: value }))).toMatch(
      new RegExp(`^CONFIG_INVALID sendWebhook: "${String(name)}" must be `),
    )
})

test.each<[object, string]>([
  [{ addresses: 'private' }, '"addresses" must be "public" or "any", got a string'],
  [{ addresses: null }, '"addresses" must be "public" or "any", got null'],
  [{ fetch: 'fetch' }, '"fetch" must be a function'],
  [{ lookup: [] }, '"lookup" must be a function that resolves a host name'],
  [{ jitter: 0.5 }, '"jitter" must be a function that returns a number from 0 to 1, such as Math.random'],
  [{ clock: {} }, '"clock" must be a clock'],
  [{ clock: { now: () => 1_760_000_000 } }, 'are these seconds?'],
  [{ retries: 3 }, '"attempts"'],
  [{ retry: 3 }, '"attempts"'],
  [{ dns: () => [] }, '"lookup"'],
  [{ random: () => 0 }, '"jitter"'],
  [{ totalMs: 5 }, '"deadlineMs"'],
])('options %# are refused with what is meant', (options, meant) => {
  const text = textOf(() => sendSettings(options as SendWebhookOptions))
  expect(text).toMatch(/^CONFIG_INVALID sendWebhook: /)
  expect(text).toContain(meant)
})

test('a delivery has a URL, as text or as an object', () => {
  for (const url of ['https://a.example/', new URL('https://a.example/')])
    expect(() => assertToSend({ url, body: '{}' })).not.toThrow()
  for (const [url, got] of [
    [5, 'a number'],
    [null, 'null'],
    [{ href: 'https://a.example/' }, 'an object'],
  ])
    expect(textOf(() => assertToSend({ url, body: '{}' } as WebhookToSend))).toBe(
      `CONFIG_INVALID "url" must be the URL of the receiver, got ${got}`,
    )
})

test.each<[object, string]>([
  [{ url: 'https://a.example/', payload: '{}' }, '"body"'],
  [{ endpoint: 'https://a.example/', body: '{}' }, '"url"'],
  [{ url: 'https://a.example/', body: '{}', method: 'PUT' }, '"method"'],
])('a delivery %# is refused with what is meant', (delivery, meant) => {
  const text = textOf(() => assertToSend(delivery as WebhookToSend))
  expect(text).toMatch(/^CONFIG_INVALID /)
  expect(text).toContain(meant)
})
