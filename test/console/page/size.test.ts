import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const BUILD = `import { bundleConsole } from './tools/lib/bundle-console.mjs'
const { gzipBytes, files, modules } = await bundleConsole()
console.log(JSON.stringify({ gzipBytes, html: files['index.html'][1], text: Object.values(modules).join('') }))`

test('the keys page loads less than 30 kB in gzip before its first rows, and everything with four languages is less than 90', () => {
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', BUILD], { encoding: 'utf8' })
  const {
    gzipBytes,
    html,
    text: all,
  } = JSON.parse(text) as {
    gzipBytes: { first: number; everything: number }
    html: string
    text: string
  }
  expect(gzipBytes.first).toBeLessThan(30_000)
  // With every view, one table of texts, and what makes keys.
  expect(gzipBytes.everything).toBeLessThan(90_000)
  // A policy of 'self' alone: no script and no style stands in the page, and no text becomes markup.
  expect(html).not.toMatch(/<script(?![^>]* src=)|<style|style=|\son\w+=/)
  for (const name of ['outerHTML', 'insertAdjacentHTML', 'document.write', 'eval(', 'new Function', 'srcdoc'])
    expect(all, name).not.toContain(name)
}, 60_000)
