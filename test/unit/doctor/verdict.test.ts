import { createHash, createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type DiagnoseOptions, diagnose, renderDiagnosis } from '../../../src/doctor/index.js'

const digest = (body: string) => `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
const params = '("@method" "@path" "content-digest");created=1700000000;keyid="k1"'

/** A request signed with a secret; `sent` is the body that arrives in place of the one that was signed. */
function signed(secret: string | Uint8Array, sent = '{"a":1}', label = 'sig1', signedAs = 'sig1'): string {
  const field = digest('{"a":1}')
  const base = `"@method": POST\n"@path": /v1\n"content-digest": ${field}\n"@signature-params": ${params}`
  const signature = createHmac('sha256', secret).update(base).digest('base64')
  return `POST /v1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Digest: ${field}\r\nSignature-Input: ${label}=${params}\r\nSignature: ${signedAs}=:${signature}:\r\nContent-Length: ${sent.length}\r\n\r\n${sent}`
}
const SECRET = Buffer.from('0123456789abcdef0123456789abcdef')
const ids = (found: Awaited<ReturnType<typeof diagnose>>) =>
  found.findings.filter(({ certainty }) => certainty === 'proven').map(({ id }) => id)
const judge = (text: string, options: DiagnoseOptions) => diagnose(text, options)

describe('what is said of a signature', () => {
  test('it fits, and nothing speaks against the request', async () => {
    const found = await judge(signed('canary-secret'), { secret: 'canary-secret' })
    expect(found).toMatchObject({ verified: true, signature: 'fits' })
    expect(renderDiagnosis(found)).toContain('The signature fits the request and the key.')
  })

  test('it fits, and the body is another one than was hashed: that is not verified', async () => {
    const found = await judge(signed('canary-secret', '{"a": 1}'), { secret: 'canary-secret' })
    expect(found).toMatchObject({ verified: false, signature: 'fits' })
    expect(ids(found)).toEqual(['digest-mismatch'])
    expect(renderDiagnosis(found)).toContain('but the request is refused for what is found below')
  })

  test('it fits, and is too old: that is not verified', async () => {
    const found = await judge(signed('canary-secret').replace(/;keyid/g, ';expires=1700000060;keyid'), {
      secret: 'canary-secret',
      nowMs: 1_700_000_100_000,
    })
    expect(found).toMatchObject({ verified: false })
    expect(ids(found)).toContain('expired')
  })

  test('without a key it is untested, with another one unexplained', async () => {
    expect(await judge(signed('canary-secret'), {})).toMatchObject({ verified: false, signature: 'untested' })
    expect(await judge(signed('canary-secret'), { secret: 'another-secret' })).toMatchObject({
      verified: false,
      signature: 'unexplained',
    })
  })

  test('labels that differ are read as such', async () => {
    const found = await judge(signed('canary-secret', undefined, 'sig1', 'sig2'), { secret: 'canary-secret' })
    expect(found.findings[0]).toMatchObject({ id: 'label-mismatch', certainty: 'proven' })
  })
})

describe('a shared secret of RFC 9421 that is given as base64 text', () => {
  const text = SECRET.toString('base64')

  test('fits as its characters', async () => {
    expect(await judge(signed(text), { secret: text })).toMatchObject({ verified: true, signature: 'fits' })
  })

  test('fits decoded as well, and that is said', async () => {
    const found = await judge(signed(SECRET), { secret: text })
    expect(found).toMatchObject({ verified: true, signature: 'fits' })
    expect(found.findings).toContainEqual(expect.objectContaining({ id: 'secret-reading', certainty: 'possible' }))
  })

  test.each([
    ['unpadded', text.replace(/=+$/, '')],
    ['URL-safe', SECRET.toString('base64url')],
    ['with a line break', `${text}\n`],
  ])('also %s', async (_, secret) => {
    expect(await judge(signed(SECRET), { secret })).toMatchObject({ signature: 'fits' })
  })
})
