import { describe, expect, test } from 'vitest'
import { ALGORITHM_NAMES } from '../../../src/crypto/algorithm.js'
import type { VerdictCode } from '../../../src/errors.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import type { VerifyScheme } from '../../../src/schemes/scheme.js'
import type { Policy } from '../../../src/server/policy/policy.js'
import { policiesOf } from '../../../src/server/policy/scheme-policy.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { AUTHORIZING, IDENTIFYING, READING, type Stage } from '../../../src/server/refusal.js'
import { signatureErrors } from '../../../src/server/signature-error.js'
import type { Refused } from '../../../src/server/verdict.js'

interface Case {
  readonly code: VerdictCode
  readonly status?: number
  readonly stage?: Stage
  readonly claimed?: string
  readonly request?: HttpRequest
  readonly policy?: Partial<Policy>
  readonly schemes?: readonly VerifyScheme[]
  /** The scheme that was read. */
  readonly read?: VerifyScheme
}

const plain = httpRequest({ url: 'https://api.example.com/' })

function fieldFor({
  code,
  status = 401,
  stage = READING,
  claimed,
  request = plain,
  policy = {},
  schemes = [rfc9421Verifier()],
  read,
}: Case): string | undefined {
  const held = { ...strictPolicy({ authorities: ['api.example.com'] }), ...policy }
  const attempt = {
    request,
    stage,
    signature: claimed === undefined ? undefined : ({ claimedAlgorithm: claimed } as never),
    ...(read && { scheme: read }),
  }
  return signatureErrors({ code, status } as Refused, { attempt, policies: policiesOf(schemes, held) })
}
const asked = (list: string) => `error=invalid_input, required_input=(${list})`
const BASIC = '"@method" "@authority" "@path" "@query"'

describe('Signature-Error', () => {
  test('has one word for what cannot be read', () => {
    for (const code of ['AUTH_MALFORMED', 'AUTH_DUPLICATE', 'AUTH_TOO_LARGE', 'SIGNATURE_MALFORMED'] as const)
      for (const status of [400, 401]) expect(fieldFor({ code, status })).toBe('error=invalid_request')
    for (const code of ['AUTH_MISSING', 'TIMESTAMP_EXPIRED', 'HOST_MISMATCH'] as const)
      expect(fieldFor({ code })).toBeUndefined()
  })

  test('is not there with another status, nor once the key is known', () => {
    for (const status of [403, 413, 429, 500, 503])
      for (const code of ['AUTH_MALFORMED', 'COMPONENT_MISSING', 'ALG_UNSUPPORTED'] as const)
        expect(fieldFor({ code, status })).toBeUndefined()
    expect(fieldFor({ code: 'AUTH_MALFORMED', stage: AUTHORIZING })).toBeUndefined()
    expect(fieldFor({ code: 'DIGEST_MISMATCH', stage: AUTHORIZING, claimed: 'rsa-sha1' })).toBeUndefined()
  })

  test('has one word for whatever is wrong with a key', () => {
    for (const code of ['KEY_UNKNOWN', 'SIGNATURE_INVALID', 'ALG_MISMATCH', 'SIGNATURE_MALFORMED'] as const)
      for (const claimed of [undefined, 'ed25519'])
        expect(fieldFor({ code, stage: IDENTIFYING, ...(claimed && { claimed }) })).toBe('error=invalid_signature')
  })

  test('names the algorithms that are taken where another is claimed', () => {
    const algorithms = ['ed25519', 'hmac-sha256'] as const
    const names = 'error=unsupported_algorithm, supported_algorithms=("ed25519" "hmac-sha256")'
    for (const stage of [READING, IDENTIFYING])
      for (const code of ['KEY_UNKNOWN', 'TIMESTAMP_EXPIRED'] as const)
        expect(fieldFor({ code, stage, claimed: 'rsa-pss-sha512', policy: { algorithms } })).toBe(names)
    expect(fieldFor({ code: 'ALG_UNSUPPORTED', policy: { algorithms } })).toBe(names)
    expect(fieldFor({ code: 'TIMESTAMP_EXPIRED', claimed: 'ed25519', policy: { algorithms } })).toBeUndefined()
    const all = ALGORITHM_NAMES.map((name) => `"${name}"`).join(' ')
    expect(fieldFor({ code: 'ALG_UNSUPPORTED' })).toBe(`error=unsupported_algorithm, supported_algorithms=(${all})`)
  })

  test('names the input that this request needs', () => {
    for (const code of ['COMPONENT_MISSING', 'DIGEST_MISSING'] as const)
      for (const stage of [READING, AUTHORIZING]) expect(fieldFor({ code, stage })).toBe(asked(BASIC))
    const posted = httpRequest({ method: 'POST', url: 'https://api.example.com/', body: 'x' })
    expect(fieldFor({ code: 'COMPONENT_MISSING', request: posted })).toBe(asked(`${BASIC} "content-digest"`))
    const policy = { requireWhenPresent: ['field:x-there', 'field:x-absent'] as const }
    const request = { ...plain, fields: ['X-There', '1'] }
    expect(fieldFor({ code: 'COMPONENT_MISSING', policy, request })).toBe(asked(`${BASIC} "x-there"`))
  })

  test('is what a scheme makes of the facts that are needed, and of no more', () => {
    const seen: unknown[] = []
    const scheme: VerifyScheme = {
      ...{ id: 'own', parse: () => [] },
      challenge: (facts, wishes) => {
        seen.push([[...facts], wishes])
        return undefined
      },
    }
    expect(fieldFor({ code: 'COMPONENT_MISSING', schemes: [scheme] })).toBe('error=invalid_input')
    expect(seen).toEqual([[['method', 'authority', 'path', 'query'], { nonce: false, expires: false }]])
  })

  test('is that of the scheme that was read, or else of the first', () => {
    const rfc9421 = rfc9421Verifier()
    const other: VerifyScheme = { id: 'other', parse: () => [] }
    const odd: VerifyScheme = { id: 'odd', parse: () => [], challenge: () => ({ field: 'X', value: 'realm="a"' }) }
    const schemes = [rfc9421, other, odd]
    const code = 'COMPONENT_MISSING'
    expect(fieldFor({ code, schemes })).toBe(asked(BASIC))
    expect(fieldFor({ code, schemes, read: rfc9421 })).toBe(asked(BASIC))
    for (const read of [other, odd]) expect(fieldFor({ code, schemes, read })).toBe('error=invalid_input')
    expect(fieldFor({ code, schemes: [other, rfc9421] })).toBe('error=invalid_input')
    // The list of a challenge that begins with it, and of no other.
    for (const [value, expected] of [
      ['sig1=("@method")', asked('"@method"')],
      ['*a.b-c_1*=();created', asked('')],
      ['x sig1=("@method")', 'error=invalid_input'],
      ['Sig1=("@method")', 'error=invalid_input'],
      ['1=("@method")', 'error=invalid_input'],
      ['s!=("@method")', 'error=invalid_input'],
      ['s=("a(b")', 'error=invalid_input'],
    ] as const) {
      const one: VerifyScheme = { id: 'one', parse: () => [], challenge: () => ({ field: 'X', value }) }
      expect(fieldFor({ code, schemes: [one] })).toBe(expected)
    }
  })
})
