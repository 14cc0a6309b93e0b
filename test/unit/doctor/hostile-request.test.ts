import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'

const DATE = 'Mon, 30 Nov 2026 00:00:00 GMT'
const AZURE = { 'x-ms-date': DATE, 'x-ms-content-sha256': 'a' }

describe('a list of signed names is as long as its writer wants, and the findings are few', () => {
  const other = Array.from({ length: 3_000 }, (_, at) => `x-${at}`)
  const same = Array.from({ length: 3_000 }, () => 'x-a')
  const FORMS: Readonly<Record<string, (names: readonly string[]) => Readonly<Record<string, string>>>> = {
    azure: (names) => ({ ...AZURE, authorization: `HMAC-SHA256 SignedHeaders=${names.join(';')}&Signature=AAAA` }),
    cavage: (names) => ({ signature: `keyId="a",headers="${names.join(' ')}",signature="AAAA"`, date: DATE }),
    kong: (names) => ({
      authorization: `hmac username="a", algorithm="hmac-sha256", headers="${names.join(' ')}", signature="AAAA"`,
      date: DATE,
    }),
    sigv4: (names) => ({
      authorization: `AWS4-HMAC-SHA256 Credential=a/20261130/us-east-1/execute-api/aws4_request, SignedHeaders=host;${names.join(';')}, Signature=${'ab'.repeat(32)}`,
      'x-amz-date': '20261130T000000Z',
    }),
  }
  test.each(Object.entries(FORMS))('%s', async (_, headers) => {
    for (const [names, most] of [
      [other, 24],
      [same, 9],
    ] as const) {
      const { findings } = await diagnose({ url: 'https://a.example/v1', headers: headers(names) }, { budgetMs: 20 })
      expect(findings.map(({ id }) => id).join()).toMatch(/header-missing|malformed|form/)
      expect(findings.length).toBeLessThan(most)
    }
  })
})

describe('a long path', () => {
  const request = (segments: number) => ({
    url: `https://a.s3.amazonaws.com/${'a/'.repeat(segments)}`,
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=AKIA/20261130/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'ab'.repeat(32)}`,
      'x-amz-date': '20261130T000000Z',
    },
  })
  test.each([10_000, 40_000])('%d segments: the search ends with its budget', async (segments) => {
    const from = cpuMs()
    await diagnose(request(segments), { budgetMs: 100, secret: 'abcdefghijklmnop' })
    // One text whose work is the square of 80 000 characters would take more.
    expect(cpuMs() - from).toBeLessThan(4_000)
  })
})

test('a shared secret at an exchange of wallets, of whose parameters one is missing, is no error of ours', async () => {
  // `nonce` and `signer` have run together.
  const body = `symbol=ASTERUSDT&side=BUY&user=0x${'5'.repeat(40)}&nonce=17000000signer=0x${'4'.repeat(40)}&signature=0x${'5b'.repeat(64)}1b`
  const request = { method: 'POST', url: 'https://fapi.asterdex.com/fapi/v3/order', headers: {}, body }
  const form = { ...request, headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  for (const one of [request, form])
    expect(await diagnose(one, { secret: 'a secret of a test', budgetMs: 50 })).toMatchObject({ verified: false })
})
