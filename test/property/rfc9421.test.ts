import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isCountersignError } from '../../src/errors.js'
import type { HttpMessage } from '../../src/message/message.js'
import { coverLess, rfc9421Signer, rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import type { VerifyScheme } from '../../src/schemes/scheme.js'
import { hmac, RFC9421_SCHEMES } from '../contract/schemes/rfc9421.js'
import { draws } from '../thorough.js'
import { arbitraryRequest, fieldLines } from './rfc9421-messages.js'
import { schemeLaws } from './scheme-laws.js'

for (const row of RFC9421_SCHEMES) schemeLaws(row.name, row)

/** Everything one reading says, or the code it ends with. */
function reading(verifier: VerifyScheme, message: HttpMessage): unknown {
  try {
    return verifier.parse(message).map((one) => {
      const { label, tag, keyId, claimedAlgorithm, createdMs, expiresMs, nonce, covered, base, signature } = one
      const facts = { label, tag, keyId, claimedAlgorithm, createdMs, expiresMs, nonce, covered, base, signature }
      return { ...facts, covers: [...one.covers] }
    })
  } catch (error) {
    return isCountersignError(error) ? error.code : error
  }
}

test('a verifier that has seen a list before reads like one that has not', () => {
  const list = '("@method" "x-a" "@query-param";name="a")'
  const known = rfc9421Verifier()
  const fields = ['X-A', '1']
  const request: HttpMessage = { method: 'GET', scheme: 'https', authority: 'h', target: '/?a=b', fields, body: null }
  const withInput = (input: string, signature: string): HttpMessage => ({
    ...request,
    fields: [...fields, 'Signature-Input', input, 'Signature', signature],
  })
  expect(reading(known, withInput(`sig1=${list};created=1`, 'sig1=:AAAA:'))).toMatchObject([{ createdMs: 1000 }])

  const parameter = fc.oneof(
    fc.constantFrom(
      ';created=1',
      ';created=1700000000',
      ';expires=2',
      ';nonce="n"',
      ';keyid="k"',
      ';alg="ed25519"',
      ';tag="t"',
    ),
    fc.constantFrom(
      ';created=01',
      ';created=-0',
      ';created=1.0',
      ';created="1"',
      ';created',
      ';created=',
      ';created=1e3',
    ),
    fc.constantFrom(
      `;created=${'9'.repeat(15)}`,
      `;created=${'9'.repeat(16)}`,
      ';created=0',
      ';expires=00',
      '; keyid="k"',
    ),
    fc.constantFrom(
      ';nonce="a\\"b"',
      ';nonce=n',
      ';nonce="',
      ';nonce=""',
      ';alg="none"',
      ';zone=eu',
      ';keyid="é"',
      ';tag="a;b"',
    ),
    fc.constantFrom(';tag=";created=01"', ';tag="; expires=-1"', ';nonce="created=x"', ';keyid=")"'),
    fc.string({ maxLength: 6 }).map((text) => `;keyid="${text}"`),
    fc.string({ unit: fc.constantFrom(...';="\\() ,a1'), maxLength: 6 }),
  )
  const input = fc
    .tuple(
      fc.constantFrom('sig1=', 'sig1=', 'sig1=', 'sig2=', 'Sig1=', 'sig1', '=', ' sig1='),
      fc.constantFrom(list, list, list, '("@method")', '("@method" "x-a" )', '("x-a";bs)'),
      fc.array(parameter, { maxLength: 5 }),
      fc.constantFrom('', '', '', ' ', ',', ', b=()'),
    )
    .map(([label, components, parameters, end]) => label + components + parameters.join('') + end)
  const signature = fc.constantFrom(
    'sig1=:AAAA:',
    'sig1=:AAAA:',
    'sig1=:AAAA:',
    'sig2=:AAAA:',
    'sig1=:AA:',
    'sig1=:AAAA:;x',
    'sig1=:AAAA:, b=:AAAA:',
  )

  let read = 0
  fc.assert(
    fc.property(input, signature, (text, signed) => {
      const message = withInput(text, signed)
      const fresh = reading(rfc9421Verifier(), message)
      expect(reading(known, message)).toEqual(fresh)
      if (typeof fresh !== 'string') read++
    }),
    { numRuns: draws(3_000) },
  )
  expect(read).toBeGreaterThan(draws(3_000) / 60)
})

test('a signature over chosen fields proves nothing about the others', () => {
  const { scheme } = rfc9421Signer({
    key: hmac,
    components: ['@method', '@authority'],
    whenPresent: ['x-a'],
    [coverLess]: true,
  })
  const context = { keyId: 'bot-1', algorithm: hmac.algorithm, nowMs: 1_700_000_000_000, nonce: 'nonce-0123456789' }
  fc.assert(
    fc.property(arbitraryRequest, fieldLines, (message, others) => {
      const strangers = others.flatMap((one, at) => (at % 2 === 0 ? [`other-${one.toLowerCase()}`] : [one]))
      const changed = { ...message, target: '/other', fields: [...strangers, ...message.fields], body: message.body }
      const lines = (one: HttpMessage) => String(scheme.prepare(one, context).base)
      expect(lines(changed)).toBe(lines(message))
    }),
  )
})
