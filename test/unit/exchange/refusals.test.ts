import { describe, expect, test } from 'vitest'
import { type Draft, emptyDraft } from '../../../src/exchange/spec/draft.js'
import { LOWER_CASE, refuses } from '../../../src/exchange/spec/refusals.js'

const draft = (parts: Partial<Draft>): Draft => ({ ...emptyDraft(), path: '/v1', ...parts })

describe('what an exchange refuses by part of the request', () => {
  const rule = refuses({ path: /,/, query: /^\d/, body: /\// }, 'this is not sent')

  test.each([{}, { path: '/a', query: 'a=1', body: 'b=2' }, { query: 'a,/', body: '1,' }])(
    'a request passes in which no part matches its own pattern: %j',
    (parts) => {
      expect(rule(draft(parts))).toBeUndefined()
    },
  )

  test.each([{ path: '/a,b' }, { query: '1=a' }, { body: 'a=/' }])(
    'a request is malformed in which one part matches its pattern: %j',
    (parts) => {
      expect(() => rule(draft(parts))).toThrow(
        expect.objectContaining({ code: 'AUTH_MALFORMED', message: 'this is not sent' }),
      )
    },
  )

  test.each([
    ['a=%2C', false],
    ['a=%2c', true],
    ['a=%c2%AC', true],
    ['a=c', false],
  ])('percent-encoding of lower case is found in %s: %s', (text, found) => {
    expect(LOWER_CASE.test(text)).toBe(found)
  })
})
