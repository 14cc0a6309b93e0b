import { expect, test } from 'vitest'
import { isConclusive, VERDICT_STATUS, type VerdictCode } from '../../../src/errors.js'

test('a refusal is conclusive unless it says nothing about the message', () => {
  const codes = Object.keys(VERDICT_STATUS) as VerdictCode[]
  expect(codes.filter((code) => !isConclusive(code)).sort()).toEqual([
    'BODY_UNREADABLE',
    'CLOCK_UNSAFE',
    'DELIVERY_IN_FLIGHT',
    'HOST_FAULT',
    'IP_UNDETERMINED',
    'KEY_SOURCE_FAILED',
    'RATE_LIMITED',
    'REPLAY_BARRIER',
    'REPLAY_STORE_FULL',
    'STORE_UNAVAILABLE',
  ])
})
