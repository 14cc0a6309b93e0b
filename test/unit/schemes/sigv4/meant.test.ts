import { describe, expect, test } from 'vitest'
import {
  presign,
  sigv4,
  sigv4a,
  sigv4aKey,
  sigv4Key,
  sigv4Url,
  volc,
  volcKey,
} from '../../../../src/schemes/sigv4/index.js'
import { withCode } from '../../../expect-code.js'

const parts = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const key = sigv4Key(parts)
const place = { key, region: 'us-east-1' }

describe('the name of a service of AWS', () => {
  const refused = withCode(
    'CONFIG_INVALID',
    '"service" must be a part of the scope in lower case, such as us-east-1 or s3',
  )

  test.each(['S3', 'DynamoDB', 'execute-API'])(
    'is refused as %s, which would be signed by the rules of another',
    (service) => {
      expect(() => sigv4({ ...place, service })).toThrow(refused)
      expect(() => sigv4Url({ ...place, service, expiresS: 60 })).toThrow(refused)
      expect(() => presign({ ...place, service, expiresS: 60, nowMs: 1.7e12, url: 'https://a.example/' })).toThrow(
        refused,
      )
      expect(() => sigv4a({ key: sigv4aKey(parts), regionSet: ['*'], service })).toThrow(refused)
    },
  )

  test('is taken in capitals where AWS writes it so', () => {
    expect(() => sigv4({ ...place, service: 'IoTSecuredTunneling' })).not.toThrow()
  })

  test('is none of the matter of other clouds', () => {
    const key = volcKey(parts)
    expect(() => volc({ key, region: 'cn-north-1', service: 'CDN' })).not.toThrow()
  })
})

describe('the URL that is presigned', () => {
  const urlOf = (url: string | URL) => presign({ ...place, service: 's3', expiresS: 60, nowMs: 1.7e12, url })
  const host = 'https://b.s3.amazonaws.com'

  test.each(['/a/../b', '/..', '/./b', '/a/%2e%2E/b', '/a/.%2e', '\\a\\..\\b', '/a/../b?x=1', '/.#top'])(
    'is refused with the dot segments of %s, which every client resolves',
    (path) => {
      expect(() => urlOf(host + path)).toThrow(withCode('MESSAGE_MALFORMED', '"url" must hold no'))
    },
  )

  test.each(['/a/.\t./b', '/a/.\n.\r/b', '/a/..\n', '/a/.. ', '/a/..\x1f ', '/a/%2\te%2e/b'])(
    'is refused with the dot segments of %j, of which every client leaves out the white space',
    (path) => {
      expect(() => urlOf(host + path)).toThrow(withCode('MESSAGE_MALFORMED', '"url" must hold no'))
    },
  )

  test.each(['/a..b', '/.hidden', '/...', '/a/b.', '/a?x=/../', '/a#/../'])('may have the dots of %s', (path) => {
    expect(new URL(urlOf(host + path)).pathname).toBe(path.replace(/[?#].*/, ''))
  })

  test('is taken as it is where the platform has parsed it', () => {
    expect(new URL(urlOf(new URL(`${host}/a/../b`))).pathname).toBe('/b')
  })
})

describe('an access key whose halves are swapped', () => {
  const refused = withCode('KEY_MALFORMED', 'got an access key id')

  test.each(['AKIAIOSFODNN7EXAMPLE', 'ASIAIOSFODNN7EXAMPLE'])(
    'is refused for %s as the secret, before a request names the secret as the id',
    (id) => {
      const swapped = { accessKeyId: parts.secretAccessKey, secretAccessKey: id }
      expect(() => sigv4Key(swapped)).toThrow(refused)
      expect(() => sigv4aKey(swapped)).toThrow(refused)
    },
  )

  test('is told by the form of an id alone', () => {
    for (const secretAccessKey of ['AKIA', 'AKIAIOSFODNN7EXAMPLE+', 'akiaiosfodnn7example', `x${parts.accessKeyId}`])
      expect(() => sigv4Key({ ...parts, secretAccessKey, allowShortSecret: true })).not.toThrow()
  })
})
