import { describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../src/access/key-record.js'
import type { HttpRequest } from '../../../src/message/message.js'
import { noReplayProtection } from '../../../src/server/verifier.js'
import { bot, bot2, ed, NOW, ORDER, order, sign, world } from '../../attacks/world.js'
import { verdictCode } from '../../expect-code.js'

/** A signed order whose body arrives only when `then` has run. */
async function arriving(then: () => void): Promise<HttpRequest> {
  const signed = await sign(order())
  return {
    ...signed,
    body: (async function* () {
      then()
      yield new TextEncoder().encode(ORDER)
    })(),
  }
}

const before: KeyRecord = { key: bot, owner: 'alice', scopes: ['orders:write'] }

/** The verdict where the record of the key is another one by the time the body has arrived. */
async function judgedWith(after: KeyRecord | undefined, context?: object): Promise<string> {
  let record: KeyRecord | undefined = before
  const { verifier } = world({ keys: { get: () => record }, replay: noReplayProtection })
  const request = await arriving(() => {
    record = after
  })
  const verdict = await verifier.verify(request, context)
  return verdictCode(verdict)
}

describe('a key that has changed while the body arrived', () => {
  test('is judged as it is now', async () => {
    expect(await judgedWith({ ...before, owner: 'bob' })).toBe('ok')
  })

  test.each<readonly [string, KeyRecord | undefined, string]>([
    ['is gone', undefined, 'KEY_UNKNOWN'],
    ['was disabled', { ...before, status: 'disabled' }, 'KEY_DISABLED'],
    ['was revoked', { ...before, status: 'revoked' }, 'KEY_REVOKED'],
    ['has ended', { ...before, expiresAtMs: NOW - 1 }, 'KEY_EXPIRED'],
    ['has lost its scope', { ...before, scopes: ['orders:read'] }, 'SCOPE_DENIED'],
    ['may not sign from here any more', { ...before, allowIp: ['192.0.2.0/24'] }, 'IP_DENIED'],
    [
      'is one of another algorithm',
      { ...before, key: { ...ed.verifyingKey, keyId: 'bot-1', algorithm: 'ed25519' } },
      'SIGNATURE_MALFORMED',
    ],
  ])('is refused where it %s', async (_, after, code) => {
    expect(await judgedWith(after, { scope: 'orders:write', clientIp: '198.51.100.7' })).toBe(code)
  })

  test('is refused where the source answers with the record of another key', async () => {
    expect(await judgedWith({ key: bot2, owner: 'mallory' })).not.toBe('ok')
  })
})

describe('the life that a signature states', () => {
  const { judge } = world({ policy: { maxLifetimeMs: 60_000 }, replay: noReplayProtection })

  test.each([
    [59, 'ok'],
    [60, 'ok'],
    [61, 'TIMESTAMP_MALFORMED'],
    [3_600, 'TIMESTAMP_MALFORMED'],
  ])('of %d seconds is held to maxLifetimeMs of 60 seconds', async (seconds, outcome) => {
    expect(await judge(await sign(order(), { expiresInMs: 1_000 * seconds }))).toBe(outcome)
  })
})
