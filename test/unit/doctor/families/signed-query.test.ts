import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../../src/doctor/index.js'

const SECRET = 'a secret of this test'
const NOW = { secret: SECRET, nowMs: 1_780_315_200_000, budgetMs: 5_000 }
const percent = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
const hmac = (hash: string, key: string, text: string): string => createHmac(hash, key).update(text).digest('base64')

interface Maker {
  readonly id: string
  readonly host: string
  readonly pairs: Readonly<Record<string, string>>
  readonly sign: (list: string, bare: string) => string
}

const MAKERS: readonly Maker[] = [
  {
    id: 'aws-v2',
    host: 'email.us-east-1.amazonaws.com',
    pairs: {
      AWSAccessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      Action: 'SendEmail',
      SignatureMethod: 'HmacSHA256',
      SignatureVersion: '2',
      Timestamp: '2026-06-01T12:00:00Z',
      'Message.Subject': 'a b (c)',
    },
    sign: (list) => hmac('sha256', SECRET, `GET\nemail.us-east-1.amazonaws.com\n/\n${list}`),
  },
  {
    id: 'acs1',
    host: 'alidns.aliyuncs.com',
    pairs: {
      AccessKeyId: 'LTAI5t',
      Action: 'DescribeDomains',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: '1',
      SignatureVersion: '1.0',
      Timestamp: '2026-06-01T12:00:00Z',
      KeyWord: 'a b (c)',
    },
    sign: (list) => hmac('sha1', `${SECRET}&`, `GET&%2F&${percent(list)}`),
  },
  {
    id: 'tencent-v1',
    host: 'cvm.tencentcloudapi.com',
    pairs: {
      SecretId: 'AKIDz8',
      Action: 'DescribeInstances',
      Nonce: '11886',
      Timestamp: '1780315200',
      SignatureMethod: 'HmacSHA256',
      Filter: 'a b (c)',
    },
    sign: (_, bare) => hmac('sha256', SECRET, `GETcvm.tencentcloudapi.com/?${bare}`),
  },
]

const sent = ({ host, pairs, sign }: Maker, change: (signature: string) => string = percent): string => {
  const sorted = Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1))
  const list = (write: (text: string) => string): string =>
    sorted.map(([name, value]) => `${write(name)}=${write(value)}`).join('&')
  return `GET https://${host}/?${list(percent)}&Signature=${change(sign(list(percent), list(String)))} HTTP/1.1\nHost: ${host}\n\n`
}

describe.each(MAKERS)('the signed query of $id', (maker) => {
  test('a call that is signed by its page fits', async () => {
    const found = await diagnose(sent(maker), NOW)
    expect(found).toMatchObject({ scheme: maker.id, signature: 'fits', verified: true, findings: [] })
  })

  test('a signature that was not encoded, a time of another day and an absent key are seen without a secret', async () => {
    const ids = async (text: string) => (await diagnose(text, { nowMs: NOW.nowMs })).findings.map(({ id }) => id)
    const plus = sent(maker, () => 'AAAA+AAAAAAAAAAAAAAAAAAAAAA=')
    expect(await ids(plus)).toContain('signature-form')
    const late = await diagnose(sent(maker), { ...NOW, nowMs: NOW.nowMs + 86_400_000 })
    expect(late.findings[0]).toMatchObject({ id: 'time-expired', certainty: 'proven' })
    const without = await diagnose(sent(maker).replace(/Timestamp=[^&]*/, 'Timestamp=yesterday'), NOW)
    expect(without.findings.map(({ id }) => id)).toContain('time-form')
  })

  test('its id is one that the option takes, and an empty call says what is missing', async () => {
    const found = await diagnose('GET / HTTP/1.1\nHost: a.example\n\n', { ...NOW, scheme: maker.id })
    expect(found.findings.map(({ id }) => id)).toContain('part-missing')
  })
})

test('a parameter of the form is signed with those of the query', async () => {
  const maker = MAKERS[1] as Maker
  const sorted = Object.entries(maker.pairs).sort(([a], [b]) => (a < b ? -1 : 1))
  const list = sorted.map(([name, value]) => `${percent(name)}=${percent(value)}`).join('&')
  const signature = hmac('sha1', `${SECRET}&`, `POST&%2F&${percent(list)}`)
  const [first = '', ...rest] = list.split('&')
  const body = `${rest.join('&')}&Signature=${percent(signature)}`
  const text = `POST /?${first} HTTP/1.1\nHost: ${maker.host}\nContent-Type: application/x-www-form-urlencoded\nContent-Length: ${body.length}\n\n${body}`
  expect(await diagnose(text, NOW)).toMatchObject({ scheme: 'acs1', signature: 'fits' })
})
