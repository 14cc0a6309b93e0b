// Requests of the vendors' Python clients against the verifying sides, and ours against botocore: npm run test:python

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startSuites } from '../../../tools/lib/suites.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const VENV = `${HERE}.venv`
const BIN = process.platform === 'win32' ? `${VENV}/Scripts` : `${VENV}/bin`
const PYTHON = process.env.COUNTERSIGN_PYTHON ?? `${BIN}/python`

/** A virtual environment with what the requirements name; false without Python. */
function installPython() {
  if (process.env.COUNTERSIGN_PYTHON !== undefined) return true
  const wanted = readFileSync(`${HERE}requirements.txt`, 'utf8')
  const stamp = `${VENV}/requirements.txt`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true
  const stdio = ['ignore', 'inherit', 'inherit']
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
  } catch {
    return false
  }
  execFileSync('python3', ['-m', 'venv', VENV], { stdio })
  execFileSync(`${BIN}/python`, ['-m', 'pip', 'install', '-q', '-r', `${HERE}requirements.txt`], { stdio })
  writeFileSync(stamp, wanted)
  return true
}

if (!installPython()) {
  console.warn('SKIPPED: there is no python3, so no Python client was tried')
  process.exit(0)
}
process.env.COUNTERSIGN_PYTHON = PYTHON
await startSuites('test/interop/python')
