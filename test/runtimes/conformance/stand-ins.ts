/// <reference path="./buffer.d.ts" />
// What the tests themselves take from Node, where there is no Node: reading files, joining paths, bytes of text. The package has
// none of it.

import { Buffer } from 'buffer/'
import { BACKEND, FILES } from './files.js'

// It knows no base64url by that name, though it reads and writes the same bytes.
const { from } = Buffer as unknown as { from: (value: unknown, encoding?: string, end?: number) => Buffer }
Object.assign(Buffer, {
  from: (value: unknown, encoding?: string, end?: number) =>
    Reflect.apply(from, Buffer, [value, encoding === 'base64url' ? 'base64' : encoding, end]),
})
const { toString: textOf } = Buffer.prototype
Buffer.prototype.toString = function (encoding?: string, ...range: number[]): string {
  if (encoding !== 'base64url') return Reflect.apply(textOf, this, [encoding, ...range])
  const text: string = Reflect.apply(textOf, this, ['base64', ...range])
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export { Buffer }

/** Where the tests find themselves, as their paths are made. */
const ROOT = '/checkout/project/'
const keyOf = (path: string | URL): string =>
  (typeof path === 'string' ? path : path.pathname).replace(ROOT, '').replace('/checkout/', '../').replace(/\/$/, '')

export const readFileSync = (path: string | URL): string => {
  const text = FILES[keyOf(path)]
  if (text === undefined) throw new Error(`${keyOf(path)} is not among the files that were bundled`)
  return text
}
export const writeFileSync = (): never => {
  throw new Error('nothing is written here')
}
export const readdirSync = (path: string | URL): string[] => {
  const folder = `${keyOf(path)}/`
  const inside = Object.keys(FILES).filter((name) => name.startsWith(folder))
  return [...new Set(inside.map((name) => name.slice(folder.length).split('/')[0] as string))].sort()
}
export const existsSync = (path: string | URL): boolean =>
  keyOf(path) in FILES || Object.keys(FILES).some((name) => name.startsWith(`${keyOf(path)}/`))

export const join = (...parts: readonly string[]): string => {
  const path = parts.join('/').replace(/\/+/g, '/')
  return path.startsWith('/') ? new URL(`file://${path}`).pathname : path
}

export const process = {
  cwd: (): string => ROOT.slice(0, -1),
  // These tests are about runtimes: `npm test` draws the rest of the cases.
  env: { COUNTERSIGN_BACKEND: BACKEND, TEST_LENGTH: 'quick' } as Record<string, string | undefined>,
}
