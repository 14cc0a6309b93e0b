import { expect, test } from 'vitest'
import { isCountersignError } from '../../../src/errors.js'
import { ROOMS } from '../../contract/options/rooms.js'
import { caught } from '../../expect-code.js'

const ROWS = Object.values(ROOMS).flatMap(({ rows }) => rows)

const SECONDS = 1_700_000_000
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
