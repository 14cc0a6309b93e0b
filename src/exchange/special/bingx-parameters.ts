import { fail } from '../../errors.js'
import { type Draft, setQuery } from '../spec/draft.js'
import { memberTexts } from '../spec/json-elements.js'
import { assertNotBoth } from '../spec/one-place.js'
import { joinTexts, nameOf } from '../spec/pairs.js'
import { rawText } from '../spec/percent.js'
import { inJson, inQuery, type Place, type PlaceList } from '../spec/places.js'

const LIST: PlaceList = [
  ['recvWindow', 'window'],
  ['timestamp', 'time'],
]
const query = /* @__PURE__ */ inQuery(LIST, 'signature')
const json = /* @__PURE__ */ inJson(LIST, 'signature', false, ['recvWindow', 'timestamp'])
const isObject = ({ body }: Draft): boolean => /^\s*\{/.test(body)

/** Pairs where sorting puts them, if those that are there are sorted: an older page wants that, today's any order. */
function inOrder(pairs: string, added: readonly string[]): string {
  const all = pairs === '' ? [] : pairs.split('&')
  for (const one of added) {
    const next = all.findIndex((other) => nameOf(other) > nameOf(one))
    all.splice(next === -1 ? all.length : next, 0, one)
  }
  return all.join('&')
}

/** Authentication in the JSON object where there is one, else in the query. */
export const bingxParameters: Place = {
  parts: ['query', 'json'],
  list: LIST,
  sign: 'signature',
  put: (draft, params) => {
    if (isObject(draft)) return json.put(draft)
    const had = draft.query
    query.put(draft, params)
    const added = draft.query.slice(had.length).split('&')
    setQuery(draft, inOrder(had, added[0] === '' ? added.slice(1) : added))
  },
  putSign: (draft, plain) => (isObject(draft) ? json : query).putSign(draft, plain),
}

/** What is signed: the query in its order, before it was encoded; of JSON its members by name. */
export function bingxText(draft: Draft): string {
  assertNotBoth(draft)
  if (draft.body === '') return rawText(draft.query)
  if (isObject(draft)) return joinTexts(memberTexts(draft.body).filter(([name]) => name !== 'signature'))
  fail('MESSAGE_MALFORMED', 'a request to BingX must have its parameters in the query or in a JSON object')
}
