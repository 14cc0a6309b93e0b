// Searches every parser by coverage for input that it does not refuse properly: npm run fuzz [-- --seconds 10] [--seed 1] [target …]
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { ROOT } from '../../tools/lib/package-map.mjs'
import { bundleSource } from '../../tools/lib/source-bundle.mjs'
import { install } from '../../tools/lib/suites.mjs'
import { search } from './search.mjs'

const HERE = fileURLToPath(new URL('./', import.meta.url))
const BUILT = `${HERE}.build/`
/** As many inputs of each target are kept in the repository, the shortest of those that reach something of their own. */
const KEPT = 12

const { values, positionals } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    seed: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
  allowPositionals: true,
})
const seconds = Number(values.seconds)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!(seconds > 0 && Number.isInteger(seed)))
  throw new Error('usage: npm run fuzz [-- --seconds 10] [--seed 1] [--keep] [target …]')

install(`${ROOT}test/fuzz`)
const { createInstrumenter } = (await import('istanbul-lib-instrument')).default

/** The targets of a room, counted: what is of this package, and nothing of others. @param {string} room */
async function targetsOf(room) {
  const outfile = `${BUILT}${room}.mjs`
  await bundleSource(`test/fuzz/targets/${room}.ts`, outfile, (code, path) =>
    createInstrumenter({ esModules: true, compact: true }).instrumentSync(code, path),
  )
  return /** @type {{ targets: readonly import('./search.mjs').Target[] }} */ (
    await import(pathToFileURL(outfile).href)
  ).targets
}

rmSync(BUILT, { recursive: true, force: true })
mkdirSync(BUILT, { recursive: true })
process.chdir(ROOT)
console.log(`seed ${seed}, ${seconds} s for each target`)
let passed = 0
let failed = 0
for (const room of readdirSync(`${HERE}targets`).map((file) => file.replace(/\.ts$/, ''))) {
  for (const target of await targetsOf(room)) {
    const { name } = target
    if (positionals.length > 0 && !positionals.some((asked) => name.startsWith(asked))) continue
    const file = `${HERE}corpus/${name}.json`
    /** @type {readonly string[]} */
    const texts = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []
    const known = texts.map((one) => Buffer.from(one, 'base64'))
    const { inputs, reached, corpus, finding } = await search(target, { known, milliseconds: seconds * 1_000, seed })
    console.log(`${finding === undefined ? 'ok  ' : 'FAIL'} ${name}: ${inputs} inputs, ${reached} places reached`)
    if (finding === undefined) passed++
    else {
      failed++
      console.log(`  ${finding.problem}\n  input, base64: ${finding.input.toString('base64')}`)
    }
    if (values.keep) {
      const shortest = [...corpus].sort((a, b) => a.length - b.length).slice(0, KEPT)
      writeFileSync(file, `${JSON.stringify(shortest.map((one) => one.toString('base64')))}\n`)
    }
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
