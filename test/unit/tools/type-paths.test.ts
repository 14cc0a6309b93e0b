import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../../../tools/lib/package-map.mjs'

const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
// Of the bundle for <script> there is no source file of that name.
const BUNDLE = './browser'

test.each(['tsconfig.json', 'tsconfig.node.json'])('%s finds the source of every subpath', (file) => {
  const exported = read('package.json').exports as Readonly<Record<string, { readonly types?: string }>>
  const expected = Object.entries(exported)
    .filter(([key, { types }]) => types !== undefined && key !== BUNDLE)
    .map(([key, { types = '' }]) => [
      `countersign${key.slice(1)}`,
      [types.replace('./dist/', './src/').replace('.d.ts', '.ts')],
    ])
  const paths = read(file).compilerOptions.paths as Readonly<Record<string, readonly string[]>>
  expect(Object.fromEntries(Object.entries(paths).filter(([name]) => name.startsWith('countersign')))).toEqual(
    Object.fromEntries(expected),
  )
})
