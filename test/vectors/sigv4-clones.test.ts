import { describe, expect, test } from 'vitest'
import type { HmacKey } from '../../src/crypto/key.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { type Signer, signPreparedSync, type UntrustedSignature, type VerifyScheme } from '../../src/schemes/scheme.js'
import { acs3, acs3Key, acs3Verifier, tc3, tc3Key, tc3Verifier } from '../../src/schemes/sigv4/index.js'

interface Row {
  readonly name: string
  readonly signer: Signer<HmacKey>
  readonly verifier: VerifyScheme
  readonly request: HttpRequest
  readonly nowMs: number
  readonly nonce?: string
  readonly base: string
  readonly authorization: string
}

const ROWS: readonly Row[] = [
  {
    // Tencent Cloud, "Signature v3", the example of DescribeInstances.
    name: 'Tencent Cloud',
    signer: tc3({
      key: tc3Key({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'Gu5t9xGARNpq86cd98joQYCN3EXAMPLE' }),
      service: 'cvm',
    }),
    verifier: tc3Verifier({ service: 'cvm' }),
    request: httpRequest({
      method: 'POST',
      url: 'https://cvm.tencentcloudapi.com/',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
    }),
    nowMs: 1_551_113_065_000,
    base: 'TC3-HMAC-SHA256\n1551113065\n2019-02-25/cvm/tc3_request\n5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031',
    authorization:
      'TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168',
  },
  {
    // Alibaba Cloud, "V3 request structure and signature", the example of RunInstances.
    name: 'Alibaba Cloud',
    signer: acs3({ key: acs3Key({ accessKeyId: 'YourAccessKeyId', secretAccessKey: 'YourAccessKeySecret' }) }),
    verifier: acs3Verifier(),
    request: httpRequest({
      method: 'POST',
      url: 'https://ecs.cn-shanghai.aliyuncs.com/?ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd&RegionId=cn-shanghai',
      headers: { 'x-acs-action': 'RunInstances', 'x-acs-version': '2014-05-26' },
    }),
    nowMs: Date.UTC(2023, 9, 26, 10, 22, 32),
    nonce: '3156853299f313e23d1673dc12e1703d',
    base: 'ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259',
    authorization:
      'ACS3-HMAC-SHA256 Credential=YourAccessKeyId,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  },
]

describe.each(ROWS)('the published example of $name', (row) => {
  const { signer, verifier, request, nowMs, nonce = '' } = row
  const { key, scheme } = signer
  const prepared = scheme.prepare(request, { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce })
  const signed = signPreparedSync(prepared, key)

  test('is signed as published', () => {
    expect(prepared.base).toBe(row.base)
    expect(signed.fields.at(-1)).toBe(row.authorization)
  })

  test('the published signature is verified', () => {
    const [found] = verifier.parse(signed) as [UntrustedSignature]
    expect(found.base).toBe(row.base)
    expect(key.verify(found.base, found.signature)).toBe(true)
    expect(found.createdMs).toBe(nowMs)
    expect(found.nonce).toBe(row.nonce)
  })
})
