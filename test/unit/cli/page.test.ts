import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { COMMANDS } from '../../../src/cli/commands.js'

const page = readFileSync('docs/cli.md', 'utf8')
// `tools/cli-page.mjs --check`, a part of `npm run check:package`, runs every one of them and compares what it prints.
const recorded = [...page.matchAll(/```console\n([\s\S]*?)\n```/g)]
  .flatMap(([, block = '']) => block.split('\n'))
  .filter((line) => line.startsWith('$ '))
  .join('\n')

test.each(COMMANDS.map(({ name }) => name))('%s has a recording in docs/cli.md', (name) => {
  expect(recorded).toMatch(new RegExp(`countersign ${name}\\b`))
})

test('a command stands nowhere in the page but in recordings, where it is run', () => {
  const rest = page.replace(/```console\n[\s\S]*?\n```/g, '')
  expect(rest).not.toMatch(/^\$ |^ {4,}countersign |```sh/m)
})
