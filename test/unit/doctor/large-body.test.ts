import { describe, expect, test } from 'vitest'
import { diagnose } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'

const body = JSON.stringify(Array.from({ length: 60_000 }, (_, id) => ({ id, name: `name ${id}` })))
const SIGN = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
const MESSAGES = {
  rfc9421: `POST /v1 HTTP/1.1\r\nHost: api.example.com\r\nContent-Digest: sha-256=:${SIGN}:\r\nSignature-Input: sig1=("@method" "content-digest");created=1;keyid="k"\r\nSignature: sig1=:${SIGN}:\r\n`,
  okx: `POST /api/v5/trade/order HTTP/1.1\r\nHost: www.okx.com\r\nOK-ACCESS-KEY: k\r\nOK-ACCESS-SIGN: ${SIGN}\r\nOK-ACCESS-TIMESTAMP: 2023-11-14T22:13:20.123Z\r\nOK-ACCESS-PASSPHRASE: p\r\n`,
}

describe('a body of two megabytes', () => {
  test.each(Object.entries(MESSAGES))('%s: the search ends with its budget, not with its texts', async (_, head) => {
    const from = cpuMs()
    const { findings } = await diagnose(`${head}Content-Length: ${body.length}\r\n\r\n${body}`, {
      secret: 'another-secret',
      budgetMs: 50,
    })
    // Written anew in every way, alone and in pairs, it would take minutes.
    expect(cpuMs() - from).toBeLessThan(8_000)
    expect(findings.map(({ id }) => id)).toContain('no-hypothesis')
    const { cause, evidence, fix } = findings.find(({ id }) => id === 'no-hypothesis') ?? expect.unreachable()
    expect([cause, evidence, fix]).toEqual([
      expect.stringContaining('that were tested in this time'),
      expect.stringMatching(/^\d+ hypotheses were tested before the time was over; there are more\.$/),
      expect.stringContaining('Give the search more time with "budgetMs".'),
    ])
  })
})

test('a search that came to its end says nothing of time', async () => {
  const { findings } = await diagnose(`${MESSAGES.okx}\r\n`, { secret: 'another-secret', budgetMs: 600_000 })
  const { cause, evidence } = findings.find(({ id }) => id === 'no-hypothesis') ?? expect.unreachable()
  expect(cause).toContain('that are known here')
  expect(evidence).toMatch(/^\d+ hypotheses were tested\.$/)
})

describe('a body of nothing but backslashes', () => {
  test.each(Object.entries(MESSAGES))('%s: is written anew in a time that grows with its length', async (_, head) => {
    const text = `{"a":"${'\\\\'.repeat(20_000)}"}`
    const from = cpuMs()
    await diagnose(`${head}Content-Length: ${text.length}\r\n\r\n${text}`, { secret: 'another-secret', budgetMs: 50 })
    // Where each is looked at with all before it, half a minute.
    expect(cpuMs() - from).toBeLessThan(8_000)
  })
})
