import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { THOROUGH } from '../../thorough.js'
import { EXCHANGE_SOURCES } from './exchange-sources.js'
import { measured, table } from './measure.js'
import { SCHEME_SOURCES } from './scheme-sources.js'

const ALL = [...SCHEME_SOURCES, ...EXCHANGE_SOURCES]
// CROSS narrows the whole product to some sources, by "family: name".
const chosen = new RegExp(process.env['CROSS'] ?? '')
// In `npm test` a few of the tens of thousands: each source takes its turn, and each mistake.
const STRIDE = THOROUGH ? 1 : 997
// A cause that is found is found within some ten milliseconds of CPU time; the rest is for a busy machine.
const BUDGET_MS = Number(process.env['CROSS_MS'] ?? 1_000)

test('the mistakes that people make, made with every scheme, are named first', { timeout: 3_600_000 }, async () => {
  const cells = await measured(
    ALL.filter(({ family, name }) => chosen.test(`${family}: ${name}`)),
    STRIDE,
    BUDGET_MS,
  )
  const out = process.env['CROSS_OUT']
  if (out !== undefined) writeFileSync(out, table(cells))
  const judged = cells.filter(({ outcome }) => outcome !== 'no mistake')
  const named = judged.filter(({ outcome }) => outcome === 'named')
  expect(named.length / judged.length).toBeGreaterThan(0.8)
})
