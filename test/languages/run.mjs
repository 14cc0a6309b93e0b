// Libraries of other languages before our verifier, and our signatures before theirs: npm run test:languages

import { startVitest } from 'vitest/node'
import { ROOT, sourceAliases } from '../../tools/lib/package-map.mjs'
import { installTools } from '../clients/install.mjs'
import { installPeers } from './install.mjs'

process.env.COUNTERSIGN_PYTHON ??= installTools()
installPeers()
process.chdir(ROOT)
const part = process.argv.slice(2).find((one) => !one.startsWith('--'))
// What was seen, for the table of docs/interop.md.
if (process.argv.includes('--write')) process.env.LANGUAGES_RESULTS = 'write'
const vitest = await startVitest(
  'test',
  [],
  {
    config: false,
    root: ROOT,
    watch: false,
    include: ['test/languages/*.suite.ts'],
    // They write down what they saw in one file, one after the other.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A part of the names of tests: npm run test:languages -- dadrus
    ...(part === undefined ? {} : { testNamePattern: part }),
  },
  { resolve: { alias: sourceAliases(['node']) } },
)
await vitest?.close()
