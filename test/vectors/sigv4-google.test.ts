import { describe, expect, test } from 'vitest'
import { importSigningKey, type PrivateKey, type SigningKey } from '../../src/crypto/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import { signPrepared, type UntrustedSignature } from '../../src/schemes/scheme.js'
import {
  goog4PostPolicy,
  goog4Url,
  goog4Verifier,
  type PolicyCondition,
  verifyPostPolicy,
} from '../../src/schemes/sigv4/index.js'
import { codeOf } from '../expect-code.js'
import { describeShared, haveSharedVectors, sharedJson } from '../shared-vectors.js'

/** A row of googleapis/conformance-tests, storage/v1/v4_signatures.json (Apache-2.0). */
interface Row {
  readonly description: string
  readonly method: string
  readonly expiration: number
  readonly timestamp: string
  readonly headers?: Readonly<Record<string, string>>
  readonly expectedUrl: string
  readonly expectedCanonicalRequest: string
  readonly expectedStringToSign: string
}

const rows = haveSharedVectors
  ? sharedJson<{ readonly signingV4Tests: readonly Row[] }>('gcs/v4_signatures.json').signingV4Tests
  : []

const ACCOUNT = 'gcs/test_service_account.not-a-test.json'
const accountKey = async (): Promise<SigningKey & PrivateKey> => {
  const { client_email: keyId, private_key: pem } = sharedJson<{ client_email: string; private_key: string }>(ACCOUNT)
  return importSigningKey(pem, { keyId, algorithm: 'rsa-v1_5-sha256' })
}

/** The request whose URL is expected, and the same without the signature. */
function requests({ method, expectedUrl, headers = {} }: Row): readonly [signed: HttpRequest, bare: HttpRequest] {
  const [, scheme = '', authority = '', target = ''] = /^(https?):\/\/([^/]+)(\/.*)$/.exec(expectedUrl) ?? []
  const signed = { method, scheme, authority, target, fields: Object.entries(headers).flat(), body: null }
  const [path = '', query = ''] = target.split('?')
  const own = /^X-Goog-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature)=/
  const rest = query.split('&').filter((pair) => !own.test(pair))
  return [signed, { ...signed, target: rest.length === 0 ? path : `${path}?${rest.join('&')}` }]
}

describeShared('the conformance tests of Google Cloud Storage', () => {
  test('the tests of URLs are 29', () => {
    expect(rows).toHaveLength(29)
  })

  describe.each(rows.map((one) => [one.description, one] as const))('%s', (description, one) => {
    const [signed, bare] = requests(one)

    test('the request is signed as it is published', async () => {
      const key = await accountKey()
      const { scheme } = goog4Url({ key, expiresS: one.expiration })
      const prepared = scheme.prepare(bare, {
        keyId: key.keyId,
        algorithm: key.algorithm,
        nowMs: Date.parse(one.timestamp),
        nonce: '',
      })
      // The canonical request of this row is that of another one, as its string to sign shows.
      if (description !== 'Universe domain with virtual hosted style')
        expect(prepared.trace().canonical).toBe(one.expectedCanonicalRequest)
      expect(prepared.base).toBe(one.expectedStringToSign)
      const { target } = await signPrepared(prepared, key)
      expect(target.split('X-Goog-Signature=')[1]).toBe(/X-Goog-Signature=(\w+)/.exec(one.expectedUrl)?.[1])
    })

    test('the published request is verified', async () => {
      const { verifyingKey } = await accountKey()
      if (description === 'Signed Payload Instead of UNSIGNED-PAYLOAD') {
        // The hash that the file states has 63 digits.
        expect(codeOf(() => goog4Verifier().parse(signed))).toBe('AUTH_MALFORMED')
        return
      }
      const [found] = goog4Verifier().parse(signed) as [UntrustedSignature]
      expect(found.base).toBe(one.expectedStringToSign)
      expect(await verifyingKey.verify(found.base, found.signature)).toBe(true)
    })
  })
})

interface PolicyRow {
  readonly description: string
  readonly policyInput: {
    readonly bucket: string
    readonly object: string
    readonly expiration: number
    readonly timestamp: string
    readonly fields?: Readonly<Record<string, string>>
    readonly conditions?: { readonly startsWith?: [string, string]; readonly contentLengthRange?: [number, number] }
  }
  readonly policyOutput: { readonly fields: Readonly<Record<string, string>>; readonly expectedDecodedPolicy: string }
}

const forms = haveSharedVectors
  ? sharedJson<{ readonly postPolicyV4Tests: readonly PolicyRow[] }>('gcs/v4_signatures.json').postPolicyV4Tests
  : []

describeShared('the upload forms of Google Cloud Storage', () => {
  test('the tests of forms are 11', () => {
    expect(forms).toHaveLength(11)
  })

  test.each(forms.map((one) => [one.description, one] as const))(
    'the form is signed as it is published: %s',
    async (_, { policyInput, policyOutput }) => {
      const key = await accountKey()
      const { bucket, object, expiration, timestamp, fields = {}, conditions: more = {} } = policyInput
      const { startsWith, contentLengthRange } = more
      const conditions: PolicyCondition[] = []
      if (startsWith !== undefined) conditions.push(['starts-with', ...startsWith])
      if (contentLengthRange !== undefined) conditions.push(['content-length-range', ...contentLengthRange])
      for (const [name, value] of Object.entries(fields)) conditions.push({ [name]: value })
      conditions.push({ bucket }, { key: object })
      const nowMs = Date.parse(timestamp)
      const signed = await goog4PostPolicy({ key, conditions, expiresS: expiration, nowMs })
      expect(signed).toEqual(policyOutput.fields)
      const form = await verifyPostPolicy({
        fields: [...Object.entries(signed), ...(startsWith === undefined ? [] : ([['acl', 'public-read']] as const))],
        bucket,
        fileBytes: 250,
        keyFor: () => key.verifyingKey,
        nowMs,
      })
      expect(form.fields.get('key')).toBe(object)
    },
  )
})
