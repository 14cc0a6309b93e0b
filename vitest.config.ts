import { defineConfig } from 'vitest/config'
import { sourceAliases } from './tools/lib/package-map.mjs'

const CONDITIONS = { native: ['node'], portable: ['browser'] }

/** Pure parts and what stands on them: files that may share one copy of the modules, which halves the time. */
const BACKENDS = [
  'test/{unit/crypto,unit/message,unit/schemes,vectors,property}/**/*.test.ts',
  'test/unit/keyring/{keyring,sealing,key-format}.test.ts',
]
const ONCE = ['**/node_modules/**', 'test/property/exchange-{changes,cost}.test.ts']
const SHARING = [...BACKENDS, 'test/unit/keyring/[!a]*.test.ts', 'test/unit/tools/**/*.test.ts']

// One suite, two backends: the same tests run against node:crypto and against noble + WebCrypto.
const project = (name: string, backend: 'native' | 'portable', test: object) => ({
  resolve: { alias: sourceAliases(CONDITIONS[backend]) },
  test: { name, testTimeout: 30_000, env: { COUNTERSIGN_BACKEND: backend }, ...test },
})

// A path here makes the counts readable by a program.
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    // The main process has little to do: on two cores one worker would leave a core idle.
    maxWorkers: '100%',
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
    projects: [
      // Some of these replace globals (a framework puts its own Response in place), or count what one file executes.
      project('native', 'native', { include: ['test/**/*.test.ts'], exclude: [...SHARING, '**/node_modules/**'] }),
      project('native-sharing', 'native', { include: SHARING, isolate: false }),
      // Readers of requests are the same on every backend, and these take long.
      project('portable', 'portable', { include: BACKENDS, exclude: ONCE, isolate: false }),
    ],
  },
})
