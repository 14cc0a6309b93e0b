import { describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../../src/crypto/encoding.js'
import { hmacSha1Key } from '../../../src/crypto/hmac-sha1-key.js'
import { isAlgorithm } from '../../../src/crypto/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/signer.js'
import { rfc9421Verifier } from '../../../src/schemes/rfc9421/verifier.js'
import { signPreparedSync } from '../../../src/schemes/scheme.js'
import { staticKeys } from '../../../src/server/index.js'
import { strictPolicy } from '../../../src/server/policy/strict-policy.js'
import { createVerifier, noReplayProtection } from '../../../src/server/verifier.js'
import { codeOf, verdictCode } from '../../expect-code.js'

describe('HMAC-SHA1', () => {
  test.each([
    // RFC 2202 3, cases 1, 2 and 6.
    [new Uint8Array(20).fill(0x0b), 'Hi There', 'b617318655057264e28bc0b6fb378c8ef146be00'],
    [utf8('Jefe'), 'what do ya want for nothing?', 'effcdf6ae5eb2fa2d27416d5f184df9c259a7c79'],
    [
      new Uint8Array(80).fill(0xaa),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      'aa4ae5e15272d00e95705637ce8a3b55ed402112',
    ],
  ])('signs the cases of RFC 2202 (%#)', (secret, text, expected) => {
    const key = hmacSha1Key({ keyId: 'k', secret })
    expect(hex(key.sign(text))).toBe(expected)
    expect(key.verify(utf8(text), key.sign(text))).toBe(true)
    expect(key.verify(`${text} `, key.sign(text))).toBe(false)
    expect(key.verify(text, key.sign(text).subarray(0, 19))).toBe(false)
  })

  test('is no algorithm that a key can be imported or generated for', () => {
    expect(isAlgorithm('hmac-sha1')).toBe(false)
    expect(codeOf(() => hmacSha1Key({ keyId: 'k', secret: new Uint8Array(0) }))).toBe('KEY_WEAK')
  })

  test('is taken by a verifier only where the policy names it', async () => {
    const key = hmacSha1Key({ keyId: 'k', secret: new Uint8Array(20).fill(1) })
    const { scheme } = rfc9421({ key })
    const context = { keyId: 'k', algorithm: key.algorithm, nowMs: Date.now(), nonce: 'a-nonce-of-16-chars' }
    const request = signPreparedSync(scheme.prepare(httpRequest({ url: 'https://api.example.com/' }), context), key)
    const judge = async (policy: object) => {
      const verifier = createVerifier({
        schemes: [rfc9421Verifier()],
        keys: staticKeys([{ key }]),
        policy: strictPolicy({ authorities: ['api.example.com'], ...policy }),
        replay: noReplayProtection,
      })
      const verdict = await verifier.verify(request)
      return verdictCode(verdict)
    }
    expect(await judge({})).toBe('ALG_MISMATCH')
    expect(await judge({ algorithms: ['hmac-sha256'] })).toBe('ALG_MISMATCH')
    expect(await judge({ algorithms: ['hmac-sha1'] })).toBe('ok')
  })
})
