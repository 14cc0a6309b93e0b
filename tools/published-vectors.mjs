import { spawnSync } from 'node:child_process'
import { ROOT } from './lib/package-map.mjs'

// The test writes the file before it reads it, so that what is written has been checked.
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'native-sharing', 'test/vectors/published.test.ts'],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, WRITE_VECTORS: '1' } },
)
process.exitCode = status ?? 1
