import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { type DiagnoseOptions, diagnose } from '../../../src/doctor/index.js'
import { cpuMs } from '../../cpu-time.js'

const secret = 'canary-secret-5d41402abc4b2a76'
const TIME = '1700000000123'
const right = `${TIME}GET/api/v1/accounts`

/** A request to KuCoin that was signed for a text, with what the program printed of it. */
const kucoin = (signed: string, printed: string) =>
  `${printed}\n> GET /api/v1/accounts HTTP/1.1\n> Host: api.kucoin.com\n> KC-API-KEY: k\n> KC-API-SIGN: ${createHmac('sha256', secret).update(signed).digest('base64')}\n> KC-API-TIMESTAMP: ${TIME}\n> KC-API-PASSPHRASE: ${createHmac('sha256', secret).update('p').digest('base64')}\n> KC-API-KEY-VERSION: 2\n>\n`
const first = async (text: string, options: DiagnoseOptions = {}) => {
  const { findings, signature } = await diagnose(text, options)
  const { id, certainty, cause } = findings[0] ?? {}
  return { id, certainty, cause, signature }
}

describe('a text that a program prints as the one that it signs is tested with the key', () => {
  test.each([
    ['str_to_sign: ', ''],
    ["'string to sign' => '", "',"],
    ['DEBUG signature payload = "', '"'],
    ['prehash: ', ''],
    ['message = b"', '"'],
    ['string to sign:\n', '\n'],
  ])('%s', async (before, behind) => {
    const signed = `${right}?status=SUCCESS&page=7`
    const found = await first(kucoin(signed, before + signed + behind), { secret })
    expect(found).toMatchObject({ id: 'signed-text-other', certainty: 'proven', signature: 'explained' })
    expect(found.cause).toContain('it has "?status=SUCCESS&page=7", which the request has not')
  })

  test('line breaks that were written out are those of the text', async () => {
    const signed = `${TIME}\nGET\n/api/v1/accounts\nq7`
    for (const printed of [signed, JSON.stringify(signed), signed.replaceAll('\n', '\\n')])
      expect(await first(kucoin(signed, `to sign: ${printed}\n`), { secret })).toMatchObject({
        id: 'signed-text-other',
      })
  })

  test('a mistake that has a name keeps it', async () => {
    const signed = `${TIME}get/api/v1/accounts`
    expect(await first(kucoin(signed, `str_to_sign: ${signed}`), { secret })).toMatchObject({ id: 'method-lower-case' })
  })

  test('a text that is right, or that was not signed, changes nothing', async () => {
    expect(await first(kucoin(right, `str_to_sign: ${right}`), { secret })).toMatchObject({ signature: 'fits' })
    expect(await first(kucoin('something else', `str_to_sign: ${right}?a=1`), { secret })).toMatchObject({
      id: 'no-hypothesis',
    })
  })
})

describe('without a key the text is held to that of the request', () => {
  test('a mistake that leads to it is likely', async () => {
    expect(await first(kucoin('x', `prehash: ${TIME}GET/v1/accounts`))).toMatchObject({
      id: 'path-prefix',
      certainty: 'likely',
      signature: 'untested',
    })
  })

  test('what only one of the two has is named', async () => {
    expect((await first(kucoin('x', `prehash: ${right}?zone=q7`))).cause).toContain('it has "?zone=q7"')
    expect((await first(kucoin('x', `prehash: ${TIME}GET/apq7/v1/accounts`))).cause).toContain(
      '"q7" where the request has "i"',
    )
  })

  test.each([
    ['it is right', `prehash: ${right}`],
    ['it is another text', 'prehash: the quick brown fox jumps over the lazy dog'],
    ['its label does not say that it was signed', `message: ${right}?zone=q7`],
  ])('nothing is said where %s', async (_, printed) => {
    expect((await diagnose(kucoin('x', printed))).findings.map(({ id }) => id)).not.toContain('signed-text-other')
  })
})

test('the work is linear in the labels of a text', async () => {
  const cost = async (count: number) => {
    const from = cpuMs()
    await diagnose(kucoin('x', `message: ${'a'.repeat(20)}\n`.repeat(count)), { secret, budgetMs: 200 })
    return cpuMs() - from
  }
  await cost(100)
  expect(await cost(10_000)).toBeLessThan(1_500)
})
