import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { newKeyId, newSecretText } from '../../../src/keyring/record/key-format.js'
import type { Environment } from '../../../src/keyring/record/key-record.js'

/** A fixture with its blanks filled in: no secret with a good checksum lies in the repository, where scanners would find it. */
export interface Fixture {
  readonly name: string
  readonly text: string
  /** What a scanner must report, in order. */
  readonly secrets: readonly string[]
}

const FORMAT = { prefix: 'acme' }
const letters = (length: number): string =>
  randomBytes(2 * length + 64)
    .toString('base64')
    .replace(/[^0-9A-Za-z]/g, '')
    .slice(0, length)

const BLANKS: Readonly<Record<string, (argument: string) => string>> = {
  id: (environment) => newKeyId(FORMAT, environment as Environment),
  secret: (environment) => newSecretText(FORMAT, environment as Environment),
  short: (environment) => newSecretText(FORMAT, environment as Environment).slice(0, -1),
  long: (environment) => `${newSecretText(FORMAT, environment as Environment)}a`,
  other: (environment) => newSecretText({ prefix: 'acmeshop' }, environment as Environment),
  prod: () => newSecretText(FORMAT, 'live').replace('_live_', '_prod_'),
  secretTail: () => newSecretText(FORMAT, 'live'),
  base62: (length) => letters(Number(length)),
  base64: (bytes) => randomBytes(Number(bytes)).toString('base64'),
  base64url: (bytes) => randomBytes(Number(bytes)).toString('base64url'),
}

/** The fixtures of one folder, fresh each time. */
export const fixtures = (folder: 'leaky' | 'clean'): readonly Fixture[] => {
  const directory = join(process.cwd(), 'test/vectors/leaks', folder)
  return readdirSync(directory)
    .sort()
    .map((name) => {
      const secrets: string[] = []
      const text = readFileSync(join(directory, name), 'utf8').replace(
        /\{\{(\w+)(?::(\w+))?\}\}/g,
        (_, kind: string, argument: string) => {
          const value = (BLANKS[kind] as (argument: string) => string)(argument)
          if (kind === 'secret') secrets.push(value)
          return value
        },
      )
      return { name, text, secrets }
    })
}
