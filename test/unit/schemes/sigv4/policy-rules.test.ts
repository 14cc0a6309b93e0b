import { describe, expect, test } from 'vitest'
import { base64, base64Decode, hex, utf8, utf8Decode } from '../../../../src/crypto/encoding.js'
import {
  goog4PostPolicy,
  type PostPolicyOptions,
  sigv4Key,
  sigv4PostPolicy,
  type VerifyPostPolicyOptions,
  verifyPostPolicy,
} from '../../../../src/schemes/sigv4/index.js'
import { scopeMac } from '../../../../src/schemes/sigv4/key.js'
import { errorOf, outcomeOf } from '../../../expect-code.js'
import { NOW, S3_AREA, TIME } from './support.js'

const key = sigv4Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' })
const END = '2026-01-02T03:14:05Z'
const OWN = {
  'x-amz-algorithm': 'AWS4-HMAC-SHA256',
  'x-amz-credential': `AKIDEXAMPLE/${S3_AREA}`,
  'x-amz-date': TIME,
}
/** What every policy here states of its own fields and its bucket. */
const STATED: readonly unknown[] = [
  { bucket: 'photos' },
  ...Object.entries(OWN).map(([name, value]) => ({ [name]: value })),
]

/** A form whose policy is this text, signed. */
function signed(policy: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const own = { ...OWN, ...more }
  const area = String(own['x-amz-credential']).replace('AKIDEXAMPLE/', '')
  const signature = hex(scopeMac(key, area)?.sign(policy) as Uint8Array)
  return { ...own, policy, 'x-amz-signature': signature }
}
const formOf = (conditions: unknown, more: Readonly<Record<string, unknown>> = {}, expiration: unknown = END) =>
  signed(base64(utf8(JSON.stringify({ expiration, conditions }))), more)
const withConditions = (conditions: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) =>
  formOf([...STATED, ...conditions], more)

const verify = (form: Readonly<Record<string, unknown>>, more: Partial<VerifyPostPolicyOptions> = {}) =>
  verifyPostPolicy({
    ...{ fields: Object.entries(form) as Array<[string, string]>, bucket: 'photos', fileBytes: 10, nowMs: NOW },
    ...{ keyFor: () => key, ...more },
  })
/** `ok`, or the code and the message of the refusal. */
const judged = async (form: unknown, more: Partial<VerifyPostPolicyOptions> = {}): Promise<string> => {
  const call = verify((await form) as Record<string, unknown>, more)
  if ((await outcomeOf(call.then(() => 'ok'))) === 'ok') return 'ok'
  const { code, message } = await errorOf(call)
  return `${code} ${message}`
}
const denied = (what: string): string => `SCOPE_DENIED the policy of the form does not allow ${what}`

describe('a condition', () => {
  test.each<[string, unknown, Readonly<Record<string, string>>, string]>([
    ['a value', { acl: 'private' }, { acl: 'private' }, 'ok'],
    ['a value, of a field in capitals', { Acl: 'private' }, { ACL: 'private' }, 'ok'],
    ['a value in a list', ['eq', '$acl', 'private'], { acl: 'private' }, 'ok'],
    ['a value in a list, of a field in capitals', ['eq', '$Acl', 'private'], { acl: 'private' }, 'ok'],
    ['the beginning of a value', ['starts-with', '$acl', 'priv'], { acl: 'private' }, 'ok'],
    ['any value', ['starts-with', '$acl', ''], { acl: 'private' }, 'ok'],
    ['a value that is longer', { acl: 'private' }, { acl: 'private-read' }, denied('the value of a field')],
    ['a longer one in a list', ['eq', '$acl', 'private'], { acl: 'private-read' }, denied('the value of a field')],
    ['another beginning', ['starts-with', '$acl', 'ate'], { acl: 'private' }, denied('the value of a field')],
    ['no such field', { acl: 'private' }, {}, denied('a form without a field that it names')],
    ['no such field at all', ['starts-with', '$acl', ''], {}, denied('a form without a field that it names')],
    ['another bucket', { bucket: 'others' }, {}, denied('the value of a field')],
    ['a field of the form in place of the bucket', { bucket: 'others' }, { bucket: 'others' }, denied('the value')],
    ['several of one field', { acl: 'private' }, { acl: 'private', 'x-ignore-this': '1' }, 'ok'],
    ['a field that it does not name', { acl: 'a' }, { acl: 'a', tag: 'b' }, denied('a field that it does not name')],
    ['a name that only ends so', { acl: 'a' }, { acl: 'a', 'a-x-ignore-': 'b' }, denied('a field that it')],
    ['the field of the file', { acl: 'a' }, { acl: 'a', file: 'b' }, 'ok'],
  ])('holds for %s: %j', async (_, condition, fields, expected) => {
    expect(await judged(withConditions([condition], fields))).toContain(expected)
  })

  test.each<[number, string]>([
    [0, denied('a file of this length')],
    [1, 'ok'],
    [10, 'ok'],
    [11, denied('a file of this length')],
  ])('on the length holds for a file of %i bytes: %s', async (fileBytes, expected) => {
    expect(await judged(withConditions([['content-length-range', 1, 10]]), { fileBytes })).toBe(expected)
  })

  const UNKNOWN = 'AUTH_MALFORMED a condition of the policy is of an unknown kind'
  const THREE = 'AUTH_MALFORMED a condition of the policy must have three parts'
  test.each<[string, unknown, string]>([
    ['two parts', ['eq', '$acl'], THREE],
    ['four parts', ['eq', '$acl', 'private', 'more'], THREE],
    ['a kind that is not known', ['ends-with', '$acl', 'private'], UNKNOWN],
    ['a length in text', ['content-length-range', '1', 10], UNKNOWN],
    ['another length in text', ['content-length-range', 1, '10'], UNKNOWN],
    ['a part of a byte', ['content-length-range', 1, 10.5], UNKNOWN],
    ['numbers of another kind', ['eq', 1, 10], UNKNOWN],
    ['a number in place of a value', ['eq', '$acl', 10], UNKNOWN],
    ['a number in place of a name', ['eq', 10, 'private'], UNKNOWN],
    ['a list in place of a value', ['starts-with', '$acl', ['private']], UNKNOWN],
    [
      'a name without its mark',
      ['eq', 'acl', 'private'],
      'AUTH_MALFORMED a condition of the policy must name its field',
    ],
    ['null', null, UNKNOWN],
    ['a number', 5, UNKNOWN],
    ['a text', 'acl', UNKNOWN],
    ['a number in an object', { acl: 5 }, 'AUTH_MALFORMED a condition must be a text'],
    ['a list in an object', { acl: ['private'] }, 'AUTH_MALFORMED a condition must be a text'],
  ])('is refused as %s', async (_, condition, expected) => {
    expect(await judged(withConditions([condition], { acl: 'private' }))).toContain(expected)
  })
})

describe('a policy', () => {
  test('must name a bucket', async () => {
    expect(await judged(formOf(STATED.slice(1)))).toBe(denied('any bucket: it names none'))
    expect(await judged(formOf(STATED))).toBe('ok')
  })

  test('must name the fields of its signature, as everything else', async () => {
    expect(await judged(formOf(STATED.slice(0, -1)))).toBe(denied('a field that it does not name'))
  })

  test('has at most 256 conditions, in a list', async () => {
    const more = (count: number): unknown[] => Array.from({ length: count - STATED.length }, () => ({ acl: 'a' }))
    expect(await judged(withConditions(more(256), { acl: 'a' }))).toBe('ok')
    const none = 'AUTH_MALFORMED the policy has no conditions'
    expect(await judged(withConditions(more(257), { acl: 'a' }))).toBe(none)
    for (const conditions of [undefined, null, 'eq', { length: 1 }]) expect(await judged(formOf(conditions))).toBe(none)
  })

  test('has at most 65536 characters', async () => {
    const long = (characters: number) =>
      signed(base64(utf8(JSON.stringify({ expiration: END, conditions: STATED }).padEnd((characters / 4) * 3))))
    expect(await judged(long(65_536))).toBe('ok')
    expect(await judged(long(65_540))).toBe('AUTH_TOO_LARGE a policy must have at most 65536 characters')
  })

  test('is base64 of JSON', async () => {
    const broken = 'AUTH_MALFORMED the policy must be base64 of JSON'
    for (const policy of ['!', base64(utf8('{')), base64(Uint8Array.of(0xff)), ''])
      expect(await judged(signed(policy))).toBe(broken)
    for (const json of ['null', '5', '"a"', '[]'])
      expect(await judged(signed(base64(utf8(json))))).toBe('TIMESTAMP_MALFORMED the policy must state its end')
  })

  test.each<[unknown]>([
    [null],
    [NOW + 60_000],
    [[END]],
    [''],
    ['2026-01-02 03:14:05Z'],
    ['2026-01-02T03:14:05'],
    ['2026-01-02T03:14:05+00:00'],
    ['2026-01-02T03:14:05.Z'],
    ['2026-01-02T03:14:05.0123456789Z'],
    ['2026-13-02T03:14:05Z'],
    [' 2026-01-02T03:14:05Z'],
    ['2026-01-02T03:14:05Z '],
  ])('must state its end in one form, and not as %j', async (expiration) => {
    expect(await judged(formOf(STATED, {}, expiration))).toBe('TIMESTAMP_MALFORMED the policy must state its end')
  })

  test('ends no sooner than it was signed, and is signed at most five seconds ahead', async () => {
    const at = (timeMs: number, endMs: number) => {
      const written = new Date(timeMs).toISOString().replace(/[-:]|\.\d+/g, '')
      const own = { ...OWN, 'x-amz-date': written }
      const conditions = [{ bucket: 'photos' }, ...Object.entries(own).map(([name, value]) => ({ [name]: value }))]
      return judged(formOf(conditions, { 'x-amz-date': written }, new Date(endMs).toISOString()))
    }
    expect(await at(NOW + 4_000, NOW + 4_000)).toBe('ok')
    expect(await at(NOW + 4_000, NOW + 3_000)).toBe(
      'TIMESTAMP_MALFORMED the policy of the form must end within seven days',
    )
    expect(await at(NOW + 5_000, NOW + 60_000)).toBe('ok')
    expect(await at(NOW + 6_000, NOW + 60_000)).toBe('TIMESTAMP_FUTURE the form was signed in the future')
    expect(await at(NOW, NOW + 1)).toBe('ok')
    expect(await at(NOW, NOW)).toBe('TIMESTAMP_EXPIRED the policy of the form has ended')
  })
})

describe('a form', () => {
  test('is verified with a key of its algorithm', async () => {
    const other = { keyId: 'AKIDEXAMPLE', algorithm: 'ed25519' as const, verify: () => true }
    expect(await judged(formOf(STATED), { keyFor: () => other as never })).toBe(
      'ALG_MISMATCH the form names another algorithm than its key',
    )
    const equal = { ...other, algorithm: 'hmac-sha256' as const }
    expect(await judged(formOf(STATED), { keyFor: async () => equal as never })).toBe('ok')
    for (const verify of [() => false, () => 'yes', () => 1])
      expect(await judged(formOf(STATED), { keyFor: () => ({ ...equal, verify }) as never })).toBe(
        'SIGNATURE_INVALID the signature does not match',
      )
  })

  test('has fields of text', async () => {
    const form = await withConditions([{ acl: '5' }], { acl: 5 })
    expect(await judged(form)).toBe('AUTH_MALFORMED a field of the form is no text')
    const pairs = new Map(Object.entries(await formOf(STATED))) as unknown as VerifyPostPolicyOptions['fields']
    expect(await judged({}, { fields: pairs })).toBe('ok')
  })

  test.each<[unknown, string]>([
    [null, 'null'],
    ['policy=a', 'a string'],
    [5, 'a number'],
    [{}, 'an object'],
    [() => [], 'a function'],
    [[5], 'a number among them'],
    [[['key', 'a'], null], 'null among them'],
    [['ab'], 'a string among them'],
  ])('has pairs for its fields, and not %j', async (fields, got) => {
    expect(await judged({}, { fields: fields as never })).toBe(
      `CONFIG_INVALID verifyPostPolicy: "fields" must be pairs of name and value, got ${got}`,
    )
  })

  test.each([
    ['fields', 'given'],
    ['bucket', 'text'],
    ['fileBytes', 'an integer'],
    ['keyFor', 'a function'],
    ['nowMs', 'milliseconds since the epoch'],
  ])('is not judged without "%s"', async (name, says) => {
    expect(await judged(formOf(STATED), { [name]: undefined })).toContain(
      `CONFIG_INVALID verifyPostPolicy: "${name}" must be ${says}`,
    )
  })
})

describe('a policy that is signed', () => {
  const options: PostPolicyOptions & { readonly region: string } = {
    ...{ key, region: 'eu-central-1', conditions: [{ bucket: 'photos' }], expiresS: 600, nowMs: NOW },
  }
  const content = (fields: Readonly<Record<string, string>>): string =>
    utf8Decode(base64Decode(fields['policy'] as string) as Uint8Array) as string
  const says = async (call: () => Promise<unknown>): Promise<string> => {
    const { code, message } = await errorOf(call)
    return `${code} ${message}`
  }

  test('holds to a session token', async () => {
    const fields = await sigv4PostPolicy({ ...options, sessionToken: 't/1' })
    expect(fields['x-amz-security-token']).toBe('t/1')
    expect(JSON.parse(content(fields)).conditions).toContainEqual({ 'x-amz-security-token': 't/1' })
    expect(await sigv4PostPolicy(options)).not.toHaveProperty('x-amz-security-token')
    expect(await judged(fields)).toBe('ok')
  })

  test('is ASCII', async () => {
    const fields = await sigv4PostPolicy({ ...options, conditions: [{ bucket: 'photos', key: 'é€😀~' }] })
    expect(content(fields)).toContain('{"bucket":"photos","key":"\\u00e9\\u20ac\\ud83d\\ude00~"}')
    expect(fields['key']).toBe('é€😀~')
    expect(await judged(fields)).toBe('ok')
  })

  test.each(['conditions', 'expiresS', 'nowMs'])('must have "%s"', async (name) => {
    expect(await says(() => sigv4PostPolicy({ ...options, [name]: undefined }))).toContain(
      `CONFIG_INVALID sigv4PostPolicy: "${name}" must be `,
    )
  })

  test('has its end and its fields by other names', async () => {
    expect(await says(() => sigv4PostPolicy({ ...options, expiration: END } as never))).toContain('"expiresS"?')
    expect(await says(() => sigv4PostPolicy({ ...options, fields: {} } as never))).toContain('"conditions"?')
  })

  test('of Google is signed by the kind of its key', async () => {
    const rsa = { keyId: 'a@b.example', algorithm: 'rsa-v1_5-sha256' as const, sign: () => Uint8Array.of(1, 2) }
    const fields = await goog4PostPolicy({ ...options, key: rsa as never })
    expect(fields).toMatchObject({
      'x-goog-algorithm': 'GOOG4-RSA-SHA256',
      'x-goog-credential': 'a@b.example/20260102/eu-central-1/storage/goog4_request',
      'x-goog-signature': '0102',
    })
  })

  test('of Google has no session token', async () => {
    const rsa = { keyId: 'a@b.example', algorithm: 'rsa-v1_5-sha256' as const, sign: () => Uint8Array.of(1, 2) }
    expect(await says(() => goog4PostPolicy({ ...options, key: rsa as never, sessionToken: 't' }))).toBe(
      'CONFIG_INVALID goog4PostPolicy: Google Cloud Storage V4 has no "sessionToken"',
    )
  })

  test('of Google needs options, and a key among them', async () => {
    expect(await says(() => goog4PostPolicy(undefined as never))).toContain(
      'CONFIG_INVALID goog4PostPolicy needs options',
    )
    expect(await says(() => goog4PostPolicy({ ...options, key: undefined as never }))).toBe(
      'CONFIG_INVALID goog4PostPolicy: "key" must be a key of rsa-v1_5-sha256, such as goog4Key(), got nothing',
    )
  })
})
