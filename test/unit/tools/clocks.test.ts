import { expect, test } from 'vitest'
import { isCountersignError } from '../../../src/errors.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { memoryReplayStore } from '../../../src/server/replay/memory.js'
import type { Clock } from '../../../src/sources/sources.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'
import { ROOMS } from '../../contract/options/rooms.js'
import { caught } from '../../expect-code.js'

const ROWS = Object.values(ROOMS).flatMap(({ rows }) => rows)

const SECONDS = 1_700_000_000
const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })
const BUILT: readonly ((clock: Clock) => unknown)[] = [
  (clock) => memoryReplayStore({ clock }),
  (clock) => webhookVerifier(webhook, { clock }),
]

/** Every option that is asked for the time, with one that answers in seconds. */
const IN_SECONDS: Readonly<Record<string, unknown>> = {
  clock: { now: () => SECONDS },
  wall: () => SECONDS,
  local: () => SECONDS,
}

test.each(Object.entries(IN_SECONDS))(
  'whatever takes the option "%s" refuses one that answers in seconds before it is used',
  { timeout: 60_000 },
  async (option, inSeconds) => {
    const taking: string[] = []
    const wrong: string[] = []
    for (const { name, call } of ROWS) {
      const error = await caught(() => call({ [option]: inSeconds }))
      const text = isCountersignError(error) ? error.message : String(error)
      // The clock of an exchange's description is where its time is read from.
      if (text.includes(`unknown option "${option}"`) || name.startsWith('countersign/exchange#defineExchange'))
        continue
      if (/"(?:clock|clock\.now\(\)|wall|local)" must .* (?:are these|seems to be) seconds/.test(text))
        taking.push(name)
      else wrong.push(`${name}: ${text}`)
    }
    expect(wrong).toEqual([])
    expect(taking.length).toBeGreaterThan(0)
  },
)

const refusalOf = async (
  call: (extra: Readonly<Record<string, unknown>>) => unknown,
  answer: number,
): Promise<string> => {
  const error = await caught(() => call({ clock: { now: () => answer } }))
  return isCountersignError(error) ? `${error.code} ${error.message}` : String(error)
}

test('whatever takes a clock refuses one without a time before it is used, and what is built with it microseconds', async () => {
  const taken: string[] = []
  for (const { name, call } of ROWS) {
    if (name.startsWith('countersign/exchange#defineExchange')) continue
    const withoutTime = await refusalOf(call, Number.NaN)
    if (withoutTime.includes('unknown option "clock"')) continue
    if (!/milliseconds since the epoch/.test(withoutTime)) taken.push(`${name}: ${withoutTime}`)
    // Who signs asks the clock for each request; vectors of BitMEX state times that microseconds of today are less than.
    if (!withoutTime.startsWith('CONFIG_INVALID')) continue
    const inMicroseconds = await refusalOf(call, SECONDS * 1_000_000)
    if (!/milliseconds since the epoch/.test(inMicroseconds)) taken.push(`${name}: ${inMicroseconds}`)
  }
  expect(taken).toEqual([])
}, 60_000)

const NO_NUMBERS: Readonly<Record<string, unknown>> = {
  'a Date': new Date(SECONDS * 1_000),
  'a string': new Date(SECONDS * 1_000).toISOString(),
  'a bigint': BigInt(SECONDS) * 1_000n,
  'a Promise (is an await missing?)': Promise.resolve(SECONDS * 1_000),
  nothing: undefined,
}

test.each(Object.entries(NO_NUMBERS))('whatever is built with a clock that answers %s names that', (kind, answer) => {
  const clock = { now: () => answer } as unknown as Clock
  const refusal = expect.objectContaining({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining(`since the epoch, got ${kind}`),
  })
  for (const build of BUILT) expect(() => build(clock)).toThrow(refusal)
})

test('a clock that cannot answer yet is asked when it is needed', () => {
  const clock = {
    now: (): number => {
      throw new Error('not yet')
    },
  }
  expect(() => webhookVerifier(webhook, { clock })).not.toThrow()
})
