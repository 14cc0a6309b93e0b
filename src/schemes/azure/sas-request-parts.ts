import { fail } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { onlyValue, queryPairs } from './request.js'
import type { SasValues } from './sas-values.js'

/*
 * Parts of a request that a user delegation SAS demands, from version 2026-04-06 on: `srh` names fields, `srq` parameters, and their
 * values are signed. As `requestHeaders` and `requestQueryParameters` of `@azure/storage-blob` 12.32.0. The names stand in the URL and
 * not in a separate line: what follows the first colon of a line is the value, so that no name may hold one.
 */

/** The texts of fields and parameters, each empty without any. */
export type RequestTexts = readonly [fields: string, parameters: string]

/** What most SAS demand. */
export const NO_PARTS: RequestTexts = ['', '']

type Pair = readonly [name: string, value: string]

/** Each field with a line feed behind it, each parameter with one before it. */
export const partTexts = (fields: readonly Pair[], parameters: readonly Pair[]): RequestTexts => [
  fields.map(([name, value]) => `${name}:${value}\n`).join(''),
  parameters.map(([name, value]) => `\n${name}:${value}`).join(''),
]

const MAX_NAMES = 32
/** Names of fields, and of parameters: without a comma, a colon and control characters. */
export const PART_NAME: RegExp = /^[!-+\--9;-~]{1,256}$/

/** The names of a list. @throws {CountersignError} `AUTH_MALFORMED`. */
export function partNames(values: SasValues, list: string): readonly string[] {
  const text = values.get(list)
  if (text === undefined) return []
  const names = text.split(',', MAX_NAMES + 1)
  const lower = new Set(names.map((name) => name.toLowerCase()))
  if (names.length > MAX_NAMES || lower.size < names.length || !names.every((name) => PART_NAME.test(name)))
    fail('AUTH_MALFORMED', `parameter "${list}" must be at most ${MAX_NAMES} different names with commas`)
  return names
}

/** The texts of what a request has of the parts. @throws {CountersignError} `AUTH_MALFORMED`, `AUTH_DUPLICATE`, `HEADER_DUPLICATE`. */
export function partsOf({ target, fields }: HttpRequest, values: SasValues): RequestTexts {
  const named = partNames(values, 'srh').map((name): Pair => {
    const lower = name.toLowerCase()
    return hasField(fields, lower) ? [name, onlyValue(fields, lower)] : absent(`field "${name}"`)
  })
  const pairs = queryPairs(target)
  const parameters = partNames(values, 'srq').map((name): Pair => {
    const found = pairs.filter(([own]) => own === name.toLowerCase())
    if (found.length > 1) fail('AUTH_DUPLICATE', `parameter "${name}" is repeated`)
    return [name, found[0]?.[1] ?? absent(`parameter "${name}"`)]
  })
  return partTexts(named, parameters)
}

const absent = (what: string): never => fail('AUTH_MALFORMED', `the SAS is for requests with the ${what}`)
