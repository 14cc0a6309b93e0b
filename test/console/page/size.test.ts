import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const BUILD = `import { assertSizes, bundleConsole } from './tools/lib/bundle-console.mjs'
const { gzipBytes, files, modules } = await bundleConsole()
assertSizes(gzipBytes)
console.log(JSON.stringify({ gzipBytes, html: files['index.html'][1], text: Object.values(modules).join('') }))`

test('the keys page is under 60 kB in gzip, with less than 30 before its first rows', () => {
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', BUILD], { encoding: 'utf8' })
  const {
    gzipBytes,
    html,
    text: all,
  } = JSON.parse(text) as {
    gzipBytes: { first: number; page: number; everything: number }
    html: string
    text: string
  }
  expect(gzipBytes.first).toBeLessThan(30_000)
  // With every view and what makes keys, in the language that is longest.
  expect(gzipBytes.page).toBeLessThan(60_000)
  // With the other languages, which are not loaded beside the first.
  expect(gzipBytes.everything).toBeLessThan(75_000)
  // A policy of 'self' alone: no script and no style stands in the page, and no text becomes markup.
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/)
  for (const name of ['outerHTML', 'insertAdjacentHTML', 'document.write', 'eval(', 'new Function', 'srcdoc'])
    expect(all, name).not.toContain(name)
}, 60_000)
