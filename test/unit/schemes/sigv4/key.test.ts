import { expect, test } from 'vitest'
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
import { codeOf } from '../../../expect-code.js'

test.each(Object.entries({ sigv4Key, sigv4aKey, goog4Key, acs3Key, oss4Key, tc3Key, volcKey, tos4Key, huaweiKey }))(
  '%s refuses an empty secret, and a short one unless it is stated',
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
