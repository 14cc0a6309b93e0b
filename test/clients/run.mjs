// Every client of clients/ that can be run here, over a socket against the verifier: npm run test:clients

import { startVitest } from 'vitest/node'
import { ROOT, sourceAliases } from '../../tools/lib/package-map.mjs'

process.chdir(ROOT)
const vitest = await startVitest(
  'test',
  process.argv.slice(2),
  { config: false, root: ROOT, watch: false, include: ['test/clients/*.suite.ts'], testTimeout: 120_000 },
  { resolve: { alias: sourceAliases(['node']) } },
)
await vitest?.close()
