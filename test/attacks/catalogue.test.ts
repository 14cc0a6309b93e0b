import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { collected, collectOnly } from './attack.js'
import { CATALOGUE } from './catalogue.js'

const groups = [...new Set(CATALOGUE.map(({ group }) => group))]

// The cases announce themselves: a number counts as executed only if a case for it stands in its group's file.
collectOnly()
await Promise.all(groups.map((group) => import(`./${group}.test.ts`)))

test('the catalogue has every number from 1 to 108, once and in order', () => {
  expect(CATALOGUE.map(({ number }) => number)).toEqual(Array.from({ length: 108 }, (_, i) => i + 1))
})

for (const { number, attack, codes, note, later } of CATALOGUE) {
  test(`${number}. ${attack}: ${later === undefined ? 'executed' : 'not applicable yet'}`, () => {
    expect(collected().has(number)).toBe(later === undefined)
    if (later !== undefined) expect(later).toMatch(/^[A-Z].{40,}\.$/s)
    else if (codes.length === 0) expect(note).toMatch(/^[A-Z].+\.$/s)
  })
}

test('every group has its file', () => {
  const files = readdirSync(new URL('.', import.meta.url))
  expect(groups.filter((group) => !files.includes(`${group}.test.ts`))).toEqual([])
})
