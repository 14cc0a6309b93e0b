import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ALL_SCHEMES } from '../../contract/schemes/all.js'

const ROOT = new URL('../../../src/', import.meta.url)
const FILES = ['schemes/', 'webhook/'].flatMap((room) =>
  readdirSync(new URL(room, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(room + name, ROOT), 'utf8')),
)

// A function whose result signs, or judges, with a scheme.
const MAKES = /\): (?:Signer\b|(?:Verify|Older|Azure|Sigv4Verify|Header)Scheme\b|Webhook\b)/
/** What the others are made of. */
const PARTS = [
  'headerSigner',
  'urlSigner',
  'cloneSigner',
  'variantVerifier',
  'ibkrSigner',
  'headerVerifier',
  'webhookOf',
  'negotiable',
  'pairSigner',
  'profileSigner',
  'profileVerifier',
  'fixedVerifier',
  'ibkrSigner',
]

/** The names of all exported functions that make a scheme. */
const made = FILES.flatMap((text) =>
  text
    .split(/^export /m)
    .slice(1)
    .flatMap((piece) => {
      const name = /^(?:const|function) (\w+)/.exec(piece)?.[1]
      const head = piece.split(/=>|\{\n/, 1)[0] as string
      return name !== undefined && MAKES.test(head) ? [name] : []
    }),
)

describe('the table of all schemes', () => {
  test('names every function that makes one', () => {
    const known = new Set(ALL_SCHEMES.flatMap(({ of }) => of))
    expect(made.length).toBeGreaterThan(80)
    expect(made.filter((name) => !known.has(name) && !PARTS.includes(name))).toEqual([])
    expect([...known].filter((name) => !made.includes(name))).toEqual([])
  })

  test('names each scheme once', () => {
    const names = ALL_SCHEMES.map(({ name }) => name)
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })
})
