import { describe, expect, test } from 'vitest'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { type Signer, signPreparedSync, type UntrustedSignature } from '../../src/schemes/scheme.js'
import { presign, sigv4, sigv4Key, sigv4Verifier } from '../../src/schemes/sigv4/index.js'

// Amazon S3 API Reference, "Signature calculations for the Authorization header: transferring payload in a single chunk" and
// "Authenticating requests: using query parameters".
const key = sigv4Key({
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
})
const place = { key, region: 'us-east-1', service: 's3' }
const nowMs = Date.UTC(2013, 4, 24)
const HOST = 'https://examplebucket.s3.amazonaws.com'

const signed = (request: HttpRequest, { scheme }: Signer = sigv4(place)): HttpRequest =>
  signPreparedSync(scheme.prepare(request, { keyId: key.keyId, algorithm: 'hmac-sha256', nowMs, nonce: '' }), key)

const signatureIn = ({ fields }: HttpRequest): string | undefined => /Signature=(\w+)$/.exec(fields.at(-1) ?? '')?.[1]

const EXAMPLES: ReadonlyArray<readonly [string, HttpRequest, string]> = [
  [
    'GET of a range',
    httpRequest({ url: `${HOST}/test.txt`, headers: { range: 'bytes=0-9' } }),
    'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  ],
  [
    'PUT of an object',
    httpRequest({
      method: 'PUT',
      url: `${HOST}/test$file.text`,
      headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      body: 'Welcome to Amazon S3.',
    }),
    '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  ],
  [
    'GET of a life cycle',
    httpRequest({ url: `${HOST}/?lifecycle` }),
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    'GET of a list',
    httpRequest({ url: `${HOST}/?max-keys=2&prefix=J` }),
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
]

describe('the examples of Amazon S3', () => {
  test.each(EXAMPLES)('the signature is as it is printed: %s', (_, request, signature) => {
    const message = signed(request)
    expect(signatureIn(message)).toBe(signature)
    const [found] = sigv4Verifier({ service: 's3' }).parse(message) as [UntrustedSignature]
    expect(key.verify(found.base, found.signature)).toBe(true)
    expect(found.covers.has('body')).toBe(true)
  })

  test('the signed URL is as it is printed', () => {
    const url = presign({ ...place, url: `${HOST}/test.txt`, expiresS: 86_400, nowMs })
    expect(url).toBe(
      `${HOST}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
    )
    const [found] = sigv4Verifier({ service: 's3' }).parse(httpRequest({ url })) as [UntrustedSignature]
    expect(key.verify(found.base, found.signature)).toBe(true)
    expect(found.expiresMs).toBe(nowMs + 86_400_000)
  })
})
