import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { base64, base64url, hex, utf8 } from '../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, exportPublicKey, hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest, httpResponse } from '../../../../src/message/message.js'
import { staticToken, staticTokenKey, staticTokenVerifier } from '../../../../src/schemes/legacy/static-token/index.js'
import { turnkey, turnkeyVerifier } from '../../../../src/schemes/legacy/turnkey/index.js'
import { noReplayProtection } from '../../../../src/server/policy/policy.js'
import { codeOf, textOf, withCode } from '../../../expect-code.js'
import { HOST, judge, NOW, only, signed, stated, withLine, withValue } from './judge.js'

const scalar = new Uint8Array(32).fill(4)
const point = exportPublicKey(ecdsaPrivateKey({ keyId: 'x', algorithm: 'ecdsa-p256-sha256', scalar }), 'raw')
const publicKey = `0${2 + ((point[64] as number) & 1)}${hex(point.subarray(1, 33))}`
const key = ecdsaPrivateKey({ keyId: publicKey, algorithm: 'ecdsa-p256-sha256', scalar })
const activity = (timestampMs: unknown = String(NOW)): HttpRequest =>
  httpRequest({
    method: 'POST',
    url: `https://${HOST}/submit`,
    body: JSON.stringify({ type: 'ACTIVITY', timestampMs }),
  })
const stamped = (stamp: object): HttpRequest => withLine(activity(), 'X-Stamp', base64url(utf8(JSON.stringify(stamp))))

describe('stamps of Turnkey', () => {
  const judged = () => judge([turnkeyVerifier()], [{ key: key.verifyingKey }])

  test('a stamp is accepted once', async () => {
    const verdict = judged()
    const message = await signed(turnkey({ key }), activity())
    expect(await verdict(message)).toBe('ok')
    expect(await verdict(message)).toBe('REPLAY')
  })

  const scheme = 'SIGNATURE_SCHEME_TK_API_P256'
  test.each([
    [
      'another body',
      'SIGNATURE_INVALID',
      async () => ({ ...(await signed(turnkey({ key }), activity())), body: utf8(`{"timestampMs":"${NOW}"}`) }),
    ],
    ['no body', 'COMPONENT_MISSING', async () => ({ ...(await signed(turnkey({ key }), activity())), body: null })],
    ['a time that is a number', 'TIMESTAMP_MALFORMED', () => signed(turnkey({ key }), activity(NOW))],
    ['a time in seconds', 'TIMESTAMP_MALFORMED', () => signed(turnkey({ key }), activity(String(NOW / 1000)))],
    ['an old time', 'TIMESTAMP_EXPIRED', () => signed(turnkey({ key }), activity(String(NOW - 600_000)))],
    [
      'two stamps',
      'HEADER_DUPLICATE',
      async () => withLine(await signed(turnkey({ key }), activity()), 'X-Stamp', 'AAAA'),
    ],
    [
      'another scheme',
      'ALG_UNSUPPORTED',
      async () => stamped({ publicKey, scheme: 'SIGNATURE_SCHEME_TK_API_ED25519', signature: '00' }),
    ],
    [
      'junk behind the hexadecimal',
      'SIGNATURE_MALFORMED',
      async () => stamped({ publicKey, scheme, signature: '3006020101020101zz' }),
    ],
    [
      'DER with a byte behind it',
      'SIGNATURE_MALFORMED',
      async () => stamped({ publicKey, scheme, signature: '300602010102010100' }),
    ],
    [
      'a public key that is no point',
      'AUTH_MALFORMED',
      async () => stamped({ publicKey: 'ab', scheme, signature: '3006020101020101' }),
    ],
    [
      'a further member',
      'AUTH_MALFORMED',
      async () => stamped({ publicKey, scheme, signature: '3006020101020101', x: 1 }),
    ],
    [
      'base64 with padding',
      'AUTH_MALFORMED',
      async () => withValue(await signed(turnkey({ key }), activity()), 'x-stamp', (v) => `${v}==`),
    ],
  ] as const)('a stamp with %s is refused as %s', async (_, code, make) => {
    expect(await judged()(await make())).toBe(code)
  })

  test('the id of the key has to be its public half', () => {
    const tail = publicKey.slice(2)
    for (const keyId of [
      'api-1',
      `04${tail}`,
      `${publicKey}0`,
      `0${publicKey}`,
      publicKey.toUpperCase(),
      `02${'g'.repeat(64)}`,
    ])
      expect(codeOf(() => turnkey({ key: { ...key, keyId } }))).toBe('CONFIG_INVALID')
    for (const keyId of [`02${tail}`, `03${tail}`]) expect(() => turnkey({ key: { ...key, keyId } })).not.toThrow()
    const stamp = { publicKey: publicKey.toUpperCase(), scheme, signature: '3006020101020101' }
    expect(() => turnkeyVerifier().parse(stamped(stamp))).toThrow(withCode('AUTH_MALFORMED', 'must be compressed'))
  })

  test('a stamp is read with its body, its key and the time of the body', () => {
    const found = only(turnkeyVerifier(), stamped({ publicKey, scheme, signature: '3006020101020102' }))
    const signature = new Uint8Array(64)
    signature.set([1], 31)
    signature.set([2], 63)
    expect(found).toMatchObject({
      ...{ label: '', tag: undefined, keyId: publicKey, claimedAlgorithm: 'ecdsa-p256-sha256' },
      ...{ createdMs: NOW, expiresMs: undefined, nonce: undefined, bodyDigests: [], signature },
      ...{ covered: ['body'], covers: ['body'], base: activity().body },
    })
    expect(turnkeyVerifier().parse(activity())).toEqual([])
    const { fields } = stamped({})
    expect(turnkeyVerifier().parse(httpResponse({ status: 200, headers: [...fields] as never }))).toEqual([])
    expect(() => turnkeyVerifier().parse(stamped({ publicKey, scheme }))).toThrow(
      withCode('AUTH_MALFORMED', '"signature"'),
    )
  })

  test('a time has 13 digits, as text, in a body that is an object of JSON', () => {
    const stamp = { publicKey, scheme, signature: '3006020101020102' }
    const parse = (body: Uint8Array, verifier = turnkeyVerifier()) => only(verifier, { ...stamped(stamp), body })
    for (const text of ['1', `${NOW}0`, `0${String(NOW).slice(1)}`, `x${NOW}`, `${NOW}x`, `${NOW}\n`])
      expect(() => parse(utf8(JSON.stringify({ timestampMs: text })))).toThrow(withCode('TIMESTAMP_MALFORMED'))
    expect(() => parse(utf8('{}'))).toThrow(withCode('TIMESTAMP_MALFORMED', '13 digits as text'))
    expect(() => parse(Uint8Array.of(0xff))).toThrow(withCode('TIMESTAMP_MALFORMED'))
    expect(() => parse(utf8('no JSON'))).toThrow(withCode('AUTH_MALFORMED', 'the body must be JSON'))
    expect(parse(utf8('no JSON'), turnkeyVerifier({ timestamp: false }))).toMatchObject({ createdMs: undefined })
  })

  test('a signer takes its key and nothing else, and signs a body that is there', async () => {
    expect(textOf(() => turnkey({ key, apiPublicKey: 'x' } as never))).toContain('did you mean')
    const { scheme: signing } = turnkey({ key })
    const context = { keyId: publicKey, algorithm: key.algorithm, nowMs: NOW, nonce: '' }
    expect(signing.prepare(activity(), context).trace()).toEqual({
      ...{ scheme: 'turnkey', covered: ['body'] },
      base: Buffer.from(activity().body as Uint8Array).toString(),
    })
    const odd = signing.prepare({ ...activity(), body: Uint8Array.of(0xff) }, context)
    expect(odd.trace().base).toBe('ff')
    expect(odd.encoding).toBe('base64')
    const raw = new Uint8Array(64).fill(1)
    expect(odd.attach(base64(raw))).toEqual(odd.attach(raw))
    for (const body of [null, new Uint8Array()])
      expect(() => signing.prepare({ ...activity(), body }, context)).toThrow(
        withCode('MESSAGE_MALFORMED', 'turnkey: the request must have a body'),
      )
    expect(() => signing.prepare(withLine(activity(), 'x-stamp', 'x'), context)).toThrow(
      withCode('MESSAGE_MALFORMED', 'turnkey: the request has a field "x-stamp" already'),
    )
  })

  test('a verifier states what a stamp leaves open', () => {
    const demands = {
      ...{ require: ['body'], requireWithBody: ['body'], requireNonce: false },
      algorithms: ['ecdsa-p256-sha256'],
    }
    expect(stated(turnkeyVerifier())).toEqual({
      ...{ id: 'turnkey', weaknesses: ['no-nonce', 'no-url'], readsBody: true },
      demands: expect.objectContaining(demands),
    })
    expect(turnkeyVerifier().demands?.untimed).toBeFalsy()
    const untimed = turnkeyVerifier({ timestamp: false })
    expect([untimed.weaknesses, untimed.demands?.untimed]).toEqual([['no-time', 'no-nonce', 'no-url'], true])
    expect(textOf(() => turnkeyVerifier({ time: true } as never))).toContain('did you mean "timestamp"')
  })
})

describe('static tokens', () => {
  const token = utf8('a-token-of-many-letters')
  const uses: string[] = []
  const record = { key: staticTokenKey({ keyId: 'old', token, onUse: ({ keyId }) => uses.push(keyId) }) }
  const policy = { perScheme: { 'static-token': { untimed: noReplayProtection } } } as const
  const request = httpRequest({ url: `https://${HOST}/a` })

  test('they are off until a policy states otherwise, and each use is reported', async () => {
    expect(codeOf(() => judge([staticTokenVerifier()], [record]))).toBe('CONFIG_INVALID')
    const message = await signed(staticToken({ keyId: 'old', token }), request)
    expect(message.fields.at(-1)).toBe(`Basic ${base64(utf8('old:a-token-of-many-letters'))}`)
    const verdict = judge([staticTokenVerifier()], [record], { policy })
    uses.length = 0
    expect(await verdict(message)).toBe('ok')
    expect(await verdict(message)).toBe('ok')
    expect(
      await verdict(withValue(message, 'authorization', () => `Basic ${base64(utf8('old:another-token-here'))}`)),
    ).toBe('SIGNATURE_INVALID')
    expect(uses).toEqual(['old', 'old'])
  })

  test('a field of its own holds the token alone', async () => {
    const scheme = staticTokenVerifier({ field: 'x-api-key', keyId: 'old' })
    const message = await signed(staticToken({ keyId: 'old', token, field: 'X-Api-Key' }), request)
    expect(message.fields.at(-1)).toBe('a-token-of-many-letters')
    expect(await judge([scheme], [record], { policy })(message)).toBe('ok')
    expect(await judge([scheme], [record], { policy })(withLine(message, 'X-Api-Key', 'b'))).toBe('HEADER_DUPLICATE')
  })

  test('a key for tokens takes nothing of another scheme, and the other way round', async () => {
    const message = await signed(staticToken({ keyId: 'old', token }), request)
    const secret = hmacKey({ keyId: 'old', algorithm: 'hmac-sha256', secret: token })
    expect(await judge([staticTokenVerifier()], [{ key: secret }], { policy })(message)).toBe('SIGNATURE_INVALID')
    expect(record.key.verify('some other base', new Uint8Array(32))).toBe(false)
  })

  test('what is malformed is refused, and a token that is short', async () => {
    const verdict = judge([staticTokenVerifier()], [record], { policy })
    for (const value of ['Basic !', 'Basic b2xk', `Basic ${base64(utf8(':x'))}`, `Basic ${base64(utf8('old:a b'))}`])
      expect(await verdict(withLine(request, 'Authorization', value))).toBe('AUTH_MALFORMED')
    expect(codeOf(() => staticTokenKey({ keyId: 'old', token: utf8('short'), onUse: () => {} }))).toBe('KEY_WEAK')
    expect(codeOf(() => staticTokenKey({ keyId: 'old', token } as never))).toBe('CONFIG_INVALID')
    expect(codeOf(() => staticTokenVerifier({ field: 'x-api-key' }))).toBe('CONFIG_INVALID')
  })

  test('a token is read as the hash of what was shown', () => {
    const signature = new Uint8Array(createHash('sha256').update('a-token:of-letters').digest())
    const found = {
      ...{ label: '', tag: undefined, keyId: 'old', claimedAlgorithm: undefined, createdMs: undefined },
      ...{ expiresMs: undefined, nonce: undefined, bodyDigests: [], signature, base: 'countersign static token\n' },
    }
    const basic = withLine(request, 'Authorization', `Basic ${base64(utf8('old:a-token:of-letters'))}`)
    const [covered, covers] = [['authorization'], ['field:authorization']]
    expect(only(staticTokenVerifier(), basic)).toMatchObject({ ...found, covered, covers })
    const own = staticTokenVerifier({ field: 'X-Api-Key', keyId: 'old' })
    expect(only(own, withLine(request, 'x-api-key', 'a-token:of-letters'))).toMatchObject({
      ...{ ...found, covered: ['x-api-key'], covers: ['field:x-api-key'] },
    })
    for (const scheme of [staticTokenVerifier(), own]) {
      expect(scheme.parse(request)).toEqual([])
      expect(scheme.parse(withLine(request, 'Authorization', 'Bearer x'))).toEqual([])
      const response = httpResponse({ status: 200, headers: { authorization: 'Basic x', 'x-api-key': 'x' } })
      expect(scheme.parse(response)).toEqual([])
    }
  })

  test('the user name of Basic is not empty, and ends at the first colon', () => {
    const parse = (pair: string) =>
      only(staticTokenVerifier(), withLine(request, 'Authorization', `Basic ${base64(utf8(pair))}`))
    expect(parse('a:b:c')).toMatchObject({ keyId: 'a' })
    for (const pair of [':a-token', 'a-token', ''])
      expect(() => parse(pair)).toThrow(
        withCode('AUTH_MALFORMED', 'Basic must be an id and a token in canonical base64'),
      )
  })

  test('a token is of visible ASCII, from 16 bytes to 1024', () => {
    const own = staticTokenVerifier({ field: 'x-api-key', keyId: 'old' })
    const shown = (text: string) => () => own.parse(withLine(request, 'x-api-key', text))
    expect(shown('a'.repeat(1_024))).not.toThrow()
    for (const text of ['', 'a'.repeat(1_025), 'a b', 'é'])
      expect(shown(text)).toThrow(withCode('AUTH_MALFORMED', 'the token must be visible ASCII'))
    const made = (bytes: Uint8Array) => () => staticTokenKey({ keyId: 'old', token: bytes, onUse: () => {} })
    for (const length of [16, 1_024]) expect(made(new Uint8Array(length).fill(0x61))).not.toThrow()
    expect(made(new Uint8Array(15).fill(0x61))).toThrow(withCode('KEY_WEAK', 'at least 16 bytes, got 15'))
    for (const bytes of [new Uint8Array(1_025).fill(0x61), new Uint8Array(16).fill(0xff), new Uint8Array(16)])
      expect(made(bytes)).toThrow(withCode('ARGUMENT_INVALID', '"token" must be visible ASCII'))
  })

  test('a key says yes to its token alone, whatever the function that is told of it does', () => {
    const seen: object[] = []
    const own = staticTokenKey({
      ...{ keyId: 'old', token },
      onUse: (use) => {
        seen.push(use)
        throw new Error('of the listener')
      },
    })
    const shown = new Uint8Array(createHash('sha256').update(token).digest())
    const base = 'countersign static token\n'
    expect([Object.isFrozen(own), own.keyId, own.algorithm]).toEqual([true, 'old', 'hmac-sha256'])
    for (const [text, bytes] of [
      ['another base', shown],
      [utf8(base), shown],
      [base, new Uint8Array(32)],
      [base, token],
    ] as const)
      expect(own.verify(text, bytes)).toBe(false)
    expect(seen).toEqual([])
    expect(own.verify(base, shown)).toBe(true)
    expect(seen).toEqual([{ keyId: 'old' }])
  })

  test('a signer writes the field that is stated, where it is not there yet', async () => {
    const basic = `Basic ${base64(utf8('old:a-token-of-many-letters'))}`
    expect((await signed(staticToken({ keyId: 'old', token, field: 'AUTHORIZATION' }), request)).fields).toEqual([
      ...[...request.fields, 'AUTHORIZATION', basic],
    ])
    const signer = staticToken({ keyId: 'old', token, field: 'X-Api-Key' })
    const { keyId, algorithm } = signer.key
    const context = { keyId, algorithm, nowMs: NOW, nonce: '' }
    const one = signer.scheme.prepare(request, context)
    expect([Object.isFrozen(signer.key), signer.scheme.id, one.encoding]).toEqual([true, 'static-token', 'base64'])
    expect(signer.key.sign('')).toEqual(new Uint8Array(createHash('sha256').update(token).digest()))
    expect(one.trace()).toEqual({ scheme: 'static-token', base: 'countersign static token\n', covered: [] })
    expect(() => signer.scheme.prepare(withLine(request, 'x-api-key', 'x'), context)).toThrow(
      withCode('MESSAGE_MALFORMED', 'staticToken: the request has a field "x-api-key" already'),
    )
  })

  test('set-ups that cannot be meant are refused', () => {
    for (const [make, text] of [
      [() => staticToken({ keyId: 'a:b', token }), '"keyId" must not hold a colon'],
      [() => staticToken({ keyId: 'a', token, header: 'x' } as never), 'did you mean "field"'],
      [() => staticToken({ keyId: 'a', password: token } as never), 'did you mean "token"'],
      [() => staticTokenKey({ username: 'a', token } as never), 'did you mean "keyId"'],
      [() => staticTokenKey({ keyId: 'a', token } as never), '"onUse"'],
      [() => staticTokenVerifier({ keyId: 'a' }), '"keyId" must be given with a field of its own, and only then'],
      [() => staticTokenVerifier({ field: 'Authorization', keyId: 'a' }), '"keyId" must be given with a field'],
      [() => staticTokenVerifier({ field: 'x-api-key' }), '"keyId" must be given with a field of its own'],
      [() => staticTokenVerifier({ header: 'x' } as never), 'did you mean "field"'],
    ] as const)
      expect(textOf(make)).toContain(text)
    for (const field of ['a b', '', 'a\n']) {
      expect(() => staticToken({ keyId: 'a', token, field })).toThrow()
      expect(() => staticTokenVerifier({ field, keyId: 'a' })).toThrow()
    }
    expect(() => staticToken({ keyId: '', token })).toThrow(withCode('ARGUMENT_INVALID'))
    expect(() => staticTokenKey({ keyId: '', token, onUse: () => {} })).toThrow(withCode('ARGUMENT_INVALID'))
  })

  test('a verifier states that a token proves nothing but itself', () => {
    expect(stated(staticTokenVerifier())).toEqual({
      ...{ id: 'static-token', readsBody: false },
      weaknesses: ['shared-token', 'no-time', 'no-nonce', 'no-method', 'no-url', 'no-body'],
      demands: expect.objectContaining({
        ...{ require: ['field:authorization'], requireWithBody: [], requireNonce: false, untimed: true },
        algorithms: ['hmac-sha256'],
      }),
    })
    expect(staticTokenVerifier().challenge?.(new Set(), {} as never)).toEqual({
      ...{ field: 'WWW-Authenticate', value: 'Basic realm="api"' },
    })
    const own = staticTokenVerifier({ field: 'x-api-key', keyId: 'old' })
    expect(own.challenge?.(new Set(), {} as never)).toBeUndefined()
    expect([...(own.demands?.require ?? [])]).toEqual(['field:x-api-key'])
  })
})
