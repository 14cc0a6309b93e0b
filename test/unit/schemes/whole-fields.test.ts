import { describe, expect, test } from 'vitest'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { SyncSigningKey } from '../../../src/crypto/key.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { defineHeaderScheme } from '../../../src/schemes/header/define-header-scheme.js'
import { type Signer, signPreparedSync, type VerifyScheme } from '../../../src/schemes/scheme.js'
import {
  acs3,
  acs3Key,
  acs3Verifier,
  sigv4,
  sigv4Key,
  sigv4Verifier,
  tc3,
  tc3Key,
  tc3Verifier,
} from '../../../src/schemes/sigv4/index.js'
import { codeOf } from '../../expect-code.js'

const access = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const place = { region: 'a', service: 'orders' }
const CLOUDS: Readonly<Record<string, readonly [Signer<SyncSigningKey>, VerifyScheme]>> = {
  sigv4: [sigv4({ key: sigv4Key(access), ...place }), sigv4Verifier()],
  acs3: [acs3({ key: acs3Key(access) }), acs3Verifier()],
  tc3: [tc3({ key: tc3Key(access), service: 'cvm' }), tc3Verifier()],
}

const signed = ({ scheme, key }: Signer<SyncSigningKey>, headers: readonly string[]): HttpRequest => {
  const { keyId, algorithm } = key
  const request = httpRequest({ url: 'https://api.example.com/', headers })
  const context = { keyId, algorithm, nowMs: 1_790_000_000_000, nonce: 'nonce-0123456789abcdef' }
  return signPreparedSync(scheme.prepare(request, context), key)
}

describe('a field counts as covered only where no other value has the same signature', () => {
  test.each([
    ['sigv4', ['x-a', 'one two'], true],
    ['sigv4', ['x-a', ' \tone two '], true],
    ['sigv4', ['x-a', 'one  two'], false],
    ['sigv4', ['x-a', 'one\ttwo'], false],
    ['acs3', ['x-acs-a', '1'], true],
    ['acs3', ['x-acs-a', '1', 'x-acs-a', '2'], false],
    ['tc3', ['x-tc-action', 'describe'], true],
    ['tc3', ['X-TC-Action', 'DescribeInstances'], false],
  ] as const)('at %s the field %j is covered: %s', (name, headers, isCovered) => {
    const [signer, verifier] = CLOUDS[name] as (typeof CLOUDS)[string]
    const [found] = verifier.parse(signed(signer, headers))
    expect(found?.covers.has(`field:${headers[0].toLowerCase()}`)).toBe(isCovered)
  })

  test('what only JavaScript calls white space is a part of a value', () => {
    const [signer, verifier] = CLOUDS['sigv4'] as (typeof CLOUDS)[string]
    const request = signed(signer, ['x-a', ' one  two'])
    const odd = { ...request, fields: request.fields.map((one) => (one === ' one  two' ? ' \u00a0one  two' : one)) }
    expect(codeOf(() => verifier.parse(odd)[0]?.base)).toBe('MESSAGE_MALFORMED')

    const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
    const own = defineHeaderScheme({
      id: 'acme',
      headers: { key: 'X-Key', timestamp: 'X-Time', nonce: 'X-Nonce', signature: 'X-Signature' },
      base: ['timestamp', 'nonce', 'method', 'target', 'field:x-tenant', 'body-sha256'],
    })
    const good = signed(own.signer({ key }), ['X-Tenant', 'alice'])
    for (const value of ['\u00a0alice', 'alice\u00a0', 'alice\nx', 'al\u00efce']) {
      const fields = good.fields.map((one) => (one === 'alice' ? value : one))
      expect(codeOf(() => own.verifier().parse({ ...good, fields })[0]?.base)).toBe('AUTH_MALFORMED')
    }
  })
})
