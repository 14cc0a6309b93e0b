// The recordings in docs/cli.md, made by running the commands: `npm run docs:cli`, and with --check only compared.
import { readFileSync, writeFileSync } from 'node:fs'
import { recorded, withoutChance } from './lib/cli-page.mjs'
import { ROOT } from './lib/package-map.mjs'

const path = `${ROOT}docs/cli.md`
const page = readFileSync(path, 'utf8')
const made = await recorded(page, `${ROOT}dist/cli.js`)
const [old, now] = [withoutChance(page).split('\n'), withoutChance(made).split('\n')]
const at = old.findIndex((line, i) => line !== now[i])
if (at === -1 && old.length === now.length) console.log('docs/cli.md: every recording is as the commands print it')
else if (process.argv.includes('--check')) {
  console.error(
    `docs/cli.md: line ${at + 1} is\n  ${old[at]}\nand the command prints\n  ${now[at]}\nRun npm run docs:cli.`,
  )
  process.exitCode = 1
} else {
  writeFileSync(path, made)
  console.log('docs/cli.md: recorded anew')
}
