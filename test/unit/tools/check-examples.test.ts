import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { filledIn } from '../../../tools/check-examples.mjs'
import { picture } from '../../../tools/demo-picture.mjs'

test('a block below a comment that names a file becomes that file, whatever stood there', () => {
  const readme = 'Text.\n\n<!-- docs/examples/a.mjs -->\n```js\nold\n```\n\n```sh\nnpm test\n```\n'
  const filled = filledIn(readme, (path) => `new of ${path}\n`)
  expect(filled).toBe(readme.replace('old', 'new of docs/examples/a.mjs'))
  expect(filledIn(filled.replace('new of docs/examples/a.mjs\n', ''), (path) => `new of ${path}\n`)).toBe(filled)
})

test('the README shows the programs as they are', () => {
  const readme = readFileSync('README.md', 'utf8')
  expect(readme).toContain('<!-- docs/examples/quickstart.mjs -->\n')
  expect(readme).toContain('<!-- docs/examples/bot.mjs -->\n')
  expect(filledIn(readme, (path) => readFileSync(path, 'utf8'))).toBe(readme)
})

test('nothing in the README has to be declared by the reader', () => {
  expect(readFileSync('README.md', 'utf8')).not.toMatch(/^\s*declare /m)
})

test('a line of the demo is drawn with its colours, and its text cannot be markup', () => {
  const svg = picture('\u001b[32m✓\u001b[0m  a < b & c\n')
  expect(svg).toContain('<tspan fill="#7ee787">✓</tspan>  a &lt; b &amp; c</text>')
})
