import { fail } from '../../errors.js'
import { type Draft, type DraftText, setQuery, textOf, type Value } from './draft.js'
import { joinPairs } from './pairs.js'
import type { NamedParams } from './params.js'

/** Parameters by name, in the order in which they are added. */
export type PlaceList = ReadonlyArray<readonly [name: string, value: Value]>

/** A part of a request that parameters can stand in. */
export type PlacePart = 'query' | 'form' | 'json'

/** Authentication inside the query or the body. */
export interface Place {
  /** Where it is found again. `json` beside another one is the body of a request that has a JSON object there. */
  readonly parts: readonly PlacePart[]
  /** What is put before signing. */
  readonly list: PlaceList
  /** The name of the signature, which is put after; absent where it stands elsewhere. */
  readonly sign?: string
  /** True where the exchange does not ask for the signature to be the last pair: it sorts them all. */
  readonly signatureAnywhere?: true
  /**
   * Puts key, time and nonce where they belong, before anything is signed.
   *
   * @param params what the text was written from, where that is known: asking it is cheaper than searching the text
   * @throws {CountersignError} `MESSAGE_MALFORMED` where the request has something there already.
   */
  put(draft: Draft, params?: NamedParams): void
  /**
   * Puts the signature where it belongs.
   *
   * @param plain true where the text of the signature needs no encoding
   */
  putSign(draft: Draft, plain: boolean): void
  /**
   * On the verifying side, for what {@link Place.list} cannot say: puts what was received into the draft, and returns how many
   * parts of authentication were there.
   *
   * @throws {CountersignError} `AUTH_MALFORMED`, `SIGNATURE_MALFORMED`, `NONCE_MALFORMED` for what is there and is none.
   */
  read?(draft: Draft): number
}

const occupied = (name: string): never =>
  fail(
    'MESSAGE_MALFORMED',
    `the request has a "${name}" already: it is added when the request leaves, from the options of the signer`,
  )

/** One parameter, with the texts it is found by made beforehand. */
interface Entry {
  readonly name: string
  readonly value: Value
  readonly start: string
  readonly next: string
}

const entryOf = (name: string, value: Value): Entry => ({ name, value, start: `${name}=`, next: `&${name}=` })

/** Pairs with the entries behind or before them. @throws {CountersignError} `MESSAGE_MALFORMED` for what is there already. */
function withEntries(
  draft: Draft,
  entries: readonly Entry[],
  pairs: string,
  params: NamedParams | undefined,
  first: boolean,
): string {
  let out = first ? '' : pairs
  for (let i = 0; i < entries.length; i++) {
    const { name, value, start, next } = entries[i] as Entry
    if (
      params === undefined
        ? pairs !== '' && (pairs.startsWith(start) || pairs.includes(next))
        : params[name] !== undefined
    )
      occupied(name)
    const text = textOf(draft, value)
    if (text !== '') out += (out === '' ? start : next) + text
  }
  return first ? joinPairs(out, pairs) : out
}

/** Pairs of one text of the draft, and the signature behind them. */
function pairsPlace(part: 'query' | 'form', list: PlaceList, sign: string | undefined, first: boolean): Place {
  // The last one is for the signature: empty while nothing is signed, so it is only looked for.
  const entries = [...list, ...(sign === undefined ? [] : [[sign, 'sign'] as const])].map((one) => entryOf(...one))
  const query = part === 'query'
  const [signStart, signNext] = [`${sign}=`, `&${sign}=`]
  return {
    parts: [part],
    list,
    ...(sign !== undefined && { sign }),
    put: (draft, params) => {
      const had = query ? draft.query : draft.body
      const all = withEntries(draft, entries, had, params, first)
      if (query) setQuery(draft, all)
      else draft.body = all
    },
    putSign: (draft, plain) => {
      if (sign === undefined) return
      const text = plain ? draft.sign : encodeURIComponent(draft.sign)
      if (query) setQuery(draft, draft.query === '' ? signStart + text : draft.query + signNext + text)
      else draft.body = draft.body === '' ? signStart + text : draft.body + signNext + text
    },
  }
}

/** Pairs behind those of the query; the signature is the last of all. */
export const inQuery = (list: PlaceList, sign?: string): Place => pairsPlace('query', list, sign, false)

/** Pairs of a form body, behind the others or before them. */
export const inForm = (list: PlaceList, sign?: string, first = false): Place => pairsPlace('form', list, sign, first)

/** In the form body where there is one, else in the query. */
export function inQueryOrForm(list: PlaceList, sign?: string): Place {
  const [query, form] = [inQuery(list, sign), inForm(list, sign)]
  const of = ({ body }: Draft): Place => (body === '' ? query : form)
  return {
    parts: ['query', 'form'],
    list,
    ...(sign !== undefined && { sign }),
    put: (draft, params) => of(draft).put(draft, params),
    putSign: (draft, plain) => of(draft).putSign(draft, plain),
  }
}

/** Members that are added to a JSON object as text: whatever else it holds stays as it is, to the byte. */
export function withMembers(json: string, members: string, first: boolean): string {
  const start = json.indexOf('{')
  const end = json.lastIndexOf('}')
  if (json === '') return `{${members}}`
  if (start === -1 || end < start || /\S/.test(json.slice(0, start) + json.slice(end + 1)))
    fail('MESSAGE_MALFORMED', 'the body must be a JSON object')
  const inside = json.slice(start + 1, end)
  if (/^\s*$/.test(inside)) return `{${members}}`
  return first ? `{${members},${inside}}` : `{${inside},${members}}`
}

/** Members of a JSON body. Those in `numbers` are written without quotes. */
export const inJson = (list: PlaceList, sign?: string, first = false, numbers: readonly string[] = []): Place => ({
  parts: ['json'],
  list,
  ...(sign && { sign }),
  put: (draft) => {
    let members = ''
    for (const [name, value] of list) {
      const text = textOf(draft, value)
      if (text === '') continue
      if (draft.body.includes(`"${name}"`) && name in Object(parsed(draft.body))) occupied(name)
      members += `${members === '' ? '' : ','}"${name}":${numbers.includes(name) ? text : JSON.stringify(text)}`
    }
    if (members !== '') draft.body = withMembers(draft.body, members, first)
  },
  putSign: (draft) => {
    if (sign) draft.body = withMembers(draft.body, `"${sign}":${JSON.stringify(draft.sign)}`, false)
  },
})

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    fail('MESSAGE_MALFORMED', 'the body must be JSON')
  }
}

/** A place that writes some members of the draft in another way than they are, such as percent-encoded. */
export const putAs = (place: Place, texts: (draft: Draft) => Readonly<Partial<Record<DraftText, string>>>): Place => ({
  ...place,
  put: (draft, params) => {
    const written = { ...draft, ...texts(draft) }
    place.put(written, params)
    draft.questionMark = written.questionMark
    draft.query = written.query
    draft.body = written.body
  },
})
