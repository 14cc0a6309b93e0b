import { describe, expect, test } from 'vitest'
import { sha256Hex } from '#backend/sha256'
import { hex, hexDecode } from '../../src/crypto/encoding.js'
import { ecdsaSignatureOfDer } from '../../src/crypto/format/ecdsa-signature.js'
import { exportPublicKey } from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { type Signer, signPreparedSync, type UntrustedSignature } from '../../src/schemes/scheme.js'
import {
  sigv4,
  sigv4a,
  sigv4aKey,
  sigv4aUrl,
  sigv4aVerifier,
  sigv4Key,
  sigv4Url,
  sigv4Verifier,
} from '../../src/schemes/sigv4/index.js'
import { signAwsRequest } from '../../src/schemes/sigv4/sign-header.js'
import { describeShared } from '../shared-vectors.js'
import { type SuiteCase, suiteCases, suiteRequest } from './sigv4/suite.js'

const CASES = suiteCases('v4')

const keyOf = ({ context: { credentials } }: SuiteCase) =>
  sigv4Key({ accessKeyId: credentials.access_key_id, secretAccessKey: credentials.secret_access_key })

const optionsOf = ({ context }: SuiteCase) => ({
  region: context.region,
  service: context.service,
  normalizePath: context.normalize,
  signBodyHeader: context.sign_body,
  ...(context.credentials.token !== undefined && { sessionToken: context.credentials.token }),
  omitSessionToken: context.omit_session_token === true,
})

const prepared = (one: SuiteCase, { scheme, key }: Signer) =>
  scheme.prepare(one.request, {
    keyId: key.keyId,
    algorithm: key.algorithm,
    nowMs: Date.parse(one.context.timestamp),
    nonce: '',
  })

const verifierOf = ({ context }: SuiteCase) =>
  sigv4Verifier({
    region: context.region,
    service: context.service,
    normalizePath: context.normalize,
    omitSessionToken: context.omit_session_token === true,
  })

/** The one signature of a message, which has to be that of the suite. */
function verified(one: SuiteCase, message: HttpRequest, file: string): void {
  const [found] = verifierOf(one).parse(message) as [UntrustedSignature]
  expect(found.base).toBe(one.text(`${file}-string-to-sign`))
  expect(keyOf(one).verify(found.base, found.signature)).toBe(true)
}

describeShared('the AWS signing test suite, SigV4', () => {
  test('the suite has 38 cases', () => {
    expect(CASES).toHaveLength(38)
  })

  describe.each(CASES.map((one) => [one.name, one] as const))('%s', (_, one) => {
    test('the Authorization field is as it is published', () => {
      const key = keyOf(one)
      const ready = prepared(one, sigv4({ key, ...optionsOf(one) }))
      expect(ready.trace().canonical).toBe(one.text('header-canonical-request'))
      expect(ready.base).toBe(one.text('header-string-to-sign'))
      const signed = signPreparedSync(ready, key)
      expect(signed.fields.at(-1)).toContain(`Signature=${one.text('header-signature')}`)
      verified(one, signed, 'header')
      verified(one, suiteRequest(one.text('header-signed-request')), 'header')
    })

    test('signAwsRequest makes the same field', () => {
      const { credentials, region, service, normalize, sign_body, timestamp } = one.context
      const { method, authority, target, fields, body } = one.request
      const [pathname = '', ...search] = target.split(/(?=\?)/)
      const bytes = (body ?? new Uint8Array(0)) as Uint8Array
      const token = one.context.omit_session_token === true ? undefined : credentials.token
      const added = signAwsRequest(
        {
          method,
          url: { host: authority, pathname, search: search.join('') },
          headers: fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] as string] as const] : [])),
          ...(sign_body ? { payloadHash: sha256Hex(bytes) } : { body: bytes }),
        },
        {
          accessKeyId: credentials.access_key_id,
          secretAccessKey: credentials.secret_access_key,
          ...(token !== undefined && { sessionToken: token }),
        },
        { region, service, normalizePath: normalize },
        Date.parse(timestamp),
      )
      expect(added['Authorization']).toContain(`Signature=${one.text('header-signature')}`)
      verified(one, { ...one.request, fields: [...fields, ...Object.entries(added).flat()] }, 'header')
    })

    test('the signed URL is as it is published', () => {
      const key = keyOf(one)
      const { signBodyHeader: _, ...options } = optionsOf(one)
      const signer = sigv4Url({ key, ...options, expiresS: one.context.expiration_in_seconds })
      const ready = prepared(one, signer)
      expect(ready.trace().canonical).toBe(one.text('query-canonical-request'))
      expect(ready.base).toBe(one.text('query-string-to-sign'))
      const signed = signPreparedSync(ready, key)
      expect(signed.target).toContain(`&X-Amz-Signature=${one.text('query-signature')}`)
      verified(one, signed, 'query')
      verified(one, suiteRequest(one.text('query-signed-request')), 'query')
    })
  })
})

const CASES_A = suiteCases('v4a')

describeShared('the AWS signing test suite, SigV4a', () => {
  test('the suite has 38 cases', () => {
    expect(CASES_A).toHaveLength(38)
  })

  describe.each(CASES_A.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const { credentials, region, service, normalize, omit_session_token } = one.context
    const pair = sigv4aKey({
      accessKeyId: credentials.access_key_id,
      secretAccessKey: credentials.secret_access_key,
    })
    const verifier = sigv4aVerifier({
      region,
      service,
      normalizePath: normalize,
      omitSessionToken: omit_session_token === true,
    })
    const { region: __, ...options } = optionsOf(one)
    const { signBodyHeader, ...rest } = options
    const verifiedA = (message: HttpRequest, file: string): void => {
      const [found] = verifier.parse(message) as [UntrustedSignature]
      expect(found.base).toBe(one.text(`${file}-string-to-sign`))
      expect(pair.verifyingKey.verify(found.base, found.signature)).toBe(true)
    }

    test('the key pair is derived as it is published', () => {
      const { X, Y } = one.json<{ readonly X: string; readonly Y: string }>('public-key')
      expect(hex(exportPublicKey(pair.verifyingKey, 'der')).slice(-128)).toBe(X + Y)
    })

    test.each([
      ['header', sigv4a({ key: pair, regionSet: region, ...rest, signBodyHeader })],
      ['query', sigv4aUrl({ key: pair, regionSet: region, ...rest, expiresS: one.context.expiration_in_seconds })],
    ] as const)('the signature in the %s is verified', (file, signer) => {
      const ready = prepared(one, signer)
      expect(ready.trace().canonical).toBe(one.text(`${file}-canonical-request`))
      expect(ready.base).toBe(one.text(`${file}-string-to-sign`))
      verifiedA(signPreparedSync(ready, pair), file)
      verifiedA(suiteRequest(one.text(`${file}-signed-request`)), file)
      // The signature beside the request, of another run.
      const signature = ecdsaSignatureOfDer(hexDecode(one.text(`${file}-signature`)) as Uint8Array, 32) as Uint8Array
      expect(pair.verifyingKey.verify(ready.base, signature)).toBe(true)
    })
  })
})
