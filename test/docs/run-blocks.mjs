// Runs blocks of the documentation one after the other and prints what failed: node run-blocks.mjs URL of the module with all of them
import { writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const LONGEST_MS = 20_000

// Nothing of what is tried here is to reach a service on the network, and what a block prints is not asked for.
globalThis.fetch = async () => {
  throw new TypeError('fetch failed: there is no network here')
}
for (const name of /** @type {const} */ (['log', 'info', 'warn', 'error'])) console[name] = () => {}
console.assert = (holds, ...rest) => {
  if (!holds) throw new Error(`an assertion does not hold: ${rest.join(' ')}`)
}

/** @type {string[]} */
const failures = []
let running = ''
// Of what was not waited for, also of an earlier block.
process.on('unhandledRejection', (error) => failures.push(`${running}: ${error}`))
process.on('uncaughtException', (error) => failures.push(`${running}: ${error}`))

const { blocks } = /** @type {{ blocks: Record<string, () => Promise<unknown>> }} */ (await import(process.argv[2]))
for (const [at, run] of Object.entries(blocks)) {
  running = at
  const late = sleep(LONGEST_MS, undefined, { ref: false }).then(() => {
    throw new Error(`did not end within ${LONGEST_MS} ms`)
  })
  // A turn of the loop, for what it has begun and does not wait for.
  await Promise.race([run().then(() => sleep(1)), late]).catch((error) => failures.push(`${at}: ${error}`))
}
writeSync(1, JSON.stringify(failures))
process.exit(0)
