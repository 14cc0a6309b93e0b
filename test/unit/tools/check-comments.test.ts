import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, describe, expect, test } from 'vitest'

const TOOL: string = '../../../tools/check-comments.mjs'
const { commentGaps } = (await import(TOOL)) as {
  commentGaps: (files: readonly string[], options: ts.CompilerOptions, root: string) => readonly string[]
}

const root = `${mkdtempSync(join(tmpdir(), 'comments-'))}/`
afterAll(() => rmSync(root, { recursive: true, force: true }))

let count = 0
/** The gaps of one module, without its name. Other modules stand beside it. */
function gapsOf(text: string, others: Readonly<Record<string, string>> = {}): readonly string[] {
  const folder = `${root}${count++}/`
  mkdirSync(folder)
  for (const [name, one] of Object.entries({ 'index.ts': text, ...others })) writeFileSync(folder + name, one)
  const { ES2022 } = ts.ScriptTarget
  const options = { target: ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }
  return commentGaps([`${folder}index.ts`], { ...options, lib: ['lib.es2022.d.ts'], types: [] }, folder)
}

describe('the check of doc comments', { timeout: 60_000 }, () => {
  test('names exports without one, each where it stands', () => {
    const text =
      '/** A. */\nexport const a = 1\nexport const b = 2\nexport function c() {}\n/** D. */\nexport type D = 1\n'
    expect(gapsOf(text)).toEqual(['index.ts:3 b', 'index.ts:4 c'])
    expect(gapsOf('export { other } from "./other.js"', { 'other.ts': 'export const other = 1' })).toEqual([
      'other.ts:1 other',
    ])
    const text2 = 'export * as names from "./names.js"'
    expect(gapsOf(text2, { 'names.ts': 'export const one = 1' })).toEqual(['names.ts:1 names'])
    expect(gapsOf(text2, { 'names.ts': '/** Names. */\nexport const one = 1' })).toEqual([])
  })

  test('names members of interfaces, classes and types, and those of an object inside', () => {
    const text = `
/** A. */
export interface A {
  /** One. */
  readonly one: 1
  readonly two: 2
  run(): void
  /** Three. */
  readonly three: {
    /** Four. */
    readonly four: 4
    readonly five: 5
  }
}
/** B. */
export type B = {
  readonly six: 6
}
/** C. */
export class C {
  seven = 7
  #eight = 8
  private nine = 9
  /** Ten. */
  ten = 10
  get eleven() {
    return this.#eight + this.nine
  }
}
`
    expect(gapsOf(text).map((gap) => gap.replace(/.* /, ''))).toEqual([
      ...['A.three.five', 'B.six', 'C.seven', 'C.eleven'],
      ...['A.two', 'A.run'],
    ])
  })

  test('names members that are inherited from what is not exported, once', () => {
    const text = `
interface Base {
  readonly silent: 1
  /** Told. */
  readonly told: 2
}
/** A. */
export interface A extends Base {}
/** B. */
export type B = Omit<Base, 'told'> & Base
`
    expect(gapsOf(text)).toEqual(['index.ts:3 A.silent'])
  })

  test('takes the comment of the whole for a literal on one line, and none for one on several', () => {
    const one = '/** A. */\nexport type A = { readonly a: 1 } | { readonly b: 2 }\n'
    expect(gapsOf(one)).toEqual([])
    const options = '/** F. */\nexport function f(options: { readonly a: 1 }): void {}\n'
    expect(gapsOf(options)).toEqual([])
    expect(gapsOf(options.replace('{ readonly a: 1 }', '{\n  readonly a: 1\n}'))).toEqual(['index.ts:3 f.a'])
  })

  test('asks nothing of an implementation behind overloads, and of nothing from elsewhere', () => {
    const text = `
/** F. */
export function f(options: { readonly a: 1 }): void
export function f(options: {
  readonly b: 1
}): void {}
/** A. */
export interface A extends Error {}
`
    expect(gapsOf(text)).toEqual([])
  })
})
