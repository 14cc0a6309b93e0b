// Every client of clients/ that can be run here, over a socket against the verifier: npm run test:clients

import { startVitest } from 'vitest/node'
import { ROOT, sourceAliases } from '../../tools/lib/package-map.mjs'
import { installTools } from './install.mjs'

process.env.COUNTERSIGN_PYTHON ??= installTools()
process.chdir(ROOT)
const part = process.argv.slice(2).find((one) => !one.startsWith('--'))
// What ran, for the table of docs/clients.md.
if (process.argv.includes('--write')) process.env.CLIENTS_RESULTS = 'write'
const vitest = await startVitest(
  'test',
  [],
  {
    config: false,
    root: ROOT,
    watch: false,
    include: ['test/clients/*.suite.ts'],
    testTimeout: 120_000,
    // Two suites write down what ran, in one file.
    fileParallelism: false,
    // A part of the names of tests: npm run test:clients -- python
    ...(part === undefined ? {} : { testNamePattern: part }),
  },
  { resolve: { alias: sourceAliases(['node']) } },
)
await vitest?.close()
