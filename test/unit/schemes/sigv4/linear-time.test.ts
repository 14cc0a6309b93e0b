import { describe, expect, test } from 'vitest'
import { isCountersignError } from '../../../../src/errors.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import type { VerifyScheme } from '../../../../src/schemes/scheme.js'
import {
  acs3Verifier,
  oss4Verifier,
  sigv4aVerifier,
  sigv4Verifier,
  tc3Verifier,
} from '../../../../src/schemes/sigv4/index.js'
import { cpuMs } from '../../../cpu-time.js'

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=AKID/20260102/a/s3/aws4_request, SignedHeaders=host;x-a;x-amz-content-sha256;x-amz-date, Signature=00'
const DATE = ['X-Amz-Date', '20260102T030405Z', 'X-Amz-Content-Sha256', '0'.repeat(64)]
const URL_PARTS =
  'X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260102%2Fa%2Fs3%2Faws4_request&X-Amz-Date=20260102T030405Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Signature=00'

const request = (target: string, ...fields: readonly string[]): HttpRequest => ({
  ...{ method: 'GET', scheme: 'https', authority: 'api.example.com', target, body: null },
  fields,
})
const field = (text: string, target = '/'): HttpRequest => request(target, ...DATE, 'Authorization', text, 'X-A', 'v')
const covering = (...fields: readonly string[]): HttpRequest =>
  request('/', ...DATE, 'Authorization', AUTHORIZATION, ...fields)
const repeated = (count: number, one: (at: number) => string, joint = ''): string =>
  Array.from({ length: count }, (_, at) => one(at)).join(joint)

/** Requests whose hostile part has about n characters. */
const HOSTILE: ReadonlyArray<readonly [string, (n: number) => HttpRequest]> = [
  ['members', (n) => field(`AWS4-HMAC-SHA256 ${'a=b,'.repeat(n / 4)}`)],
  ['commas', (n) => field(`AWS4-HMAC-SHA256 ${','.repeat(n)}`)],
  ['spaces in a member', (n) => field(AUTHORIZATION.replace(', S', `,${' '.repeat(n)}S`))],
  ['slashes of a scope', (n) => field(AUTHORIZATION.replace('AKID', '/'.repeat(n)))],
  [
    'signed names',
    (n) =>
      field(
        AUTHORIZATION.replace(
          'host;',
          repeated(n / 8, (at) => `h${at};`),
        ),
      ),
  ],
  ['a long signature', (n) => field(AUTHORIZATION.replace('=00', `=${'0'.repeat(n)}`))],
  ['lines of a signed field', (n) => covering(...Array.from({ length: n / 4 }, () => ['x-a', 'v']).flat())],
  [
    'lines of other fields',
    (n) => covering('x-a', 'v', ...Array.from({ length: n / 8 }, (_, at) => [`y-${at}`, 'v']).flat()),
  ],
  ['spaces of a value', (n) => covering('x-a', `v${' '.repeat(n)}v`)],
  ['spaces and tabs of a value', (n) => covering('x-a', `${' \t'.repeat(n / 2)}v`)],
  ['parameters', (n) => field(AUTHORIZATION, `/?${repeated(n / 8, (at) => `p${at}=1`, '&')}`)],
  ['one parameter again and again', (n) => field(AUTHORIZATION, `/?${'a=1&'.repeat(n / 4)}`)],
  ['encoded parameters', (n) => field(AUTHORIZATION, `/?a=${'%2f'.repeat(n / 3)}`)],
  ['percent signs', (n) => field(AUTHORIZATION, `/${'%25'.repeat(n / 3)}%`)],
  ['pluses', (n) => field(AUTHORIZATION, `/?${'+'.repeat(n)}`)],
  ['segments', (n) => field(AUTHORIZATION.replace('/s3/', '/a/'), '/a/..'.repeat(n / 5))],
  ['slashes', (n) => field(AUTHORIZATION.replace('/s3/', '/a/'), '/'.repeat(n))],
  ['parameters of a signed URL', (n) => request(`/?${URL_PARTS}&${repeated(n / 8, (at) => `p${at}=1`, '&')}`)],
  ['a long parameter of a signed URL', (n) => request(`/?${URL_PARTS.replace('=00', `=${'0'.repeat(n)}`)}`)],
  ['a repeated parameter of a signed URL', (n) => request(`/?${`${URL_PARTS}&`.repeat(n / 200)}`)],
]

const VERIFIERS: ReadonlyArray<readonly [string, VerifyScheme]> = [
  ['sigv4', sigv4Verifier()],
  ['sigv4a', sigv4aVerifier()],
  ['acs3', acs3Verifier()],
  ['oss4', oss4Verifier()],
  ['tc3', tc3Verifier()],
]

function judge(message: HttpRequest): string {
  for (const [, verifier] of VERIFIERS) {
    try {
      for (const { base, covers, bodyDigests } of verifier.parse(message)) void [base, covers, bodyDigests]
    } catch (error) {
      if (!isCountersignError(error)) throw error
    }
  }
  return 'judged'
}

const msOf = (run: () => unknown): number => {
  const before = cpuMs()
  run()
  return cpuMs() - before
}
const bestMs = (run: () => unknown): number => Math.min(...Array.from({ length: 5 }, () => msOf(run)))

describe('the work grows with the length of what is read, and no faster', () => {
  // Ten times the length is allowed twelve times the work; below this a measurement says nothing.
  const FLOOR_MS = 3
  test.each(HOSTILE)('the work is linear in %s', (_, make) => {
    const [small, large] = [make(8_000), make(80_000)]
    let slow: string | undefined = 'not measured'
    for (let again = 0; again < 7 && slow !== undefined; again++) {
      const [before, after] = [bestMs(() => judge(small)), bestMs(() => judge(large))]
      slow = after <= 12 * Math.max(before, FLOOR_MS) ? undefined : `${after} ms after ${before} ms`
    }
    expect(slow).toBeUndefined()
  })
})
