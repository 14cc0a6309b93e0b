import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../../src/crypto/encoding.js'
import type { HmacKey } from '../../../../src/crypto/key.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import {
  type Signer,
  signPreparedSync,
  type UntrustedSignature,
  type VerifyScheme,
} from '../../../../src/schemes/scheme.js'
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
  sigv4,
  sigv4Key,
  sigv4Url,
  sigv4Verifier,
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
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from '../../../../src/server/index.js'
import { verdictCode } from '../../../expect-code.js'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const NONCE = '3156853299f313e23d1673dc12e1703d'
const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'an example of a secret' }
const region = 'cn-north-1'
const service = 'orders'

const KEYS = {
  acs3: acs3Key(access),
  goog4: goog4Key(access),
  huawei: huaweiKey(access),
  oss4: oss4Key(access),
  sigv4: sigv4Key(access),
  tc3: tc3Key(access),
  tos4: tos4Key(access),
  volc: volcKey(access),
}
const SIGNERS: ReadonlyArray<readonly [string, Signer<HmacKey>, VerifyScheme]> = [
  ['acs3', acs3({ key: KEYS.acs3 }), acs3Verifier()],
  ['goog4', goog4({ key: KEYS.goog4 }), goog4Verifier({ algorithm: 'hmac-sha256' })],
  [
    'goog4Url',
    goog4Url({ key: KEYS.goog4, expiresS: 60 }),
    goog4Verifier({ algorithm: 'hmac-sha256', unsignedPayload: true }),
  ],
  ['huawei', huawei({ key: KEYS.huawei }), huaweiVerifier()],
  [
    'oss4',
    oss4({ key: KEYS.oss4, region, bucket: 'photos' }),
    oss4Verifier({ bucket: 'photos', unsignedPayload: true }),
  ],
  ['oss4Url', oss4Url({ key: KEYS.oss4, region, expiresS: 60 }), oss4Verifier({ unsignedPayload: true })],
  ['sigv4', sigv4({ key: KEYS.sigv4, region, service }), sigv4Verifier()],
  ['sigv4Url', sigv4Url({ key: KEYS.sigv4, region, service, expiresS: 60 }), sigv4Verifier()],
  ['tc3', tc3({ key: KEYS.tc3, service }), tc3Verifier()],
  ['tos4', tos4({ key: KEYS.tos4, region }), tos4Verifier()],
  ['tos4Url', tos4Url({ key: KEYS.tos4, region, expiresS: 60 }), tos4Verifier({ unsignedPayload: true })],
  ['volc', volc({ key: KEYS.volc, region, service }), volcVerifier()],
]

const request = httpRequest({
  method: 'POST',
  url: 'https://api.example.com/v1/a%20b(c)/d%2Fe?b=2&a=1&a=%2B+x&empty=&bare',
  headers: { 'content-type': 'application/json', 'x-note': ' two  spaces ' },
  body: '{"qty":1}',
})

function signed({ scheme, key }: Signer<HmacKey>, message = request): HttpRequest {
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: NONCE }
  return signPreparedSync(scheme.prepare(message, context), key)
}

const verdict = async (key: HmacKey, scheme: VerifyScheme, message: HttpRequest): Promise<string> => {
  const verifier = createVerifier({
    schemes: [scheme],
    keys: staticKeys([{ key }]),
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    replay: memoryReplayStore({ restartBarrier: false }),
    clock: { now: () => NOW },
  })
  const found = await verifier.verify(message)
  return verdictCode(found)
}

describe.each(SIGNERS)('%s', (_, signer, verifier) => {
  const final = signed(signer)

  test('the request is accepted', async () => {
    expect(await verdict(signer.key, verifier, final)).toBe('ok')
  })

  test('a fold around a value states nothing else: with it a nonce would be a new one', () => {
    const stated = ({ nonce, createdMs, keyId, base }: UntrustedSignature) => ({ nonce, createdMs, keyId, base })
    const [before] = verifier.parse(final)
    for (let at = request.fields.length + 1; at < final.fields.length; at += 2) {
      // A folded signature is refused.
      if (final.fields[at - 1] === 'Authorization') continue
      for (const value of [`${final.fields[at]}\r\n `, `\r\n ${final.fields[at]}`]) {
        const [now] = verifier.parse({ ...final, fields: final.fields.with(at, value) })
        expect(now && stated(now)).toStrictEqual(before && stated(before))
      }
    }
  })

  test.each<[string, HttpRequest]>([
    ['another method', { ...final, method: 'PUT' }],
    ['another path', { ...final, target: final.target.replace('/v1', '/v2') }],
    ['another parameter', { ...final, target: final.target.replace('b=2', 'b=3') }],
    ['a parameter more, without a name', { ...final, target: `${final.target}&=` }],
  ])('the verifier refuses %s', async (__, message) => {
    expect(await verdict(signer.key, verifier, message)).toBe('SIGNATURE_INVALID')
  })

  test('proves the body, or does not claim to', async () => {
    const [found] = verifier.parse(final)
    const other = await verdict(signer.key, verifier, { ...final, body: utf8('{"qty":9}') })
    expect(other).toMatch(found?.covers.has('body') ? /^(?:SIGNATURE_INVALID|DIGEST_MISMATCH)$/ : /^ok$/)
  })
})

describe('a key signs what its variant signs, and nothing else', () => {
  const texts = SIGNERS.map(([name, { scheme, key }]) => {
    const { base } = scheme.prepare(request, {
      keyId: 'AKIDEXAMPLE',
      algorithm: key.algorithm,
      nowMs: NOW,
      nonce: NONCE,
    })
    return [name.replace('Url', '') as keyof typeof KEYS, base] as const
  })

  test.each(Object.entries(KEYS))('the key of %s signs its variant alone', (name, key) => {
    for (const [variant, base] of texts) {
      if (variant === name) {
        expect(key.verify(base, key.sign(base))).toBe(true)
        continue
      }
      expect(() => key.sign(base), variant).toThrow('this key signs')
      expect(key.verify(base, new Uint8Array(32))).toBe(false)
    }
    for (const text of ['', '\n', 'text', 'AWS4-HMAC-SHA256', 'AWS4-HMAC-SHA256\n\n\n', new Uint8Array([255, 254])]) {
      expect(() => key.sign(text)).toThrow('this key signs')
      expect(key.verify(text, new Uint8Array(32))).toBe(false)
    }
  })
})

test('a key of one variant does not sign for another one', () => {
  expect(() => sigv4({ key: KEYS.goog4, region, service })).toThrow(
    '"key" must be a key of hmac-sha256, such as sigv4Key(), got ',
  )
})

// As the Python clients of AWS and Google, and of Alibaba, Huawei and Volcengine, write it: npm run test:python.
test.each([
  ['sigv4', 'a b'],
  ['goog4', 'a b'],
  ['acs3', 'a  b'],
  ['huawei', 'a  b'],
  ['oss4', 'a  b'],
  ['tos4', 'a  b'],
  ['volc', 'a  b'],
  ['tc3', 'a  b'],
])('%s signs several spaces of a value as %j', (id, expected) => {
  const [, signer, verifier] = SIGNERS.find(([one]) => one === id) as (typeof SIGNERS)[number]
  const request = httpRequest({
    method: 'POST',
    url: 'https://photos.example.com/a',
    headers: { 'content-type': ' a  b ' },
    body: '{}',
  })
  const { keyId, algorithm } = signer.key
  const prepared = signer.scheme.prepare(request, { keyId, algorithm, nowMs: NOW, nonce: NONCE })
  expect(prepared.trace()['canonical']).toContain(`content-type:${expected}\n`)
  const signed = signPreparedSync(prepared, signer.key)
  const [found] = verifier.parse(signed)
  expect(found?.base).toBe(prepared.base)
})

// As their clients for Python write it: npm run test:python.
describe('targets as the clients of a cloud send them are signed as these sign them', () => {
  const canonical = ({ scheme, key }: Signer<HmacKey>, target: string): string => {
    const message = { ...request, target, fields: [] }
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW, nonce: NONCE }
    return scheme.prepare(message, context).trace()['canonical'] ?? ''
  }
  const signerOf = (id: string): Signer<HmacKey> => (SIGNERS.find(([one]) => one === id) as (typeof SIGNERS)[number])[1]

  test.each(['acs3', 'oss4', 'volc', 'tos4', 'goog4', 'sigv4'])('%s: a "+" of the query is a space', (id) => {
    expect(canonical(signerOf(id), '/a?q=b+c%2Bd')).toContain('q=b%20c%2Bd')
  })

  test('acs3: the path is signed as it is sent', async () => {
    for (const path of ["/api/a:b@c,d;e*'(f)!", '/api/a%2Fb', '/api//a/./b'])
      expect(canonical(signerOf('acs3'), `${path}?a=1`)).toContain(`POST\n${path}\na=1\n`)
    const message = signed(signerOf('acs3'), { ...request, target: '/api/%7Eu' })
    expect(await verdict(KEYS.acs3, acs3Verifier(), { ...message, target: '/api/~u' })).toBe('SIGNATURE_INVALID')
  })

  test('huawei: an encoded slash of the path is signed as one that is not', () => {
    expect(canonical(signerOf('huawei'), '/v1/a%2Fb')).toContain('POST\n/v1/a/b/\n')
  })

  test.each(['huawei', 'oss4', 'oss4Url'])(
    '%s: an encoded slash cannot be decoded into a host that the target begins with',
    async (id) => {
      const [, { key }, verifier] = SIGNERS.find(([one]) => one === id) as (typeof SIGNERS)[number]
      const message = signed(signerOf(id), { ...request, target: '/%2Fevil.example/a' })
      expect(await verdict(key, verifier, message)).toBe('ok')
      const target = message.target.replace('%2F', '/')
      expect(await verdict(key, verifier, { ...message, target })).toBe('TARGET_MALFORMED')
    },
  )

  test.each(['acs3', 'goog4', 'tos4'])('%s: a name that begins with a slash is taken as it is sent', async (id) => {
    const [, { key }, verifier] = SIGNERS.find(([one]) => one === id) as (typeof SIGNERS)[number]
    const message = signed(signerOf(id), { ...request, target: '//a/b' })
    expect(await verdict(key, verifier, message)).toBe('ok')
    expect(await verdict(key, verifier, { ...message, target: '/%2Fa/b' })).toBe('SIGNATURE_INVALID')
  })
})

describe('the port of a host at Google', () => {
  const key = KEYS.goog4
  const there = { ...request, authority: 'api.example.com:8443' }
  const found = (message: HttpRequest, options: object) =>
    goog4Verifier({ algorithm: 'hmac-sha256', ...options }).parse(message)[0]

  test('is left out, and is signed where that is stated', () => {
    const message = signed(goog4({ key }), there)
    const [plain, withPort] = [found(message, {}), found(message, { signedPort: true })]
    expect(plain?.base).not.toBe(withPort?.base)
    expect([plain?.covers.has('authority'), withPort?.covers.has('authority')]).toEqual([false, true])
    expect(key.verify(plain?.base ?? '', plain?.signature ?? utf8(''))).toBe(true)
    expect(goog4Verifier({ signedPort: true }).demands?.require).toContain('authority')
  })

  test('makes no difference to a host without one', () => {
    const message = signed(goog4({ key }))
    expect(found(message, { signedPort: true })?.base).toBe(found(message, {})?.base)
    expect(() => goog4Verifier({ signedPort: 'yes' as never })).toThrow('"signedPort"')
  })
})
