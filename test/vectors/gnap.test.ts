import { expect, test } from 'vitest'
import { importVerifyingKey, type VerifyingKey } from '../../src/crypto/index.js'
import { httpRequest } from '../../src/message/message.js'
import { gnapRotationVerifier, gnapVerifier } from '../../src/schemes/rfc9421/profiles/index.js'
import type { UntrustedSignature } from '../../src/schemes/scheme.js'
import { codeOf } from '../expect-code.js'
import VECTORS from './profiles/gnap.json' with { type: 'json' }
import { publishedVerifyingKey } from './rfc9421/data.js'

const { request, rotation } = VECTORS

const rotated = (signature: string, newInput = rotation.newInput) =>
  httpRequest({
    method: 'POST',
    url: rotation.url,
    headers: {
      ...rotation.headers,
      'signature-input': `old-key=${rotation.oldInput}, new-key=${newInput}`,
      signature: `old-key=:${signature}:, new-key=:${rotation.newSignature}:`,
    },
  })

test('the request of RFC 9635 7.3.1 verifies by the key of the client instance', async () => {
  const message = httpRequest({ method: 'POST', url: request.url, headers: request.headers })
  const key: VerifyingKey = await importVerifyingKey(request.key, { keyId: 'gnap-rsa', algorithm: 'rsa-pss-sha512' })
  const [found] = gnapVerifier().parse(message) as [UntrustedSignature]
  expect(await key.verify(found.base, found.signature)).toBe(true)
})

test('the rotation of RFC 9635 7.3.1.1 gives the base that is printed there', () => {
  const [found] = gnapRotationVerifier().parse(rotated(rotation.oldSignatureOfBase)) as [UntrustedSignature]
  expect(found.base).toBe(rotation.newBase.join('\n'))
  expect([found.label, found.keyId]).toEqual(['new-key', 'xyz-2'])
})

test('both signatures of the old key that RFC 9635 7.3.1.1 prints verify: ECDSA gives another one each time', async () => {
  const key = await publishedVerifyingKey('test-key-ecc-p256')
  const verified = async (signature: string) => {
    const [found] = gnapVerifier().parse(rotated(signature)) as [UntrustedSignature]
    return key.verify(found.base, found.signature)
  }
  expect(await verified(rotation.oldSignatureOfBase)).toBe(true)
  expect(await verified(rotation.oldSignature)).toBe(true)
})

test.each([
  ['its value and not its input', ' "signature-input";key="old-key"', 'COMPONENT_MISSING'],
  ['not its value', ' "signature";key="old-key"', 'COMPONENT_MISSING'],
  ['not the token that it covers', ' "authorization"', 'COMPONENT_MISSING'],
])('a new key that covers %s of the old signature is refused', (_, lost, code) => {
  const message = rotated(rotation.oldSignatureOfBase, rotation.newInput.replace(lost, ''))
  expect(codeOf(() => gnapRotationVerifier().parse(message))).toBe(code)
})

test.each([
  ['without the target', rotation.oldInput.replace(' "@target-uri"', ''), 'COMPONENT_MISSING'],
  ['without the token', rotation.oldInput.replace(' "authorization"', ''), 'COMPONENT_MISSING'],
  ['without a time', rotation.oldInput.replace(';created=1618884475', ''), 'TIMESTAMP_MALFORMED'],
  ['with an algorithm', `${rotation.oldInput};alg="ecdsa-p256-sha256"`, 'AUTH_MALFORMED'],
])('a request %s is none of GNAP', (_, input, code) => {
  const headers = { ...rotation.headers, 'signature-input': `a=${input}`, signature: 'a=:AAAA:' }
  expect(codeOf(() => gnapVerifier().parse(httpRequest({ method: 'POST', url: rotation.url, headers })))).toBe(code)
})
