import { describe, expect, test } from 'vitest'
import { sha256Hex } from '#backend/sha256'
import { hex, hexDecode, utf8 } from '../../../../src/crypto/encoding.js'
import { exportPublicKey, type HmacKey } from '../../../../src/crypto/index.js'
import type { HttpRequest } from '../../../../src/message/message.js'
import { type Signer, signPreparedSync } from '../../../../src/schemes/scheme.js'
import {
  acs3,
  acs3Key,
  acs3Verifier,
  goog4,
  goog4Key,
  goog4Url,
  goog4Verifier,
  huawei,
  huaweiKey,
  huaweiVerifier,
  oss4,
  oss4Key,
  oss4Url,
  oss4Verifier,
  type Sigv4aOptions,
  sigv4a,
  sigv4aKey,
  sigv4aUrl,
  sigv4aVerifier,
  tc3,
  tc3Key,
  tc3Verifier,
  tos4,
  tos4Key,
  tos4Url,
  tos4Verifier,
  volc,
  volcKey,
  volcVerifier,
} from '../../../../src/schemes/sigv4/index.js'
import { scalarOf } from '../../../../src/schemes/sigv4/sigv4a.js'
import { AWS4A } from '../../../../src/schemes/sigv4/sigv4a-variant.js'
import { textOf } from '../../../expect-code.js'
import { HOST, NOW, requestOf, TIME } from './support.js'

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const region = 'cn-north-1'
const EMPTY = sha256Hex('')
/** The key of an RSA service account, as far as a signer sees it. */
const rsa = () => ({ keyId: 'a@b.example', algorithm: 'rsa-v1_5-sha256' as const, sign: () => Uint8Array.of(1, 2) })

const prepare = ({ scheme, key }: Signer, request: HttpRequest) =>
  scheme.prepare(request, { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: 'n-1' })
const sign = (signer: Signer<HmacKey>, request: HttpRequest): HttpRequest =>
  signPreparedSync(prepare(signer, request), signer.key)
const covered = (signer: Signer, ...names: readonly string[]): readonly string[] =>
  prepare(signer, requestOf({ fields: names.flatMap((name) => [name, '1']) })).trace().covered
const canonical = (signer: Signer, more: Partial<HttpRequest> = {}): readonly string[] =>
  (prepare(signer, requestOf(more)).trace().canonical ?? '').split('\n')
const OTHERS = ['X-Other', 'Accept', 'Content-Type', 'Content-MD5', 'X_Under']

describe('Alibaba Cloud', () => {
  const signer = () => acs3({ key: acs3Key(access) })

  test('signs its own fields, the host and the content type', () => {
    expect(covered(signer(), ...OTHERS, 'X-Acs-Action')).toEqual([
      ...['content-type', 'host', 'x-acs-action', 'x-acs-content-sha256', 'x-acs-date', 'x-acs-signature-nonce'],
    ])
  })

  test('signs the path as it is sent, and several values of one field sorted', () => {
    const lines = canonical(signer(), {
      target: '/a%7eb//c?b=1+2',
      fields: ['x-acs-a', '2', 'x-acs-a', '1', 'x-acs-b', ' 3  4 '],
    })
    expect(lines.slice(0, 6)).toEqual(['GET', '/a%7eb//c', 'b=1%202', `host:${HOST}`, 'x-acs-a:1,2', 'x-acs-b:3  4'])
    expect(lines.at(-1)).toBe(EMPTY)
  })

  test('signs each request once, with its time and its nonce', () => {
    const message = sign(signer(), requestOf())
    const [found] = acs3Verifier().parse(message)
    expect([found?.nonce, found?.createdMs, found?.keyId]).toEqual(['n-1', NOW, 'AKIDEXAMPLE'])
    expect(signer().key.verify(found?.base ?? '', found?.signature ?? utf8(''))).toBe(true)
    const without = (name: string): HttpRequest => ({
      ...message,
      fields: message.fields.filter((_, at) => (message.fields[at - (at % 2)] as string) !== name),
    })
    expect(textOf(() => acs3Verifier().parse(without('x-acs-content-sha256'))[0]?.base)).toMatch(
      /^(DIGEST|COMPONENT)_MISSING/,
    )
  })
})

describe('Tencent Cloud', () => {
  const signer = (more: object = {}) => tc3({ key: tc3Key(access), service: 'cvm', ...more })

  test('signs the host, the content type and the action', () => {
    expect(covered(signer(), ...OTHERS, 'X-TC-Action', 'X-TC-Version')).toEqual(['content-type', 'host', 'x-tc-action'])
  })

  test('signs the action in small letters, the target as it is sent, and the word for a body that is not signed hashed', () => {
    const target = '/a%7eb//c?b=1+2&a=%7e'
    const fields = ['X-TC-Action', 'DescribeInstances', 'Content-Type', 'Text/Plain']
    expect(canonical(signer(), { target, fields })).toEqual([
      ...['GET', '/a%7eb//c', 'b=1+2&a=%7e', 'content-type:Text/Plain', `host:${HOST}`],
      ...['x-tc-action:describeinstances', '', 'content-type;host;x-tc-action', EMPTY],
    ])
    expect(canonical(signer({ unsignedPayload: true })).at(-1)).toBe(sha256Hex('UNSIGNED-PAYLOAD'))
  })

  test('needs no hash of the body in a field', () => {
    const message = sign(signer(), requestOf({ body: utf8('x') }))
    expect(message.fields.filter((_, at) => at % 2 === 0)).toEqual(['X-TC-Timestamp', 'Authorization'])
    const [found] = tc3Verifier({ service: 'cvm' }).parse(message)
    expect(found?.covers.has('body')).toBe(true)
    expect(tc3Verifier().readsBody).toBe(true)
  })
})

describe('Volcengine', () => {
  const key = () => volcKey(access)
  const signer = () => volc({ key: key(), region, service: 'iam' })

  test('signs the fields that begin with x-, and few others', () => {
    expect(covered(signer(), ...OTHERS, 'X-', 'Contents', 'My-X-A', 'Content-Type-X')).toEqual([
      ...['content-md5', 'content-type', 'host', 'x-', 'x-content-sha256', 'x-date', 'x-other'],
    ])
  })

  test('states the hash of the body, and signs the path as it is encoded once', () => {
    expect(canonical(signer(), { target: '/a%7eb/../c%2f' })[1]).toBe('/a~b/../c%2F')
    expect(volcVerifier().readsBody).toBe(false)
    expect(textOf(() => tos4({ key: key() as never, region }))).toContain('such as tos4Key(), got volc')
  })

  test('signs with TOS its own fields, the host and the content type', () => {
    const tos = () => tos4({ key: tos4Key(access), region })
    expect(covered(tos(), ...OTHERS, 'X-Tos-Acl')).toEqual([
      ...['content-type', 'host', 'x-tos-acl', 'x-tos-content-sha256', 'x-tos-date'],
    ])
    const message = sign(tos(), requestOf())
    expect(message.fields.at(-1)).toContain('/20260102/cn-north-1/tos/request,')
    expect(tos4Verifier({ service: 'tos', region }).parse(message)[0]?.covers.has('body')).toBe(true)
    expect(tos4Verifier().readsBody).toBe(false)
  })

  test('signs with TOS a URL, whose body is not signed', () => {
    const message = sign(tos4Url({ key: tos4Key(access), region, expiresS: 60 }), requestOf())
    expect(message.target).toContain(
      `X-Tos-Credential=AKIDEXAMPLE%2F20260102%2F${region}%2Ftos%2Frequest&X-Tos-Date=${TIME}`,
    )
    const [found] = tos4Verifier().parse(message)
    expect([found?.covers.has('body'), found?.expiresMs]).toEqual([false, NOW + 60_000])
    expect(canonical(tos4Url({ key: tos4Key(access), region, expiresS: 60 }), { body: utf8('x') }).at(-1)).toBe(
      'UNSIGNED-PAYLOAD',
    )
    const endless = { ...message, target: message.target.replace('X-Tos-Expires=60&', '') }
    expect(textOf(() => tos4Verifier().parse(endless))).toContain('"X-Tos-Expires" must be 1 to 604800 seconds')
  })

  test('leaves a body of TOS unsigned, where no hash is stated', () => {
    const message = sign(tos4({ key: tos4Key(access), region, signBodyHeader: false }), requestOf())
    expect(message.fields.filter((_, at) => at % 2 === 0)).toEqual(['X-Tos-Date', 'Authorization'])
    expect(tos4Verifier().parse(message)[0]?.covers.has('body')).toBe(false)
    expect(textOf(() => tos4Verifier().parse({ ...message, body: utf8('x') }))).toContain('DIGEST_MISSING')
  })
})

describe('Huawei Cloud', () => {
  const signer = (more: object = {}) => huawei({ key: huaweiKey(access), ...more })

  test('signs every field without an underscore', () => {
    expect(covered(signer(), ...OTHERS)).toEqual([
      ...['accept', 'content-md5', 'content-type', 'host', 'x-other', 'x-sdk-date'],
    ])
  })

  test('signs the path with a slash at its end, and its encoded slashes as plain ones', () => {
    for (const [target, path] of [
      ['/', '/'],
      ['/a', '/a/'],
      ['/a/', '/a/'],
      ['/a%2Fb%2f', '/a/b/'],
      ['/a%7e/./b', '/a~/./b/'],
    ] as const)
      expect(canonical(signer(), { target })[1]).toBe(path)
  })

  test('signs a "+" of the query as what it is', () => {
    expect(canonical(signer(), { target: '/?a=b+c%20' })[2]).toBe('a=b%2Bc%20')
  })

  test('signs a body that is left out, and is empty, as one that is not', () => {
    expect(canonical(signer({ unsignedPayload: true })).at(-1)).toBe(EMPTY)
    expect(canonical(signer({ unsignedPayload: true }), { body: utf8('x') }).at(-1)).toBe('UNSIGNED-PAYLOAD')
    expect(canonical(signer(), { body: utf8('x') }).at(-1)).toBe(sha256Hex('x'))
    expect(canonical(signer(), { fields: ['X-Sdk-Content-Sha256', 'a'] }).at(-1)).toBe('a')
    expect(huaweiVerifier().readsBody).toBe(true)
    const [found] = huaweiVerifier().parse(sign(signer(), requestOf({ body: utf8('x') })))
    expect(found?.covers.has('body')).toBe(true)
  })
})

describe('OSS', () => {
  const key = () => oss4Key(access)

  test('signs its own fields, and of the others those that are stated', () => {
    const own = ['content-md5', 'content-type']
    const dated = ['x-oss-content-sha256', 'x-oss-date', 'x-oss-meta-a']
    const of = (more: object) => covered(oss4({ key: key(), region, ...more }), ...OTHERS, 'X-Oss-Meta-A')
    expect(of({})).toEqual([...own, 'host', ...dated])
    expect(of({ additionalHeaders: [] })).toEqual([...own, ...dated])
    expect(of({ additionalHeaders: ['x-other'] })).toEqual([...own, ...dated, 'x-other'])
    const listed = (more: object) =>
      canonical(oss4({ key: key(), region, ...more }), { fields: ['X-Other', '1'] }).at(-2)
    expect([listed({}), listed({ additionalHeaders: ['host', 'x-other'] })]).toEqual(['host', 'host;x-other'])
  })

  test('signs the bucket before the path, where the host names it', () => {
    const path = (more: object, target = '/a%2Fb%7e') => canonical(oss4({ key: key(), region, ...more }), { target })[1]
    expect([path({}), path({ bucket: 'photos' })]).toEqual(['/a/b~', '/photos/a/b~'])
    const url = (more: object) => canonical(oss4Url({ key: key(), region, expiresS: 60, ...more }), { target: '/a' })[1]
    expect([url({}), url({ bucket: 'photos' })]).toEqual(['/a', '/photos/a'])
    const message = sign(oss4({ key: key(), region, bucket: 'photos' }), requestOf())
    const base = (bucket?: string) =>
      oss4Verifier({ unsignedPayload: true, ...(bucket !== undefined && { bucket }) }).parse(message)[0]?.base ?? ''
    const expected = prepare(oss4({ key: key(), region, bucket: 'photos' }), requestOf()).base
    expect([base('photos') === expected, base() === expected, base('others') === expected]).toEqual([
      ...[true, false, false],
    ])
  })

  test('signs no body, and parameters without a value bare', () => {
    const lines = canonical(oss4({ key: key(), region }), { target: '/?b=&a&c=1+2', body: utf8('x') })
    expect([lines[2], lines.at(-1)]).toEqual(['a&b&c=1%202', 'UNSIGNED-PAYLOAD'])
    expect(canonical(oss4Url({ key: key(), region, expiresS: 60 }), { body: utf8('x') }).at(-1)).toBe(
      'UNSIGNED-PAYLOAD',
    )
    const message = sign(oss4({ key: key(), region }), requestOf())
    expect(message.fields.slice(0, 4)).toEqual(['x-oss-date', TIME, 'x-oss-content-sha256', 'UNSIGNED-PAYLOAD'])
    expect(oss4Verifier().readsBody).toBe(false)
  })

  test('is signed in a URL by parameters of its own', () => {
    const message = sign(oss4Url({ key: key(), region, expiresS: 60, sessionToken: 't' }), requestOf())
    const names = [...new URLSearchParams(message.target.split('?')[1]).keys()]
    expect(names).toEqual(
      ['signature-version', 'credential', 'date', 'expires', 'additional-headers', 'security-token', 'signature'].map(
        (name) => `x-oss-${name}`,
      ),
    )
    const [found] = oss4Verifier().parse(message)
    expect(key().verify(found?.base ?? '', found?.signature ?? utf8(''))).toBe(true)
    expect([found?.expiresMs, found?.passphrase]).toEqual([NOW + 60_000, { text: 't' }])
  })

  test('has a service of its own, and takes options of the right kind', () => {
    expect(sign(oss4({ key: key(), region }), requestOf()).fields.at(-1)).toContain('/oss/aliyun_v4_request,')
    expect(sign(oss4Url({ key: key(), region, expiresS: 60 }), requestOf()).target).toContain(
      '%2Foss%2Faliyun_v4_request',
    )
    expect(textOf(() => oss4({ key: key(), region, bucket: '' }))).toContain('"bucket" must be text')
    expect(textOf(() => oss4({ key: key(), region, additionalHeaders: 'host' as never }))).toContain(
      '"additionalHeaders"',
    )
    expect(textOf(() => oss4Url({ key: key(), region, expiresS: 60, bucket: 5 as never }))).toContain(
      '"bucket" must be text',
    )
    expect(textOf(() => oss4Verifier({ bucket: 5 as never }))).toContain('"bucket" must be text')
    for (const make of [oss4, oss4Url]) expect(textOf(() => make(undefined as never))).toContain('needs options')
    expect(textOf(() => oss4Verifier(null as never))).toContain('CONFIG_INVALID')
  })
})

test('what a cloud leaves open is stated', () => {
  const open = ({ weaknesses }: { readonly weaknesses: readonly string[] }) => weaknesses
  expect(open(oss4Verifier())).toEqual(['no-nonce', 'no-body', 'no-authority', 'loose-target'])
  expect(open(huaweiVerifier())).toEqual(['no-nonce', 'loose-target'])
  expect(open(tc3Verifier())).toEqual(['no-nonce', 'unsigned-fields'])
  expect(open(volcVerifier())).toEqual(['no-nonce', 'unsigned-fields'])
  expect([open(tos4Verifier()), open(goog4Verifier())]).toEqual([['no-nonce'], ['no-nonce']])
  expect(open(acs3Verifier())).toEqual([])
})

describe('Google', () => {
  const key = () => goog4Key(access)

  test('is signed by the kind of its key', () => {
    const label = (signer: Signer) => String(prepare(signer, requestOf()).base).split('\n')[0]
    expect(label(goog4({ key: key() }))).toBe('GOOG4-HMAC-SHA256')
    expect(label(goog4({ key: rsa() }))).toBe('GOOG4-RSA-SHA256')
    expect(label(goog4Url({ key: key(), expiresS: 60 }))).toBe('GOOG4-HMAC-SHA256')
    expect(label(goog4Url({ key: rsa(), expiresS: 60 }))).toBe('GOOG4-RSA-SHA256')
    const ids = [
      goog4Verifier(),
      goog4Verifier({ algorithm: 'rsa-v1_5-sha256' }),
      goog4Verifier({ algorithm: 'hmac-sha256' }),
    ]
    expect(ids.map(({ id }) => id)).toEqual(['goog4', 'goog4', 'goog4-hmac'])
  })

  test('needs options, and a key among them', () => {
    for (const make of [goog4, goog4Url]) {
      expect(textOf(() => make(undefined as never))).toContain('needs options')
      expect(textOf(() => make({} as never))).toContain('"key" must be a key of rsa-v1_5-sha256')
    }
    expect(textOf(() => goog4Verifier(null as never))).toContain('CONFIG_INVALID goog4Verifier')
    expect(textOf(() => goog4Verifier({ algorithm: 'ed25519' as never }))).toContain('"algorithm" must be')
  })

  test('is signed for the host without its port, unless the port is a part of it', () => {
    const authority = `${HOST}:8443`
    expect(canonical(goog4({ key: key() }), { authority })[3]).toBe(`host:${HOST}`)
    expect(canonical(goog4({ key: key() }), { authority: '[::1]:8443' })[3]).toBe('host:[::1]')
    expect(canonical(goog4({ key: key() }), { authority: HOST })[3]).toBe(`host:${HOST}`)
    const message = sign(goog4({ key: key() }), requestOf({ authority }))
    const base = (signedPort?: boolean) =>
      goog4Verifier({ algorithm: 'hmac-sha256', ...(signedPort !== undefined && { signedPort }) }).parse(message)[0]
        ?.base
    expect(base()).toBe(base(false))
    expect(base()).not.toBe(base(true))
  })

  test('is signed with the hash of the body, and in a URL without it', () => {
    expect(canonical(goog4({ key: key() }), { body: utf8('x') }).at(-1)).toBe(sha256Hex('x'))
    expect(canonical(goog4Url({ key: key(), expiresS: 60 }), { body: utf8('x') }).at(-1)).toBe('UNSIGNED-PAYLOAD')
    expect(goog4Verifier().readsBody).toBe(false)
    expect(canonical(goog4({ key: key() }), { target: '/a%7eb/../c?d=e+f' }).slice(1, 3)).toEqual([
      ...['/a~b/../c', 'd=e%20f'],
    ])
  })
})

describe('the key pair of SigV4a', () => {
  test('is derived as AWS derives it', () => {
    const { verifyingKey } = sigv4aKey(access)
    // AWS signing test suite, public-key.json.
    expect(hex(exportPublicKey(verifyingKey, 'der')).slice(-128)).toBe(
      'b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1' +
        '865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518',
    )
    expect(textOf(() => sigv4aKey({ ...access, accessKeyId: '!' }))).toContain('"keyId" must be')
  })

  const LARGEST = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc63254f'
  const scalar = (...answers: readonly string[]) => {
    const inputs: Uint8Array[] = []
    const found = scalarOf('ab', (input) => {
      inputs.push(input)
      return hexDecode(answers[inputs.length - 1] ?? answers.at(-1) ?? '') as Uint8Array
    })
    return { scalar: hex(found), inputs }
  }

  test('is one more than the first number that is in range', () => {
    expect(scalar(LARGEST).scalar).toBe(LARGEST.replace(/4f$/, '50'))
    expect(scalar('0'.repeat(64)).scalar).toBe('1'.padStart(64, '0'))
    const above = LARGEST.replace(/4f$/, '50')
    expect(scalar(above, 'f'.repeat(64), `${'0'.repeat(63)}f`).scalar).toBe('10'.padStart(64, '0'))
  })

  test('is of the key id and a counter, which ends', () => {
    const { inputs } = scalar('f'.repeat(64), '0'.repeat(64))
    const label = hex(utf8('AWS4-ECDSA-P256-SHA256'))
    expect(inputs.map((input) => hex(input))).toEqual([
      ...[`00000001${label}0061620100000100`, `00000001${label}0061620200000100`],
    ])
    const counters: number[] = []
    const none = (input: Uint8Array): Uint8Array => {
      counters.push(input.at(-5) as number)
      return new Uint8Array(32).fill(0xff)
    }
    expect(textOf(() => scalarOf('ab', none))).toBe('KEY_WEAK no key pair can be derived from this access key')
    expect([counters.length, counters[0], counters.at(-1)]).toEqual([254, 1, 254])
  })
})

describe('a signature of SigV4a', () => {
  const pair = () => sigv4aKey(access)
  const refused = (regionSet: unknown): string => {
    const options = { key: pair(), service: 's3', regionSet } as Sigv4aOptions
    const texts = [() => sigv4a(options), () => sigv4aUrl({ ...options, expiresS: 60 })].map((make) => {
      try {
        return make().scheme.id
      } catch {
        return textOf(make)
      }
    })
    expect(texts[1]?.replace('sigv4aUrl', 'sigv4a')).toBe(texts[0])
    return texts[0] as string
  }

  test('is for regions by their names, their beginnings, or all of them', () => {
    for (const set of ['*', 'us-east-1', 'us-*', 'x'.repeat(64), ['us-east-1'], ['us-*', 'eu-west-1']])
      expect(refused(set)).toBe('sigv4a')
    for (const set of [
      '',
      'US',
      'us_1',
      '**',
      '*-1',
      'us-*-1',
      'a,b',
      'x'.repeat(65),
      [],
      [''],
      ['us-east-1', 'US'],
      [5],
      5,
      null,
      true,
    ])
      expect(refused(set)).toContain('"regionSet" must be a region such as us-east-1, a list of them, or "*"')
    expect(refused(undefined)).toBe(
      'CONFIG_INVALID sigv4a: "regionSet" must be a region such as us-east-1, a list of them, or "*"',
    )
    for (const make of [sigv4a, sigv4aUrl]) expect(textOf(() => make(undefined as never))).toContain('needs options')
    expect(textOf(() => sigv4a({ key: pair(), service: 's3', regionSet: '*', region: 'a' } as never))).toContain(
      '"region"',
    )
  })

  test('states them in a field or in the URL, and is verified', () => {
    const key = pair()
    const options = { key, service: 's3', regionSet: ['us-*', 'eu-west-1'] }
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: '' }
    for (const signer of [sigv4a(options), sigv4aUrl({ ...options, expiresS: 60 })]) {
      const prepared = signer.scheme.prepare(requestOf(), context)
      const message = signPreparedSync(prepared, key)
      expect(`${message.target} ${message.fields.join(' ')}`).toMatch(
        /X-Amz-Region-Set[= ]us-\*(,|%2C)eu-west-1|Region-Set=us-%2A%2Ceu-west-1/,
      )
      const [found] = sigv4aVerifier({ region: 'us-east-1', service: 's3' }).parse(message)
      expect(found?.base).toBe(prepared.base)
      expect(key.verifyingKey.verify(found?.base ?? '', found?.signature ?? utf8(''))).toBe(true)
      expect(textOf(() => sigv4aVerifier({ region: 'ap-east-1' }).parse(message))).toContain(
        'the region "us-*,eu-west-1"',
      )
    }
  })

  test('is written as DER, of bytes or of their digits', () => {
    const bytes = new Uint8Array(64).fill(1)
    const der = AWS4A.signatureText?.(bytes)
    expect(der).toBe(`30440220${'01'.repeat(32)}0220${'01'.repeat(32)}`)
    expect(AWS4A.signatureText?.(hex(bytes))).toBe(der)
    expect(AWS4A.readSignature?.(der ?? '')).toEqual(bytes)
    for (const wrong of [new Uint8Array(63), new Uint8Array(65), 'zz', ''])
      expect(textOf(() => AWS4A.signatureText?.(wrong))).toBe('ARGUMENT_INVALID the signature must have 64 bytes')
    for (const wrong of ['zz', '', '3000', `${der}00`]) expect(AWS4A.readSignature?.(wrong)).toBeUndefined()
  })
})

test('a signer of a cloud names the function that was called', () => {
  for (const [name, make] of Object.entries({ acs3, huawei, tc3, tos4, volc }))
    expect(textOf(() => make({ key: 'a' } as never))).toContain(
      `${name}: "key" must be a key of hmac-sha256, such as ${name}Key()`,
    )
})
