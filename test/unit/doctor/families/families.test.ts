import { describe, expect, test } from 'vitest'
import { WAYS } from '../../../../src/doctor/exchange/way.js'
import { FAMILIES } from '../../../../src/doctor/families/families.js'
import { FAMILY_IDS } from '../../../../src/doctor/families/ids.js'
import { diagnose, renderDiagnosis } from '../../../../src/doctor/index.js'

test('the names that are listed apart are those of the families, and no exchange has one of them', () => {
  const own = FAMILIES.flatMap(({ ids }) => ids)
  expect([...FAMILY_IDS].sort()).toEqual([...own].sort())
  expect(new Set(own).size).toBe(own.length)
  expect(WAYS.filter(({ id }) => own.includes(id))).toEqual([])
})

describe('no secret is in what is returned or printed', () => {
  const SECRET = 'cnry0123456789yrnc'
  test.each([
    ['Authorization', `Bearer ${SECRET}`],
    ['Cookie', `session=${SECRET}`],
    ['X-Amz-Security-Token', SECRET],
    ['X-Gitlab-Token', SECRET],
    ['X-Api-Secret', SECRET],
  ])('a secret in the field %s, among the signed lines, is not shown', async (name, value) => {
    const lower = name.toLowerCase()
    const lines = `keyId="k",headers="(request-target) date ${lower}",signature="c2lnbmF0dXJlIQ=="`
    for (const [scheme, field] of [
      ['cavage', `Signature: ${lines}`],
      ['kong', `Authorization: hmac username="k", algorithm="hmac-sha256", ${lines}`],
      ['azure-shared-key', 'Authorization: SharedKey acct:c2lnbmF0dXJlIQ=='],
      ['hawk', `Authorization: Hawk id="k", ts="1", nonce="n", ext="${SECRET}", mac="c2lnbmF0dXJlIQ=="`],
    ] as const) {
      const request = `GET /v1?x=1 HTTP/1.1\r\nHost: api.example.com\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n${field}\r\n${name}: ${value}\r\n\r\n`
      const found = await diagnose(request, { secret: 'cnry-another-yrnc', scheme, budgetMs: 20 })
      expect(JSON.stringify(found) + renderDiagnosis(found), scheme).not.toContain(SECRET)
    }
  })

  test('the two secrets of OAuth 1.0a, also where they were sent by mistake', async () => {
    const request = `GET /v1?consumer=${SECRET}&token=${SECRET}2 HTTP/1.1\r\nHost: api.example.com\r\nAuthorization: OAuth oauth_consumer_key="k", oauth_nonce="n", oauth_signature="c2lnbmF0dXJlIQ%3D%3D", oauth_signature_method="HMAC-SHA1", oauth_timestamp="1"\r\n\r\n`
    const found = await diagnose(request, { secret: SECRET, passphrase: `${SECRET}2`, budgetMs: 20 })
    expect(found.scheme).toBe('oauth1')
    expect(JSON.stringify(found) + renderDiagnosis(found)).not.toContain(SECRET)
  })
})

test('a request of a family that lacks everything is read, and what is missing is named', async () => {
  for (const scheme of FAMILY_IDS) {
    const found = await diagnose('POST /v1?x=1 HTTP/1.1\r\nHost: api.example.com\r\n\r\n{"n":1}', {
      scheme,
      secret: 'a secret of this test',
      budgetMs: 20,
    })
    expect(found.verified, scheme).toBe(false)
    expect(found.findings.length, scheme).toBeGreaterThan(0)
  }
})
