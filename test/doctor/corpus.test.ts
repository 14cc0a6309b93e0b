import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { diagnose, renderDiagnosis } from '../../src/doctor/index.js'

const folder = new URL('./corpus/', import.meta.url)
const cases = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, ...JSON.parse(readFileSync(new URL(name, folder), 'utf8')) }))

test.each(cases)(
  '$name: the first finding is the cause, and no secret is shown',
  async ({ input, options, expected }) => {
    const found = await diagnose(input, { budgetMs: 5_000, ...options })
    const shown = JSON.stringify(found) + renderDiagnosis(found)
    for (const secret of [options.secret, options.passphrase])
      if (secret !== undefined) expect(shown).not.toContain(secret)
    expect([expected].flat()).toContain(found.findings[0]?.id)
  },
)
