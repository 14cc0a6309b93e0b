// Requests of the vendors' Python clients against the verifying sides, and ours against botocore: npm run test:python

import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startSuites } from '../../../tools/lib/suites.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const VENV = `${HERE}.venv`
const pythonOf = (venv) => (process.platform === 'win32' ? `${venv}/Scripts/python` : `${venv}/bin/python`)
const PYTHON = process.env.COUNTERSIGN_PYTHON ?? pythonOf(VENV)

const stdio = ['ignore', 'inherit', 'inherit']

/**
 * A virtual environment with what a file of requirements names; what it holds already is not installed again.
 *
 * @param {string} venv @param {string} requirements its path
 */
function install(venv, requirements) {
  const wanted = readFileSync(requirements, 'utf8')
  const stamp = `${venv}/requirements.txt`
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  execFileSync('python3', ['-m', 'venv', venv], { stdio })
  execFileSync(pythonOf(venv), ['-m', 'pip', 'install', '-q', '-r', requirements], { stdio })
  writeFileSync(stamp, wanted)
}

/** False without Python. */
function installPython() {
  if (process.env.COUNTERSIGN_PYTHON !== undefined) return true
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' })
  } catch {
    return false
  }
  install(VENV, `${HERE}requirements.txt`)
  return true
}

/** The official clients of exchanges pin what the others pin otherwise, so that each has a separate environment. */
function installWallets() {
  for (const file of readdirSync(`${HERE}wallets`).filter((one) => one.endsWith('.txt'))) {
    const name = file.slice(0, -4)
    const variable = `COUNTERSIGN_PYTHON_${name.toUpperCase()}`
    if (process.env[variable] !== undefined) continue
    const venv = `${VENV}-${name}`
    try {
      install(venv, `${HERE}wallets/${file}`)
      process.env[variable] = pythonOf(venv)
    } catch {
      console.warn(`SKIPPED: ${readFileSync(`${HERE}wallets/${file}`, 'utf8').trim()} cannot be installed here`)
    }
  }
}

if (!installPython()) {
  console.warn('SKIPPED: there is no python3, so no Python client was tried')
  process.exit(0)
}
process.env.COUNTERSIGN_PYTHON = PYTHON
installWallets()
await startSuites('test/interop/python')
