import { expect, test } from 'vitest'
import { checkExports } from '../../../tools/check-exports.mjs'
import type { PackageJson } from '../../../tools/lib/package-map.mjs'
import { fileTree } from './tree.js'

const PACKAGE = {
  name: 'example',
  exports: {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './leaf': { types: './dist/leaf.d.ts', default: './dist/leaf.js' },
    './package.json': './package.json',
  },
  imports: { '#backend/*': { node: './dist/native/*.js', default: './dist/portable/*.js' } },
  dependencies: { '@noble/hashes': '^2.0.0' },
  peerDependencies: { hono: '^4.0.0' },
} as unknown as PackageJson

const FILES = {
  'src/index.ts': "export { key } from './key.js'",
  'src/leaf.ts': "import type { Context } from 'hono'\nexport const leaf: Context = 1",
  'src/key.ts': "import { hash } from '#backend/hash'\nexport const key = hash",
  'src/native/hash.ts': "import { createHash } from 'node:crypto'\nexport const hash = createHash",
  'src/portable/hash.ts': "import { sha256 } from '@noble/hashes/sha2.js'\nexport const hash = sha256",
  'dist/index.js': 'export { key } from "./key.js"',
  'dist/index.d.ts': "export { key } from './key.js'",
  'dist/leaf.js': 'export const leaf = 1',
  'dist/leaf.d.ts': "import type { Context } from 'hono'\nexport declare const leaf: Context",
  'dist/key.js': 'import { hash } from "#backend/hash"\nexport const key = hash',
  'dist/key.d.ts': 'export declare const key: unknown',
  'dist/native/hash.js': 'import { createHash } from "node:crypto"\nexport const hash = createHash',
  'dist/portable/hash.js': 'import { sha256 } from "@noble/hashes/sha2.js"\nexport const hash = sha256',
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      paths: { '#backend/*': ['./src/portable/*.ts'], example: ['./src/index.ts'], 'example/leaf': ['./src/leaf.ts'] },
    },
  }),
}

const problems = (changes: Readonly<Record<string, string | undefined>>, pkg: PackageJson = PACKAGE): string[] =>
  checkExports(
    fileTree(
      Object.fromEntries(
        Object.entries({ ...FILES, ...changes }).filter((file): file is [string, string] => file[1] !== undefined),
      ),
    ),
    pkg,
  )

test('a package in order has no problem', () => {
  expect(problems({})).toEqual([])
})

test('a subpath whose file was not built', () => {
  expect(problems({ 'dist/leaf.js': undefined })).toEqual(['exports "./leaf": ./dist/leaf.js does not exist'])
})

test('a subpath without declarations is named', () => {
  expect(problems({ 'dist/leaf.d.ts': undefined })).toEqual(['exports "./leaf": ./dist/leaf.d.ts does not exist'])
})

test('a subpath without source is named', () => {
  expect(problems({ 'src/leaf.ts': undefined })).toEqual(['exports "./leaf": src/leaf.ts does not exist'])
})

test('a leaf that the map forgot is named', () => {
  expect(problems({ 'src/other-leaf.ts': 'export const x = 1' })).toEqual([
    'src/other-leaf.ts: reached from no subpath of "exports"',
  ])
})

test('a target with more or other conditions is named', () => {
  const target = { default: './dist/leaf.js', types: './dist/leaf.d.ts' }
  expect(problems({}, { ...PACKAGE, exports: { ...PACKAGE.exports, './leaf': target } })).toEqual([
    'exports "./leaf": expected exactly "types" then "default"',
  ])
})

test('a target whose types are of another module', () => {
  const target = { types: './dist/index.d.ts', default: './dist/leaf.js' }
  expect(problems({}, { ...PACKAGE, exports: { ...PACKAGE.exports, './leaf': target } })).toEqual([
    'exports "./leaf": types and default name different modules',
  ])
})

test('compiler paths that differ from the map are named', () => {
  const paths = { example: ['./src/leaf.ts'], 'example/old': ['./src/old.ts'] }
  expect(problems({ 'tsconfig.json': JSON.stringify({ compilerOptions: { paths } }) })).toEqual([
    'tsconfig.json paths: "example" should be ["./src/index.ts"]',
    'tsconfig.json paths: "example/leaf" should be ["./src/leaf.ts"]',
    'tsconfig.json paths: "example/old" is not in "exports"',
  ])
})

test.each([
  ['"./key"', 'has no extension'],
  ['"./missing.js"', 'does not exist'],
  ['"#other/hash"', 'is not in "imports"'],
  ['"lodash"', 'is no declared dependency'],
])('built code that imports %s', (specifier, why) => {
  expect(problems({ 'dist/leaf.js': `import ${specifier}` })).toEqual([`dist/leaf.js: ${specifier} ${why}`])
})

test('a package that was not built is named', () => {
  const changes = Object.fromEntries(
    Object.keys(FILES).flatMap((path) => (path.startsWith('dist/') ? [[path, undefined]] : [])),
  )
  expect(problems(changes)).toContain('dist does not exist: run the build first')
})

test('a file that only a program uses is reached from it', () => {
  const part = { 'src/cli/part.ts': 'export const part = 1' }
  expect(problems(part)).toEqual(['src/cli/part.ts: reached from no subpath of "exports"'])
  expect(problems({ ...part, 'src/cli/main.ts': "await import('./part.js')" })).toEqual([])
})
