import { statSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import { sourceAliases } from '../../tools/lib/package-map.mjs'
import { ROOMS } from './rooms.mjs'

const room = ROOMS[process.env['MUTANTS_ROOM'] ?? '']
if (room === undefined) throw new Error(`MUTANTS_ROOM must be one of ${Object.keys(ROOMS).join(', ')}`)

/** Small files of unit tests first: most mutants are found by the first test that looks, and the others need not run. */
class QuickestFirst extends BaseSequencer {
  /** @param {readonly import('vitest/node').TestSpecification[]} files */
  async sort(files) {
    const rank = (/** @type {{ moduleId: string }} */ { moduleId }) =>
      (moduleId.includes('/test/unit/') ? 0 : 1e9) + statSync(moduleId).size
    return [...files].sort((a, b) => rank(a) - rank(b))
  }
}

export default defineConfig({
  resolve: { alias: sourceAliases(['node']) },
  test: {
    include: [...room.tests],
    // A mutant that leaves a promise open is found by this, one that makes a loop endless by Stryker's limit.
    testTimeout: 5_000,
    isolate: false,
    sequence: { sequencer: QuickestFirst },
    // What measures time says nothing about a mutant, and what a server answers too little for the time it takes.
    testNamePattern:
      /^(?!.*(?:times the|linear|CPU time|as long as|quadratic|time and depth|megabyte|million|flood|hundred thousand|every row was executed|a damaged file is read, or refused|byte by byte|rows of (?:PostgreSQL|Redis)|over a (?:PGlite|Redis) store)).*$/,
    env: { COUNTERSIGN_BACKEND: 'native', FUZZ_RUNS: '50' },
  },
})
