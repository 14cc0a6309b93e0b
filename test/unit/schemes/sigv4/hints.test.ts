import { expect, test } from 'vitest'
import { presign, sigv4, sigv4Key, sigv4Url, sigv4Verifier } from '../../../../src/schemes/sigv4/index.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { textOf } from '../../../expect-code.js'

const key = sigv4Key({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
})

test('the life of a URL under the name of another library is named as the function called has it', () => {
  const shared = { key, region: 'eu-central-1', service: 's3', expiresIn: 3600 }
  const own = 'unknown option "expiresIn"; did you mean "expiresS"?'
  const call = { ...shared, url: 'https://a.example/', nowMs: 1_700_000_000_000 } as never
  expect(textOf(() => presign(call))).toBe(`CONFIG_INVALID presign: ${own}`)
  expect(textOf(() => sigv4Url(shared as never))).toBe(`CONFIG_INVALID sigv4Url: ${own}`)
  expect(textOf(() => sigv4(shared))).toMatch(/did you mean sigv4Url\({ expiresS }\)\?$/)
})

test('an option of the middleware is named as one where the verifier or the policy is given it', () => {
  const any = { acceptAnyPath: true } as object
  const meant = /unknown option "acceptAnyPath"; did you mean acceptAnyPath of the middleware\?$/
  expect(textOf(() => sigv4Verifier(any))).toMatch(meant)
  expect(textOf(() => strictPolicy({ authorities: ['a.example'], ...any }))).toMatch(meant)
})
