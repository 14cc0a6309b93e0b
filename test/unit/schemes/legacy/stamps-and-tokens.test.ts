import { describe, expect, test } from 'vitest'
import { base64, base64url, hex, utf8 } from '../../../../src/crypto/encoding.js'
import { ecdsaPrivateKey, exportPublicKey, hmacKey } from '../../../../src/crypto/index.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { staticToken, staticTokenKey, staticTokenVerifier } from '../../../../src/schemes/legacy/static-token/index.js'
import { turnkey, turnkeyVerifier } from '../../../../src/schemes/legacy/turnkey/index.js'
import { noReplayProtection } from '../../../../src/server/policy/policy.js'
import { codeOf } from '../../../expect-code.js'
import { HOST, judge, NOW, signed, withLine, withValue } from './judge.js'

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
    expect(codeOf(() => turnkey({ key: { ...key, keyId: 'api-1' } }))).toBe('CONFIG_INVALID')
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
})
