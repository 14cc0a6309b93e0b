import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'

const DIGEST = 'RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='
const FINAL = `Content-Digest: sha-256=:${DIGEST}:\nSignature-Input: sig1=("@method" "@target-uri" "content-digest");created=1700000000;keyid="k"\nSignature: sig1=:${'A'.repeat(342)}==:\n`
const DRAFT = `Digest: SHA-256=${DIGEST}\nSignature: keyId="k",algorithm="rsa-sha256",headers="(request-target) date digest",signature="${'A'.repeat(342)}=="\n`
const idsOf = async (fields: string, answer: string) => {
  const text = `POST /inbox HTTP/1.1\nHost: a.example\nDate: Tue, 14 Nov 2023 22:13:20 GMT\n${fields}Content-Length: 2\n\n{}`
  return (await diagnose(text, { refusal: answer })).findings.map(({ id }) => id)
}

describe('a receiver of another age than the request', () => {
  test.each([
    ['No digest provided', FINAL],
    ['Missing required header: Digest', FINAL],
    ['{"error":"Mastodon requires the Digest header to be signed when doing a POST request"}', FINAL],
    ['Incompatible request signature. keyId and signature are required', FINAL],
    ['Content-Digest header is required', DRAFT],
  ])('"%s" is named where the request has the field of the other age', async (answer, fields) => {
    expect(await idsOf(fields, answer)).toContain('field-of-other-age')
  })

  test.each([
    ['Digest header is missing', DRAFT],
    ['Content-Digest header is required', FINAL],
    ['The digest does not match', FINAL],
    ['no such digest algorithm-id of yours. It is missing', DRAFT],
  ])('"%s" is not where the request has the field that is asked for, or nothing is missed', async (answer, fields) => {
    expect(await idsOf(fields, answer)).not.toContain('field-of-other-age')
  })
})
