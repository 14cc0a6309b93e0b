// The documentation site: npm run docs:site. It is built into docs/.site from docs/*.md, and needs no network to be read.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { ROOT } from '../tools/lib/package-map.mjs'
import { install } from '../tools/lib/suites.mjs'
import { problemsOf } from './pages.mjs'
import { writeReference } from './reference.mjs'
import { GENERATED, OUTPUT, programs, writtenPages } from './sources.mjs'

const problems = problemsOf(writtenPages())
if (problems.length > 0) {
  for (const problem of problems) console.error(`site: ${problem}`)
  process.exit(1)
}
install(`${ROOT}site`)
rmSync(ROOT + GENERATED, { recursive: true, force: true })
writeExamples()
await writeReference()
// Its types are there only after the installation.
const GENERATOR = /** @type {string} */ ('vitepress')
const { build } = await import(GENERATOR)
await build(`${ROOT}site`)
console.log(`site: built into ${OUTPUT}`)

/** One page for each program, which includes the file, and one that lists them. */
function writeExamples() {
  mkdirSync(`${ROOT}${GENERATED}/examples`, { recursive: true })
  const names = programs().map((file) => [file, file.split('/').at(-1)?.replace('.mjs', '') ?? ''])
  for (const [file, name] of names)
    writeFileSync(`${ROOT}${GENERATED}/examples/${name}.md`, `# ${name}.mjs\n\n<<< @/${file}{js}\n`)
  const list = names.map(([file, name]) => `- [${name}](../../../${file})`).join('\n')
  writeFileSync(
    `${ROOT}${GENERATED}/examples/index.md`,
    `# Example programs\n\nEach program is run by the tests. Copy it into an empty folder and install \`countersign\`.\n\n${list}\n`,
  )
}
