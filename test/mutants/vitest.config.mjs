import { defineConfig } from 'vitest/config'
import { sourceAliases } from '../../tools/lib/package-map.mjs'
import { ROOMS } from './rooms.mjs'

const room = ROOMS[process.env['MUTANTS_ROOM'] ?? '']
if (room === undefined) throw new Error(`MUTANTS_ROOM must be one of ${Object.keys(ROOMS).join(', ')}`)

export default defineConfig({
  resolve: { alias: sourceAliases(['node']) },
  test: {
    include: [...room.tests],
    // A mutant that leaves a promise open is found by this, one that makes a loop endless by Stryker's own limit.
    testTimeout: 5_000,
    isolate: false,
    // What measures time says nothing about a mutant, and what a server answers too little for the time it takes.
    testNamePattern:
      /^(?!.*(?:times the|linear|CPU time|as long as|quadratic|time and depth|megabyte|million|flood|byte by byte|rows of (?:PostgreSQL|Redis)|over a (?:PGlite|Redis) store)).*$/,
    env: { COUNTERSIGN_BACKEND: 'native', FUZZ_RUNS: '50' },
  },
})
