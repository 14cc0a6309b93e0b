import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const BUILD = `import { bundleInspector } from './tools/lib/bundle-inspector.mjs'
const { gzipBytes, html } = await bundleInspector()
console.log(JSON.stringify({ gzipBytes, scripts: html.match(/<script>/g).length }))`

test('the page weighs less than 120 kB in gzip without what is run later, and what runs first a sixth of it', () => {
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', BUILD], { encoding: 'utf8' })
  const { gzipBytes, scripts } = JSON.parse(text) as { gzipBytes: Record<string, number>; scripts: number }
  expect(gzipBytes['first script']).toBeLessThan(20_000)
  expect(gzipBytes['without the parts that are run later']).toBeLessThan(120_000)
  // The parts lie in the page as text, which no browser runs by itself.
  expect(scripts).toBe(1)
  // The sizes in the docs are about those of today.
  const page = readFileSync('docs/inspector.md', 'utf8')
  for (const [row, name] of [
    ['the file', 'page'],
    ['without the curves', 'without the parts that are run later'],
    ['what runs before', 'first script'],
  ] as const) {
    const [, stated] = new RegExp(`\\| ${row}[^|]*\\| (\\d+) kB`).exec(page) ?? []
    expect(Math.abs(Number(stated) - (gzipBytes[name] ?? 0) / 1_000), row).toBeLessThan(4)
  }
}, 60_000)
