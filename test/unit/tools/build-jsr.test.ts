import ts from 'typescript'
import { expect, test } from 'vitest'
import { jsrSource, manifest, NPM_ONLY } from '../../../tools/build-jsr.mjs'
import { entryPoints } from '../../../tools/lib/package-map.mjs'

const FILES = new Set(['errors.ts', 'a/b.ts', 'view.tsx'])
const rewritten = (text: string, file = 'a/b.ts'): string =>
  jsrSource(file, ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), (path) => FILES.has(path))

test.each([
  ["import { fail } from '../errors.js'", "import { fail } from '../errors.ts'"],
  ["export * from '../view.js'", "export * from '../view.tsx'"],
  ["const a = await import('./b.js')", "const a = await import('./b.ts')"],
  ["let a: typeof import('../errors.js')", "let a: typeof import('../errors.ts')"],
  ["import { hash } from '#backend/hash'", "import { hash } from '../crypto/backend/portable/hash.ts'"],
  ["import { readFile } from 'node:fs/promises'", "import { readFile } from 'node:fs/promises'"],
  ['const text = "./b.js"', 'const text = "./b.js"'],
])('the line %s becomes %s', (before, after) => {
  expect(rewritten(before)).toBe(after)
})

test('packages are named with one range, and their types where they stand apart', () => {
  expect(rewritten("import { sha256 } from '@noble/hashes/sha2.js'")).toMatch(
    /'npm:@noble\/hashes@\^\d[\d.]+\/sha2\.js'/,
  )
  expect(rewritten("import type { Pool } from 'undici'")).toMatch(/'npm:undici@\^\d[\d.]+'/)
  expect(rewritten("import type { Context } from 'koa'")).toMatch(/'npm:@types\/koa@\^/)
  expect(() => rewritten("import x from 'left-pad'")).toThrow('a/b.ts: left-pad is no declared dependency')
})

test('jsr.json has every subpath by its own name, except for what JSR cannot hold', () => {
  const names = Object.keys(manifest('scope').exports)
  const all = entryPoints().map(({ subpath }) => subpath)
  expect(all.filter((name) => !names.includes(name))).toEqual(all.filter((name) => NPM_ONLY.test(name)))
  expect(names.filter((name) => name.includes('*'))).toEqual([])
  expect(names).toContain('./exchange/binance')
})
