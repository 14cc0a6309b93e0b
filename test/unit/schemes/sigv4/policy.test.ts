import { describe, expect, test } from 'vitest'
import { base64, utf8 } from '../../../../src/crypto/encoding.js'
import {
  goog4Key,
  goog4PostPolicy,
  sigv4Key,
  sigv4PostPolicy,
  verifyPostPolicy,
} from '../../../../src/schemes/sigv4/index.js'
import { codeOf } from '../../../expect-code.js'

const NOW = Date.UTC(2015, 11, 28, 12)
const key = sigv4Key({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
})

const fields = await sigv4PostPolicy({
  key,
  region: 'us-east-1',
  conditions: [
    { bucket: 'photos' },
    ['starts-with', '$key', 'user/42/'],
    { acl: 'private' },
    ['content-length-range', 1, 1000],
  ],
  expiresS: 600,
  nowMs: NOW,
})
const FORM: Readonly<Record<string, string>> = { key: 'user/42/a.jpg', ...fields }

const verify = (form: Readonly<Record<string, string>>, more = {}) =>
  verifyPostPolicy({
    fields: Object.entries(form),
    bucket: 'photos',
    fileBytes: 10,
    keyFor: (keyId) => (keyId === key.keyId ? key : undefined),
    nowMs: NOW,
    ...more,
  })

test('the example of Amazon S3 has the signature that is printed', async () => {
  // "Example: browser-based upload using HTTP POST", whose text has line breaks of its own.
  const policy =
    'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9'
  const form = {
    key: 'user/user1/a.jpg',
    acl: 'public-read',
    success_action_redirect: 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html',
    'Content-Type': 'image/jpeg',
    'x-amz-meta-uuid': '14365123651274',
    'x-amz-server-side-encryption': 'AES256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': '20151229T000000Z',
    'x-amz-meta-tag': '',
    Policy: policy,
    'X-Amz-Signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
  }
  const more = { bucket: 'sigv4examplebucket', nowMs: Date.UTC(2015, 11, 29, 1) }
  expect((await verify(form, more)).keyId).toBe(key.keyId)
})

test('a form is accepted as it was allowed', async () => {
  const { keyId, expiresMs, fields: found } = await verify(FORM)
  expect([keyId, expiresMs, found.get('key')]).toEqual([key.keyId, NOW + 600_000, 'user/42/a.jpg'])
})

describe('a form is refused', () => {
  const { acl: _, ...withoutAcl } = FORM
  const changed = base64(
    utf8(
      Buffer.from(FORM['policy'] ?? '', 'base64')
        .toString()
        .replace('user/42/', 'user/43/'),
    ),
  )
  test.each<[string, Readonly<Record<string, string>>, object, string]>([
    ['another place', { ...FORM, key: 'user/43/a.jpg' }, {}, 'SCOPE_DENIED'],
    ['another value', { ...FORM, acl: 'public-read' }, {}, 'SCOPE_DENIED'],
    ['a field that is gone', withoutAcl, {}, 'SCOPE_DENIED'],
    ['a field that the policy does not name', { ...FORM, tagging: 'a' }, {}, 'SCOPE_DENIED'],
    ['another bucket', FORM, { bucket: 'others' }, 'SCOPE_DENIED'],
    ['a file that is too long', FORM, { fileBytes: 1001 }, 'SCOPE_DENIED'],
    ['a file that is too short', FORM, { fileBytes: 0 }, 'SCOPE_DENIED'],
    ['after its end', FORM, { nowMs: NOW + 600_000 }, 'TIMESTAMP_EXPIRED'],
    ['before its time', FORM, { nowMs: NOW - 6_000 }, 'TIMESTAMP_FUTURE'],
    ['another policy', { ...FORM, policy: changed }, {}, 'SIGNATURE_INVALID'],
    ['a policy that is no base64', { ...FORM, policy: '{}' }, {}, 'AUTH_MALFORMED'],
    ['a policy that is no JSON', { ...FORM, policy: 'AAAA' }, {}, 'AUTH_MALFORMED'],
    [
      'a signature in capitals',
      { ...FORM, 'x-amz-signature': (FORM['x-amz-signature'] ?? '').toUpperCase() },
      {},
      'SIGNATURE_MALFORMED',
    ],
    ['no policy', Object.fromEntries(Object.entries(FORM).filter(([name]) => name !== 'policy')), {}, 'AUTH_MALFORMED'],
    ['no signature at all', { key: 'a' }, {}, 'AUTH_MISSING'],
    ['a field twice', { ...FORM, Acl: 'private' }, {}, 'AUTH_DUPLICATE'],
    ['a key of another service', elsewhere('s3', 'ses'), {}, 'AUTH_MALFORMED'],
    ['a key of another region', elsewhere('us-east-1', 'us-east-2'), {}, 'SIGNATURE_INVALID'],
    ['a key that is not known', FORM, { keyFor: () => undefined }, 'KEY_UNKNOWN'],
    ['a date of another day', { ...FORM, 'x-amz-date': '20151227T120000Z' }, {}, 'AUTH_MALFORMED'],
  ])('the form is refused: %s', async (__, form, more, code) => {
    expect(await codeOf(verify(form, more))).toBe(code)
  })
})

/** The form with another scope. */
function elsewhere(from: string, to: string): Readonly<Record<string, string>> {
  return { ...FORM, 'x-amz-credential': (FORM['x-amz-credential'] ?? '').replace(`/${from}/`, `/${to}/`) }
}

test('a form for Google is signed with an HMAC key', async () => {
  const google = goog4Key({ accessKeyId: 'GOOGEXAMPLE', secretAccessKey: 'an example of a secret' })
  const form = await goog4PostPolicy({
    key: google,
    conditions: [{ bucket: 'photos' }, { key: 'a' }],
    expiresS: 60,
    nowMs: NOW,
  })
  expect((await verify(form, { keyFor: () => google })).keyId).toBe('GOOGEXAMPLE')
  expect(await codeOf(verify(form, { keyFor: () => key }))).toBe('SIGNATURE_INVALID')
})

test('a form may be good for seven days, and a part of a second more, as Google states its end, but no longer', async () => {
  const signed = async (expiration: string): Promise<Readonly<Record<string, string>>> => {
    const { policy, 'x-amz-signature': _, ...rest } = FORM
    const content = { ...JSON.parse(Buffer.from(policy ?? '', 'base64').toString()), expiration }
    const text = base64(utf8(JSON.stringify(content)))
    const { createHmac } = await import('node:crypto')
    const mac = (secret: string | Uint8Array, part: string) => createHmac('sha256', secret).update(part).digest()
    const scope = ['20151228', 'us-east-1', 's3', 'aws4_request']
    const derived = scope.reduce<string | Uint8Array>(mac, 'AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')
    return { ...rest, policy: text, 'x-amz-signature': mac(derived, text).toString('hex') }
  }
  expect((await verify(await signed('2016-01-04T12:00:00Z'))).keyId).toBe(key.keyId)
  expect((await verify(await signed('2016-01-04T12:00:00.999999Z'))).keyId).toBe(key.keyId)
  expect(await codeOf(verify(await signed('2016-01-04T12:00:01Z')))).toBe('TIMESTAMP_MALFORMED')
})
