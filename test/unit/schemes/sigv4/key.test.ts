import { describe, expect, test } from 'vitest'
import {
  acs3Key,
  goog4Key,
  huaweiKey,
  oss4Key,
  sigv4aKey,
  sigv4Key,
  tc3Key,
  tos4Key,
  volcKey,
} from '../../../../src/schemes/sigv4/index.js'
import { codeOf, errorOf } from '../../../expect-code.js'

test.each(Object.entries({ sigv4Key, sigv4aKey, goog4Key, acs3Key, oss4Key, tc3Key, volcKey, tos4Key, huaweiKey }))(
  '%s refuses an empty secret, and a short one unless it is given',
  (_, make) => {
    const key = (secretAccessKey: string, more = {}) => make({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey, ...more })
    expect(codeOf(() => key(''))).toBe('KEY_WEAK')
    expect(codeOf(() => key('', { allowShortSecret: true }))).toBe('KEY_WEAK')
    expect(codeOf(() => key('test'))).toBe('KEY_WEAK')
    expect(key('test', { allowShortSecret: true })).toBeDefined()
    expect(key('minioadmin')).toBeDefined()
    expect(codeOf(() => key('test', { allowShortSecret: 'yes' }))).toBe('ARGUMENT_INVALID')
  },
)

test.each([
  ['a time that is none', '20150830X123600Z'],
  ['another form of the time', '2015-08-30T12:36:00Z'],
  ['another day than the scope', '20150831T123600Z'],
  ['a day that is none', '20150230T123600Z'],
  ['no time', ''],
  ['no hash', '20150830T123600Z', 'Z'.repeat(64)],
  ['a hash in upper case', '20150830T123600Z', 'A'.repeat(64)],
])('a text with %s is not signed, whatever was signed before it', (_, time, hash = '0'.repeat(64)) => {
  const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
  const text = (at: string, of: string) => `AWS4-HMAC-SHA256\n${at}\n20150830/us-east-1/iam/aws4_request\n${of}`
  const odd = text(time, hash)
  const right = text('20150830T123600Z', '0'.repeat(64))
  const refused = codeOf(() => key.sign(odd))
  expect(refused).toBeDefined()
  const signature = key.sign(right)
  expect(codeOf(() => key.sign(odd))).toBe(refused)
  expect(key.verify(odd, signature)).toBe(false)
  expect(key.verify(right, signature)).toBe(true)
})

describe('the two parts of an access key by the names of other clouds', () => {
  const keys = { acs3Key, goog4Key, huaweiKey, oss4Key, sigv4aKey, sigv4Key, tc3Key, tos4Key, volcKey }
  test.each([
    ['AccessKeyId', 'accessKeyId'],
    ['AccessKeyID', 'accessKeyId'],
    ['aws_access_key_id', 'accessKeyId'],
    ['SecretId', 'accessKeyId'],
    ['secretId', 'accessKeyId'],
    ['accessId', 'accessKeyId'],
    ['keyId', 'accessKeyId'],
    ['id', 'accessKeyId'],
    ['ak', 'accessKeyId'],
    ['AccessKeySecret', 'secretAccessKey'],
    ['accessKeySecret', 'secretAccessKey'],
    ['SecretAccessKey', 'secretAccessKey'],
    ['aws_secret_access_key', 'secretAccessKey'],
    ['SecretKey', 'secretAccessKey'],
    ['secretKey', 'secretAccessKey'],
    ['secret', 'secretAccessKey'],
    ['sk', 'secretAccessKey'],
    ['sessionToken', 'sessionToken'],
    ['SecurityToken', 'sessionToken'],
  ])('%s is answered with %s', (other, name) => {
    for (const [where, make] of Object.entries(keys)) {
      const { code, message } = errorOf(() => make({ [other]: 'a' } as never))
      expect(code).toBe('ARGUMENT_INVALID')
      expect(message).toContain(`${where}: unknown option "${other}"; did you mean`)
      expect(message).toContain(name)
    }
  })
})
