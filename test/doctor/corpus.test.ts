import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { diagnose, renderDiagnosis } from '../../src/doctor/index.js'
import { cpuMs } from '../cpu-time.js'
import { THOROUGH } from '../thorough.js'

const folder = new URL('./corpus/', import.meta.url)
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')) }))

// More than any search of the corpus takes; what bounds a case is counted below, not measured on a busy machine.
const BUDGET_MS = 60_000
// What is likely comes first: no case needs more. `node bench/doctor.mjs` says how many a second there are, at least 50 000
// with HMAC and RSA and some thousands with a curve of OpenSSL, so that this is well below a second on any machine.
const MOST_TRIED = 1_500
// Curves in JavaScript take ten times as long as those of OpenSSL.
const MOST_CPU_MS = process.env['COUNTERSIGN_BACKEND'] === 'portable' ? 4_000 : 1_000

// `npm test` has one request for each cause, `npm run test:long` has them all.
const causeOf = ({ expected }: (typeof cases)[number]): string => [expected].flat().join()
const judged = THOROUGH
  ? cases
  : cases.filter((one, at) => cases.findIndex((other) => causeOf(other) === causeOf(one)) === at)

test.each(judged)(
  '$name: the first finding is the cause, found among few, and no secret is shown',
  async ({ input, options, expected }) => {
    // CPU time of this case alone: the neighbours do not count.
    const from = cpuMs()
    const found = await diagnose(input, { ...options, budgetMs: BUDGET_MS })
    expect(cpuMs() - from).toBeLessThan(MOST_CPU_MS)
    const shown = JSON.stringify(found) + renderDiagnosis(found)
    for (const secret of [options.secret, options.passphrase])
      if (secret !== undefined) expect(shown).not.toContain(secret)
    expect([expected].flat()).toContain(found.findings[0]?.id ?? found.signature)
    // Where nothing leads to the signature, or to the text of the other side, everything was tried: what is suspected then does
    // not come of the search.
    if ((found.signature === 'fits' && found.findings[0]?.id !== 'payload-other') || found.signature === 'explained')
      expect(found.tried).toBeLessThanOrEqual(MOST_TRIED)
  },
)

test('the page has as many cases as there are, and the scores of what was seen first', () => {
  const page = readFileSync(new URL('../../docs/doctor.md', import.meta.url), 'utf8')
  expect(page).toContain(`has ${cases.length} failing requests`)
  const columns = [0, 1, 2].map((at) =>
    [
      ...page.matchAll(
        /^\| (?:third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|list|list again|rules|messages|exchanges|threads) \| \d+ \| (\d+) \(\d+ %\) \| (\d+) \| (\d+) \|$/gm,
      ),
    ].reduce((sum, row) => sum + Number(row[at + 1]), 0),
  )
  const seen = (what: string): number => cases.filter(({ firstSight }) => firstSight === what).length
  // Six that were missed are no cases: nothing in their requests shows the cause, or each text is tried with a curve (key-sets.test.ts).
  expect(columns).toEqual([seen('named'), seen('named otherwise'), seen('missed') + 6])
})
