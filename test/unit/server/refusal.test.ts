import { describe, expect, test } from 'vitest'
import { CountersignError, isConclusive, VERDICT_STATUS, type VerdictCode } from '../../../src/errors.js'
import { httpRequest } from '../../../src/message/message.js'
import { type Attempt, AUTHORIZING, CLAIMING, IDENTIFYING, READING, refusal } from '../../../src/server/refusal.js'

const request = httpRequest({ url: 'https://api.example.com/' })
const attempt = (parts: Partial<Attempt> = {}): Attempt => ({
  request,
  context: { clientIp: '192.0.2.1' },
  claimedKeyId: 'bot-1',
  signature: undefined,
  stage: READING,
  record: undefined,
  retryAfterMs: undefined,
  ...parts,
})
const error = (code: string): CountersignError => new CountersignError(code as VerdictCode, 'what happened')

describe('any failure is a verdict', () => {
  test.each(Object.entries(VERDICT_STATUS))('%s has status %d, whatever is being asked', (code, status) => {
    for (const stage of [READING, AUTHORIZING, CLAIMING])
      expect(refusal(attempt({ stage }), error(code))).toEqual({
        ok: false,
        code,
        status,
        conclusive: isConclusive(code as VerdictCode),
        detail: 'what happened',
        claimedKeyId: 'bot-1',
        request,
        clientIp: '192.0.2.1',
        retryAfterMs: status === 503 || status === 429 ? 1_000 : undefined,
      })
  })

  test.each<readonly [string, unknown, boolean, VerdictCode, string]>([
    ['what a parser says of a message', error('MESSAGE_MALFORMED'), false, 'AUTH_MALFORMED', 'what happened'],
    ['what a parser says of a field', error('FIELD_MALFORMED'), false, 'AUTH_MALFORMED', 'what happened'],
    ['the same of a store', error('FIELD_MALFORMED'), true, 'STORE_UNAVAILABLE', 'what happened'],
    ['a set-up', error('CONFIG_INVALID'), false, 'HOST_FAULT', 'what happened'],
    ['a set-up of a store', error('CONFIG_INVALID'), true, 'STORE_UNAVAILABLE', 'what happened'],
    ['a name of every object', error('toString'), false, 'HOST_FAULT', 'what happened'],
    ['a bug', new TypeError('secret'), false, 'HOST_FAULT', 'an unexpected TypeError while verifying'],
    ['a bug of a store', new TypeError('secret'), true, 'STORE_UNAVAILABLE', 'an unexpected TypeError while verifying'],
    ['something else that was thrown', 'secret', false, 'HOST_FAULT', 'an unexpected string while verifying'],
    ['only the code', { code: 'REPLAY' }, false, 'HOST_FAULT', 'an unexpected object while verifying'],
  ])('a failure becomes a refusal: %s', (_, thrown, asking, code, detail) => {
    for (const stage of asking ? [IDENTIFYING, CLAIMING] : [READING, AUTHORIZING])
      expect(refusal(attempt({ stage }), thrown)).toMatchObject({ code, detail })
  })

  test('a status that does not distinguish keys replaces the true one, except for a fault of the server', () => {
    const status = (code: VerdictCode) => refusal(attempt({ stage: IDENTIFYING }), error(code)).status
    expect([status('KEY_REVOKED'), status('SCOPE_DENIED'), status('RATE_LIMITED')]).toEqual([401, 401, 401])
    expect([status('HOST_FAULT'), status('STORE_UNAVAILABLE')]).toEqual([
      VERDICT_STATUS.HOST_FAULT,
      VERDICT_STATUS.STORE_UNAVAILABLE,
    ])
  })

  test('says when to come back as the limiter said it, and only where that makes sense', () => {
    const wait = (code: VerdictCode, retryAfterMs?: number) =>
      refusal(attempt({ retryAfterMs }), error(code)).retryAfterMs
    expect([wait('RATE_LIMITED', 7_000), wait('RATE_LIMITED', 0), wait('RATE_LIMITED')]).toEqual([7_000, 0, 1_000])
    expect([wait('STORE_UNAVAILABLE', 5), wait('SIGNATURE_INVALID', 7_000)]).toEqual([5, undefined])
  })
})
