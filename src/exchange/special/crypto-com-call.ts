import { fail } from '../../errors.js'
import { type CallBody, callOf } from '../spec/call-body.js'
import type { Draft } from '../spec/draft.js'
import { isObject, readJson } from '../spec/json-text.js'
import { assertNoQuery } from '../spec/one-place.js'
import { inJson, type Place } from '../spec/places.js'

/** The body of a call. Only the answer repeats the id, and over HTTP it is clear what an answer belongs to. */
export const call: CallBody = /* @__PURE__ */ callOf('/exchange/v1/', { id: 1, method: '$call', params: '$params' })

const MAX_LEVEL = 3

/** "Digital Signature": names in ascending order, each followed by its value, without anything between. */
function paramText(value: unknown, level: number): string {
  if (typeof value !== 'object' || value === null) return String(value)
  // The page's two programs disagree from here on: one goes on, the other prints the object.
  if (level >= MAX_LEVEL) fail('MESSAGE_MALFORMED', `the parameters must have at most ${MAX_LEVEL} levels`)
  if (!isObject(value)) return (value as readonly unknown[]).map((one) => paramText(one, level + 1)).join('')
  return Object.keys(value)
    .sort()
    .map((name) => name + paramText(value[name], isObject(value[name]) ? level + 1 : level))
    .join('')
}

/** What is signed: the name of the call, its id, the key, the parameters and the time. */
export function callText({ path, body, key, time }: Draft): string {
  const { name, params, members } = call.read(path, readJson(body, true), ['api_key', 'nonce', 'sig'])
  if (typeof members['id'] !== 'string')
    fail('MESSAGE_MALFORMED', 'the body must have an "id" that is text or a number')
  return name + members['id'] + key + paramText(params, 0) + time
}

const members = inJson(
  [
    ['api_key', 'key'],
    ['nonce', 'time'],
  ],
  'sig',
  false,
  ['nonce'],
)
/** Members of the call, which is written where there is no body. */
export const callPlace: Place = {
  ...members,
  put: (draft, params) => {
    if (draft.body === '' && draft.method !== 'GET') draft.body = JSON.stringify(call.write(draft.path, {}))
    members.put(draft, params)
  },
}

/**
 * Refuses a call whose parts could be others: of what is signed, nothing says where one ends.
 *
 * @throws {CountersignError} `AUTH_MALFORMED`, `MESSAGE_MALFORMED` for a query.
 */
export function readCall(draft: Draft): void {
  assertNoQuery(draft)
  const { id, method } = Object(readJson(draft.body, true)) as Readonly<Record<string, unknown>>
  // Method, id and key stand one behind the other, too.
  if (!/^\d+$/.test(String(id)) || !/^[a-z][a-z/-]*$/.test(String(method)))
    fail('AUTH_MALFORMED', '"id" must be a whole number and "method" words without digits')
}
