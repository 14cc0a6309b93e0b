import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { THOROUGH } from '../../thorough.js'
import { answerTo } from './answers.js'
import { EXCHANGE_SOURCES } from './exchange-sources.js'
import { type Given, measured, table } from './measure.js'
import { SCHEME_SOURCES } from './scheme-sources.js'

const ALL = [...SCHEME_SOURCES, ...EXCHANGE_SOURCES]
// CROSS narrows the whole product to some sources, by "family: name".
const chosen = new RegExp(process.env['CROSS'] ?? '')
// Each source takes its turn, and each mistake. The whole product of the four ways is an hour of CPU time: CROSS_STRIDE=1 makes it.
const STRIDE = process.env['CROSS_STRIDE']
const strideOf = (long: number, short: number): number =>
  STRIDE === undefined ? (THOROUGH ? long : short) : Number(STRIDE)
// A cause that is found is found within some ten milliseconds of CPU time; the rest is for a busy machine.
const BUDGET_MS = Number(process.env['CROSS_MS'] ?? 1_000)

const SOURCES = ALL.filter(({ family, name }) => chosen.test(`${family}: ${name}`))

/**
 * The share of what is named first by what the doctor is given, and what it must not fall below: a point or two less than was measured,
 * for a machine that other programs keep busy. What is read without a key is little, so that more of it is made.
 */
const WAYS: ReadonlyArray<readonly [what: string, given: Given, floor: number, stride: number]> = [
  ['with the key', {}, 0.95, strideOf(3, 997)],
  ['with the key and the answer of the other side', { refusal: answerTo }, 0.95, strideOf(17, 997)],
  ['without a key, where it can be read', { key: false, readable: true }, 0.95, strideOf(5, 499)],
  [
    'without a key, with the answer of the other side',
    { key: false, readable: true, refusal: answerTo },
    0.95,
    strideOf(5, 499),
  ],
]

test.each(WAYS)(
  'mistakes that people make, made with every scheme, are named first: %s',
  { timeout: 3_600_000 },
  async (what, given, floor, stride) => {
    const cells = await measured(SOURCES, stride, BUDGET_MS, given)
    const out = process.env['CROSS_OUT']
    if (out !== undefined) writeFileSync(`${out}.${what.replaceAll(/\W+/g, '-')}`, table(cells))
    const judged = cells.filter(({ outcome }) => outcome !== 'no mistake')
    const named = judged.filter(({ outcome }) => outcome === 'named')
    expect(named.length / judged.length).toBeGreaterThan(THOROUGH ? floor : 0.8)
  },
)
