import { hashText } from '#backend/hash'
import { fail } from '../../errors.js'
import type { Draft } from './draft.js'
import { isObject, readJson } from './json-text.js'
import { percentEncoded, rawText } from './percent.js'

function valueText(name: string, value: unknown): string {
  return typeof value === 'string' || typeof value === 'boolean'
    ? String(value)
    : fail('MESSAGE_MALFORMED', `"${name}" must be text, a number, a boolean or a list of them`)
}

/** The members of a JSON object as a query would say them, lists as `name[]=…`; numbers as the digits that are sent. */
function jsonPairs(body: string, write: (text: string) => string): string {
  const value = readJson(body, true)
  if (!isObject(value)) return fail('MESSAGE_MALFORMED', 'the body must be a JSON object')
  return Object.entries(value)
    .flatMap(([name, one]) =>
      Array.isArray(one)
        ? one.map((item: unknown) => `${write(name)}[]=${write(valueText(name, item))}`)
        : `${write(name)}=${write(valueText(name, one))}`,
    )
    .join('&')
}

const same = (text: string): string => text

/**
 * SHA-512 of the parameters of a request, wherever they are, as one query string; `undefined` where there are none.
 *
 * @param raw before percent-encoding, as Upbit hashes it; else as it is on the wire
 * @throws {CountersignError} `MESSAGE_MALFORMED` for parameters in two places, and for what a query cannot say.
 */
export function queryHash({ query, body }: Draft, raw: boolean): string | undefined {
  const json = /^\s*[{[]/.test(body)
  const inBody = json ? jsonPairs(body, raw ? same : percentEncoded) : raw ? rawText(body) : body
  if (query !== '' && inBody !== '')
    fail('MESSAGE_MALFORMED', 'parameters must be in the query or in the body, not in both')
  const all = query === '' ? inBody : raw ? rawText(query) : query
  return all === '' ? undefined : hashText('sha512', all, 'hex')
}
