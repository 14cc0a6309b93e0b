import { describe, expect, test } from 'vitest'
import { hmacKey, Secret } from '../../../../src/crypto/index.js'
import type { VerifyingKey } from '../../../../src/crypto/key.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { ibkrBase, namesOf, queryPairs, quoted } from '../../../../src/schemes/legacy/ibkr/base.js'
import { bytesOf, groupOf, numberOf, power, publicValueOf } from '../../../../src/schemes/legacy/ibkr/diffie-hellman.js'
import { ibkr, ibkrChallenge, ibkrSignatureKey, ibkrVerifier } from '../../../../src/schemes/legacy/ibkr/index.js'
import { textOf, withCode } from '../../../expect-code.js'
import { HOST, NOW, only, stated, withLine } from './judge.js'

const key = hmacKey({ keyId: 'CONS:tok', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(5) })
const request = (target: string): HttpRequest => ({ ...httpRequest({ url: `https://${HOST}/` }), target })

describe('numbers of a key exchange', () => {
  test('are raised to a power within their modulus', () => {
    for (const [base, exponent, modulus, expected] of [
      [2n, 10n, 1_000n, 24n],
      [7n, 0n, 13n, 1n],
      [7n, 1n, 5n, 2n],
      [3n, 200n, 13n, 9n],
      [123n, 456n, 789n, 699n],
    ] as const)
      expect(power(base, exponent, modulus)).toBe(expected)
  })

  test('are bytes from the highest one on, with a byte 00 before a first bit that is set', () => {
    for (const [value, bytes] of [
      [0n, [0]],
      [1n, [1]],
      [0x7fn, [0x7f]],
      [0x80n, [0, 0x80]],
      [0x123n, [1, 0x23]],
      [0xff00n, [0, 0xff, 0]],
    ] as const) {
      expect([...bytesOf(value)]).toEqual(bytes)
      expect(numberOf(Uint8Array.from(bytes))).toBe(value)
    }
    expect(numberOf(new Uint8Array())).toBe(0n)
  })

  test('have an odd prime of at least 2048 bits, in hexadecimal', () => {
    const least = `8${'0'.repeat(510)}1`
    expect(groupOf('it', least, 2)).toEqual({ prime: 2n ** 2_047n + 1n, generator: 2n })
    expect(groupOf('it', ` 00:${least.slice(0, 8)}\n ${least.slice(8)}`, 5).prime).toBe(2n ** 2_047n + 1n)
    for (const [prime, code, text] of [
      [`7${'f'.repeat(511)}`, 'KEY_WEAK', 'it: "prime" must have at least 2048 bits'],
      [`8${'0'.repeat(511)}`, 'CONFIG_INVALID', 'it: "prime" must be odd'],
      ['', 'CONFIG_INVALID', 'it: "prime" must be a hexadecimal number'],
      ['0x1', 'CONFIG_INVALID', 'hexadecimal number'],
      ['g1', 'CONFIG_INVALID', 'hexadecimal number'],
      ['1g', 'CONFIG_INVALID', 'hexadecimal number'],
      ['f'.repeat(2_049), 'CONFIG_INVALID', 'hexadecimal number'],
      [5, 'CONFIG_INVALID', 'hexadecimal number'],
    ] as const)
      expect(() => groupOf('it', prime as string, 2)).toThrow(withCode(code, text))
    expect(() => groupOf('it', 'f'.repeat(2_048), 2)).not.toThrow()
  })

  test('are inside of their group where the other side has sent them', () => {
    const group = { prime: 23n, generator: 5n }
    expect(['2', '15', 'A', '0a'].map((text) => publicValueOf(text, group))).toEqual([2n, 21n, 10n, 10n])
    for (const text of ['0', '1', '16', '17', '', 'x', '2x', '-2', undefined, 2])
      expect(() => publicValueOf(text, group)).toThrow(withCode('AUTH_MALFORMED', 'is outside its group'))
  })
})

describe('the text that is signed', () => {
  test('is method, address and parameters in order, quoted as a whole', () => {
    const own = [['oauth_token', 'tok']] as const
    const odd = {
      ...request('/a%20b?c=d+e&B=%2A~&f'),
      method: 'PUT',
      scheme: 'HTTPS',
      authority: 'API.example.com:443',
    }
    expect(ibkrBase(odd, queryPairs(odd), own)).toBe(
      'PUT&https%3A%2F%2Fapi.example.com%2Fa%2520b&B%3D%2A~%26c%3Dd+e%26f%3D%26oauth_token%3Dtok',
    )
    expect(quoted("a b~!'()*/é")).toBe('a+b~%21%27%28%29%2A%2F%C3%A9')
  })

  test('has each parameter of the query once, with a name that ends where it ends', () => {
    expect(queryPairs(request('/a'))).toEqual([])
    expect(queryPairs(request('/a?'))).toEqual([])
    expect(queryPairs(request('/a?b=c=d&e&f=%C3%A9+&g='))).toEqual([
      ['b', 'c=d'],
      ['e', ''],
      ['f', 'é '],
      ['g', ''],
    ])
    expect(queryPairs(request(`/a?${'x'.repeat(128)}=1`))).toHaveLength(1)
    for (const query of [
      'a%26b=1',
      'a%3Db=1',
      '=1',
      'a=%26',
      'a%20b=1',
      '%C3%A9=1',
      `${'x'.repeat(129)}=1`,
      'b=1&&c=1',
    ])
      expect(() => queryPairs(request(`/a?${query}`))).toThrow(
        withCode('AUTH_MALFORMED', 'could be read as another one where it is signed'),
      )
    for (const query of ['a=%', 'a=%ff', '%=1'])
      expect(() => queryPairs(request(`/a?${query}`))).toThrow(
        withCode('AUTH_MALFORMED', 'is no percent-encoded UTF-8'),
      )
    expect(() => queryPairs(request('/a?b=1&b=1'))).toThrow(withCode('AUTH_DUPLICATE', 'is repeated'))
  })

  test('names a consumer and its token in letters and digits', () => {
    expect(namesOf('CONS1:tok2')).toEqual(['CONS1', 'tok2'])
    expect(namesOf(`${'a'.repeat(100)}:b`)).toBeDefined()
    for (const id of ['', 'a', 'a:', ':b', 'a:b:c', 'a-:b', '-a:b', 'a:b.', 'a:.b', `${'a'.repeat(101)}:b`])
      expect(namesOf(id)).toBeUndefined()
  })
})

describe('a request of Interactive Brokers', () => {
  const context = { keyId: 'ignored', algorithm: 'hmac-sha256', nowMs: NOW + 999, nonce: 'nonce-of-16-chars' } as const
  const prepared = (options: object = {}, message = request('/a?z=1')) =>
    ibkr({ key, ...options }).scheme.prepare(message, context)

  test('is signed with every parameter of its header but the realm', () => {
    const one = prepared()
    const parameters = [
      ...['oauth_consumer_key=CONS', 'oauth_nonce=nonce-of-16-chars', 'oauth_signature_method=HMAC-SHA256'],
      ...['oauth_timestamp=1790000000', 'oauth_token=tok', 'z=1'],
    ].join('&')
    expect(one.base).toBe(`GET&https%3A%2F%2Fapi.example.com%2Fa&${encodeURIComponent(parameters)}`)
    expect([one.encoding, one.trace()]).toEqual([
      ...['base64', { scheme: 'ibkr', base: one.base, covered: ['method', 'base-uri', 'parameters'] }],
    ])
    expect(one.attach(Uint8Array.of(0xff, 0xff)).fields.slice(-2)).toEqual([
      'Authorization',
      `OAuth realm="limited_poa", oauth_consumer_key="CONS", oauth_nonce="nonce-of-16-chars", oauth_signature="%2F%2F8%3D", oauth_signature_method="HMAC-SHA256", oauth_timestamp="1790000000", oauth_token="tok"`,
    ])
    expect(prepared({ realm: 'test_realm' }).attach('AAAA').fields.at(-1)).toMatch(/^OAuth realm="test_realm", /)
    const rsa = prepared({ key: { ...key, algorithm: 'rsa-v1_5-sha256' } })
    expect(rsa.base).toContain('oauth_signature_method%3DRSA-SHA256')
  })

  test('is refused where it cannot be signed', () => {
    for (const [message, code, text] of [
      [withLine(request('/a'), 'Authorization', 'x'), 'MESSAGE_MALFORMED', 'ibkr: the request has a field'],
      [request('/a?oauth_token=1'), 'MESSAGE_MALFORMED', 'ibkr: the query holds parameters of the signature already'],
      [request('/a?oauth_other=1'), 'MESSAGE_MALFORMED', 'the query holds parameters of the signature already'],
    ] as const)
      expect(() => prepared({}, message)).toThrow(withCode(code, text))
    for (const nonce of ['', 'a b', 'a+b', 'x'.repeat(129), 'é'])
      expect(() => ibkr({ key }).scheme.prepare(request('/a'), { ...context, nonce })).toThrow(
        withCode('MESSAGE_MALFORMED', 'ibkr: the nonce must be letters and digits'),
      )
    expect(() => ibkr({ key }).scheme.prepare(request('/a'), { ...context, nonce: 'x'.repeat(128) })).not.toThrow()
    for (const [options, text] of [
      [{ realm: 'a"b' }, 'ibkr: "realm" must be visible ASCII without quotes'],
      [{ key: { ...key, keyId: 'a' } }, 'ibkr: the id of the key must be consumer key and access token'],
      [{ key: { ...key, algorithm: 'ed25519' } }, 'ibkr: "key" must be of hmac-sha256, rsa-v1_5-sha256'],
      [{ liveSessionToken: 'x' }, 'did you mean key: ibkrSession({ … }).key(answer)'],
    ])
      expect(textOf(() => ibkr({ key, ...(options as object) }))).toContain(text)
  })

  const VALUES = {
    ...{ realm: 'r', oauth_consumer_key: 'CONS', oauth_token: 'tok', oauth_signature_method: 'HMAC-SHA256' },
    ...{ oauth_timestamp: '1790000000', oauth_nonce: 'nonce-of-16-chars', oauth_signature: 'AAAAAAA%2FAA%3D%3D' },
  }
  const line = (changes: Readonly<Record<string, string | undefined>> = {}): string =>
    `OAuth ${Object.entries({ ...VALUES, ...changes })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}="${value}"`)
      .join(', ')}`
  const read = (changes: Readonly<Record<string, string | undefined>> = {}, target = '/a?z=1') =>
    only(ibkrVerifier(), withLine(request(target), 'Authorization', line(changes)))

  test('is read with everything that its header states', () => {
    expect(read({ diffie_hellman_challenge: '2' })).toMatchObject({
      ...{ label: '', keyId: 'CONS:tok', claimedAlgorithm: 'hmac-sha256', createdMs: NOW, expiresMs: undefined },
      ...{ nonce: 'nonce-of-16-chars', signature: Uint8Array.of(0, 0, 0, 0, 0, 0x3f, 0), bodyDigests: [] },
      covered: ['method', 'base-uri', 'parameters'],
      covers: ['authority', 'method', 'path', 'query-parameters', 'scheme'],
      base: `GET&https%3A%2F%2Fapi.example.com%2Fa&${encodeURIComponent(
        'diffie_hellman_challenge=2&oauth_consumer_key=CONS&oauth_nonce=nonce-of-16-chars&oauth_signature_method=HMAC-SHA256&oauth_timestamp=1790000000&oauth_token=tok&z=1',
      )}`,
    })
    expect(read({ oauth_nonce: 'short' })).toMatchObject({ nonce: undefined })
    expect(ibkrVerifier().parse(request('/a'))).toEqual([])
    expect(ibkrVerifier().parse({ ...httpResponse({ status: 200 }), fields: ['Authorization', line()] })).toEqual([])
  })

  test('is refused where its header cannot be meant', () => {
    for (const name of [
      'oauth_consumer_key',
      'oauth_token',
      'oauth_signature_method',
      'oauth_timestamp',
      'oauth_nonce',
      'oauth_signature',
    ])
      expect(() => read({ [name]: undefined })).toThrow(withCode('AUTH_MALFORMED', `Authorization lacks "${name}"`))
    for (const [changes, code, text] of [
      [{ x: '1' }, 'AUTH_MALFORMED', 'Authorization holds an unknown parameter'],
      [{ oauth_token: 'a-b' }, 'AUTH_MALFORMED', 'consumer key and access token must be letters and digits'],
      [{ oauth_signature_method: 'HMAC-SHA1' }, 'ALG_UNSUPPORTED', 'the signature method is not supported'],
      [{ oauth_timestamp: 'x' }, 'TIMESTAMP_MALFORMED', '"oauth_timestamp"'],
    ] as const)
      expect(() => read(changes)).toThrow(withCode(code, text))
    for (const text of [
      'AAAAAAA',
      '!AAAAAAA',
      'AAAAAAAA!',
      'AAAAAAAA%41',
      'AAAAAAA/AA%3D%3D',
      'AAAAAAAAA',
      'AAAAAAAA%3d',
    ])
      expect(() => read({ oauth_signature: text })).toThrow(
        withCode('SIGNATURE_MALFORMED', 'the signature must be percent-encoded base64'),
      )
    for (const target of ['/a?oauth_x=1', '/a?realm=1', '/a?diffie_hellman_challenge=1'])
      expect(() => read({}, target)).toThrow(withCode('AUTH_DUPLICATE', 'the query holds parameters of the signature'))
  })

  test('brings a challenge where a session is asked for', () => {
    const challenge = (value: string) => ibkrChallenge(withLine(request('/a'), 'Authorization', value))
    expect(challenge(line({ diffie_hellman_challenge: 'ab' }))).toBe('ab')
    expect([challenge(line()), challenge('Bearer x'), ibkrChallenge(request('/a'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('is held to what the verifier states', () => {
    expect(stated(ibkrVerifier())).toEqual({
      ...{ id: 'ibkr', weaknesses: ['no-body'], readsBody: false },
      demands: {
        ...{ require: ['method', 'authority', 'path', 'query-parameters'], requireWithBody: [], requireNonce: false },
        algorithms: ['hmac-sha256', 'rsa-v1_5-sha256'],
      },
    })
    expect(ibkrVerifier().challenge?.(new Set(), {} as never)).toEqual({ field: 'WWW-Authenticate', value: 'OAuth' })
  })
})

describe('the key that asks for a session', () => {
  const rsa = {
    keyId: 'x',
    algorithm: 'rsa-v1_5-sha256',
    verify: (base: unknown) => base === 'ababbase',
  } as VerifyingKey
  const party = { consumerKey: 'CONS', accessToken: 'tok', accessTokenSecret: new Secret(Uint8Array.of(0xab, 0xab)) }
  const signing = { keyId: 'x', algorithm: 'rsa-v1_5-sha256', sign: (base: string) => new TextEncoder().encode(base) }

  test('has the secret of the access token before what it signs and verifies', () => {
    const own = ibkrSignatureKey({ ...party, key: rsa })
    expect([own.keyId, own.algorithm, 'sign' in own]).toEqual(['CONS:tok', 'rsa-v1_5-sha256', false])
    for (const base of ['base', new TextEncoder().encode('base')]) expect(own.verify(base, new Uint8Array())).toBe(true)
    expect(own.verify('other', new Uint8Array())).toBe(false)
    const other = ibkrSignatureKey({ ...party, key: signing as never }) as unknown as typeof signing
    expect(new TextDecoder().decode(other.sign('base'))).toBe('ababbase')
    expect('verify' in other).toBe(false)
    expect(() => own.verify(Uint8Array.of(0xff), new Uint8Array())).toThrow(
      withCode('ARGUMENT_INVALID', 'the signed text must be UTF-8'),
    )
  })

  test('is an RSA key, of names in letters and digits', () => {
    for (const [options, text] of [
      [{ key: { ...rsa, algorithm: 'hmac-sha256' } }, '"key" must be an RSA key with rsa-v1_5-sha256'],
      [{ key: undefined }, '"key"'],
      [{ consumerKey: 'a:b' }, '"consumerKey" and "accessToken" must be letters and digits'],
      [{ accessTokenSecret: 'x' }, '"accessTokenSecret" must be a Secret'],
      [{ signatureKey: rsa }, 'did you mean "key"'],
    ])
      expect(textOf(() => ibkrSignatureKey({ ...party, key: rsa, ...(options as object) }))).toContain(text)
  })
})
