import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { ClientScheme, ClientTemplate } from '../../src/clients/template.js'

/** What is known of the files of one scheme in one language, for the table of docs/clients.md. */
export interface Result {
  readonly language: string
  readonly scheme: ClientScheme
  readonly version: string
  /** Of the files that were executed, or parsed. */
  readonly files: string
  /** There is no toolchain: a grammar has read them, and nothing more. */
  readonly parsed?: true
  passed: number
  failed: number
}

const RESULTS = 'test/clients/results.json'

export const filesHash = ({ files }: ClientTemplate, scheme: ClientScheme): string => {
  const texts = files[scheme]?.map(({ text }) => text) ?? []
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16)
}

/** Writes down what ran, where that was asked for: `npm run test:clients -- --write`. */
export function writeResults(results: readonly Result[]): void {
  if (process.env['CLIENTS_RESULTS'] === undefined || results.length === 0) return
  const known: readonly Result[] = existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : []
  const key = (one: Result): string => `${one.language} ${one.scheme}`
  const all = new Map([...known, ...results].map((one) => [key(one), one]))
  const sorted = [...all.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1))
  writeFileSync(RESULTS, `${JSON.stringify(sorted, undefined, 2)}\n`)
}
