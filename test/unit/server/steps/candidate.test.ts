import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../../../../src/schemes/scheme.js'
import type { Policy } from '../../../../src/server/policy/policy.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { assertNonce, claimedKeyId, pick } from '../../../../src/server/steps/candidate.js'

const request: HttpRequest = {
  method: 'GET',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/',
  fields: [],
  body: null,
}
const policy = (parts: Partial<Policy> = {}): Policy => ({
  ...strictPolicy({ authorities: ['api.example.com'] }),
  ...parts,
})

interface Found {
  readonly label: string
  readonly tag?: string
}

/** A scheme that finds these signatures, and selects none itself. */
const scheme = (...found: readonly Found[]): VerifyScheme => ({
  id: 'test',
  parse: () => found as readonly UntrustedSignature[],
})

/** The label of the one that was picked, or the code and text of the refusal. */
function picked(schemes: readonly VerifyScheme[], select?: Policy['select']): string {
  try {
    const [by, signature] = pick(schemes, request, policy({ select }))
    expect(schemes).toContain(by)
    return signature.label
  } catch (error) {
    return isCountersignError(error) ? `${error.code}: ${error.message}` : `a bug: ${String(error)}`
  }
}

const MISSING = 'AUTH_MISSING: the request carries no signature'
const NOT_SELECTED = 'AUTH_MISSING: the request carries no signature with the wanted label or tag'
const SEVERAL = 'AUTH_DUPLICATE: the request carries several signatures and the policy selects none'
const TWO = 'AUTH_DUPLICATE: the request is signed with two schemes'

describe('one signature is judged, and several are never folded into one answer', () => {
  const a = { label: 'a', tag: 'orders' }
  const b = { label: 'b', tag: 'orders' }
  const c = { label: 'c' }
  test.each<readonly [string, readonly VerifyScheme[], Policy['select'], string]>([
    ['none', [scheme()], undefined, MISSING],
    ['none of two schemes', [scheme(), scheme()], undefined, MISSING],
    ['one', [scheme(a)], undefined, 'a'],
    ['one of the second scheme', [scheme(), scheme(b)], undefined, 'b'],
    ['two of one scheme', [scheme(a, b)], undefined, SEVERAL],
    ['one of each of two schemes', [scheme(a), scheme(b)], undefined, TWO],
    ['none, where one is selected', [scheme()], { label: 'a' }, NOT_SELECTED],
    ['another label', [scheme(b)], { label: 'a' }, NOT_SELECTED],
    ['the label among others', [scheme(c, b, a)], { label: 'a' }, 'a'],
    ['the label of another scheme', [scheme(b), scheme(a)], { label: 'a' }, 'a'],
    ['the tag', [scheme(c, a)], { tag: 'orders' }, 'a'],
    ['the tag twice', [scheme(a, b)], { tag: 'orders' }, SEVERAL],
    ['another tag', [scheme(a, c)], { tag: 'other' }, NOT_SELECTED],
    ['label and tag', [scheme(a, b, c)], { label: 'b', tag: 'orders' }, 'b'],
    ['the label with another tag', [scheme(a, b)], { label: 'b', tag: 'other' }, NOT_SELECTED],
    ['the label without a tag', [scheme(a, c)], { label: 'c', tag: 'orders' }, NOT_SELECTED],
    ['one of a scheme that has no names', [scheme({ label: '' })], { label: 'a', tag: 'orders' }, ''],
    ['one without a name and a selected one', [scheme({ label: '' }), scheme(a)], { label: 'a' }, TWO],
  ])('the choice is right of %s', (_, schemes, select, expected) => {
    expect(picked(schemes, select)).toBe(expected)
  })

  test('a scheme is asked with what is selected, so that what is not selected cannot refuse the request', () => {
    const asked: unknown[] = []
    const noting: VerifyScheme = {
      id: 'noting',
      parse: (...args) => {
        asked.push(args)
        return []
      },
    }
    expect(picked([noting], { label: 'a' })).toBe(NOT_SELECTED)
    expect(asked).toEqual([[request, { label: 'a' }]])
  })
})

describe('the key id that a signature names', () => {
  const of = (keyId: string | undefined) => () => claimedKeyId({ keyId } as UntrustedSignature)
  test('must be there, in characters that may stand in a log', () => {
    expect(of('bot-1')()).toBe('bot-1')
    expect(of(undefined)).toThrow(
      expect.objectContaining({ code: 'AUTH_MALFORMED', message: 'the signature names no key' }),
    )
    for (const keyId of ['', 'a\nb', '\u00e4', 'k'.repeat(1_000)])
      expect(of(keyId), keyId.slice(0, 9)).toThrow(
        expect.objectContaining({
          code: 'AUTH_MALFORMED',
          message: 'the key id holds characters that may not stand there',
        }),
      )
  })
})

describe('a nonce', () => {
  test.each<readonly [string, string | undefined, boolean, boolean]>([
    ['is there where it must be', undefined, true, false],
    ['may be absent where it need not be there', undefined, false, true],
    ['has 16 characters', 'n'.repeat(16), false, true],
    ['has more than 15 characters', 'n'.repeat(15), false, false],
    ['is empty', '', false, false],
    ['has 128 characters', 'n'.repeat(128), true, true],
    ['has less than 129 characters', 'n'.repeat(129), true, false],
    ['is of the characters that stand everywhere', 'AZaz09._~+/=-xxx', true, true],
    ['holds a space at its end', `${'n'.repeat(16)} `, true, false],
    ['holds a space at its start', ` ${'n'.repeat(16)}`, true, false],
    ['holds a line', `${'n'.repeat(16)}\n`, true, false],
  ])('the nonce of a signature %s', (_, nonce, requireNonce, fits) => {
    const check = () => assertNonce(nonce, policy({ requireNonce }))
    if (fits) expect(check).not.toThrow()
    else expect(check).toThrow(expect.objectContaining({ code: 'NONCE_MALFORMED' }))
  })
})
