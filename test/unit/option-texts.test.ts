import { describe, expect, test } from 'vitest'
import { isCountersignError, mustBe } from '../../src/errors.js'
import { kraken } from '../../src/exchange/catalogue/kraken.js'
import { checkKey } from '../../src/exchange/index.js'
import { rfc9421Verifier } from '../../src/schemes/rfc9421/index.js'
import { ROOMS } from '../contract/options/rooms.js'
import type { OptionsRow } from '../contract/options/row.js'
import { caught } from '../expect-code.js'

/** The names that a function knows: it lists them where a name is like none of them. */
async function namesOf({ call }: OptionsRow): Promise<readonly string[]> {
  const error = await caught(() => call({ qqqqqqqqqqqqqqqqqqqqqqqqqqq: 1 }))
  return /known: (.*)$/.exec((error as Error).message)?.[1]?.split(', ') ?? []
}

/** What no option can be, and what it is called. */
const WRONG = [
  [null, 'null'],
  [Symbol('hunter2'), 'a symbol'],
] as const

/** Options that take `null` away with it, by the row's name. */
const NULL_MEANS: Readonly<Record<string, readonly string[]>> = {
  'countersign/keyring#createKeyring().update': ['rateLimit', 'lockAfterIdleMs', 'rotateEveryMs'],
}
/** Options whose text is another's, or whose value is told in another way, with the reason. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  // What cannot be read of a replacement is the answer's "problem": the revocation goes first.
  'countersign/keyring#createKeyring().compromise': ['publicKey', 'format', 'secret'],
  // The signature, or the key, of an untrusted request: refused, not thrown.
  'countersign/keyring#judgeLeakReport': ['body', 'signature', 'key', 'format'],
}

const rooms = Object.entries(ROOMS).filter(([room]) => room === 'keyring' || room === 'testing')
for (const [room, { rows }] of rooms) {
  describe(`options of ${room}`, () => {
    test.each(rows)('$name says by name what a wrong value must be, and what came', async (row) => {
      const names = await namesOf(row)
      const texts: string[] = []
      for (const name of names) {
        if (OTHERS[row.name]?.includes(name) === true) continue
        for (const [value, kind] of WRONG) {
          if (value === null && NULL_MEANS[row.name]?.includes(name) === true) continue
          const error = await caught(() => row.call({ [name]: value }))
          const text = isCountersignError(error) ? error.message : `${name} = ${kind}: ${String(error)}`
          // The article and "got" are what a reader stumbles over; a value in it would be a secret some day.
          const form = new RegExp(`"(?:[\\w[\\]]+\\.)*${name}" must be .*[^,:], got ${kind}$`)
          const whole = new RegExp(`^[\\w: ().]*"(?:[\\w[\\]]+\\.)*${name}" needs options: { .* }, got ${kind}$`)
          if (!form.test(text) && !whole.test(text)) texts.push(text)
        }
      }
      expect(texts).toEqual([])
    })
  })
}

test('a text in the place of a list is refused, not read letter by letter', () => {
  expect(() => rfc9421Verifier({ parameters: 'zone' as never })).toThrow(
    '"parameters" must be a list of names, got a string',
  )
  expect(() => rfc9421Verifier({ parameters: [1] as never })).toThrow('"parameters" must be a list of names')
})

const WRONG_TEXTS: Readonly<Record<string, readonly string[]>> = {
  'countersign/server/directory#keyDirectory': ['scopes', 'algorithms', 'fetch', 'lookup', 'clock', 'onProblem'],
  'countersign/server#withLocalFallback': ['onFallback'],
  'countersign/replay/redis#redisReplayStore': ['onWarning'],
  'countersign/server#schemeDemands': ['require', 'requireWithBody', 'algorithms'],
  'countersign/server#clientIp': ['trustedProxies'],
  'countersign/client/load-secret#writeVaultFile': ['overwrite', 'waitMs', 'staleMs'],
  'countersign/client/load-secret#updateVaultFile': ['waitMs', 'staleMs'],
  'countersign/rfc9421#acceptSignature': ['required'],
  'countersign/message#parseItem': ['strictBinary'],
  'countersign/crypto#importEd25519SigningKey': ['algorithm', 'threadPool'],
  'countersign/crypto#importRsaVerifyingKey': ['threadPool'],
  'countersign/exchange/bitstamp#bitstampResponses': ['unsignedErrors', 'maxBodyBytes'],
}
const all = Object.values(ROOMS).flatMap(({ rows }) => rows)
test.each(Object.entries(WRONG_TEXTS))('%s refuses a text for %j', async (name, options) => {
  const row = all.find((one) => one.name === name) as OptionsRow
  for (const option of options) {
    const error = await caught(() => row.call({ [option]: 'no' }))
    expect(isCountersignError(error) ? error.message : String(error), option).toMatch(
      new RegExp(`"${option}" must be .*, got a string$`),
    )
  }
})

test('a number in the place of a text is never shown: it may be a secret that lost its quotes', () => {
  const saying = (name: string, says: string, value: unknown) => (): void => mustBe(false, name, says, value)
  expect(saying('passphrase', 'text at OKX', 24681357)).toThrow(/^"passphrase" must be text at OKX, got a number$/)
  expect(saying('attempts', 'an integer from 1', -5)).toThrow(/^"attempts" must be an integer from 1, got -5$/)
  const signer = kraken({ apiKey: 'k', secret: btoa('a secret of tests') })
  const asked = checkKey(signer, () => expect.fail('asked'), { params: { otp: 987654 as never } })
  return expect(asked).rejects.toThrow('"params.otp" must be text, got a number')
})
