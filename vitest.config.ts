import { defineConfig } from 'vitest/config'
import { sourceAliases } from './tools/lib/package-map.mjs'

const CONDITIONS = { native: ['node'], portable: ['browser'] }

// One suite, two backends: the same tests run against node:crypto and against noble + WebCrypto.
const project = (backend: 'native' | 'portable', include: string[]) => ({
  resolve: { alias: sourceAliases(CONDITIONS[backend]) },
  test: { name: backend, include, testTimeout: 30_000, env: { COUNTERSIGN_BACKEND: backend } },
})

// A path here makes the counts readable by a program.
const report = process.env['TEST_REPORT']

export default defineConfig({
  test: {
    ...(report === undefined ? {} : { reporters: ['default', ['json', { outputFile: report }]] }),
    projects: [
      project('native', ['test/**/*.test.ts']),
      project('portable', [
        'test/{unit/crypto,unit/message,unit/schemes,vectors,property}/**/*.test.ts',
        'test/unit/keyring/{keyring,sealing,key-format}.test.ts',
      ]),
    ],
  },
})
