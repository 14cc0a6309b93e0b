import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'
import { isMembers } from './har.js'

type Members = Readonly<Record<string, unknown>>

const listOf = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isMembers) : [])
const DEEP = 16

/** The items of a Postman collection (its format 2.0 and 2.1) with a request; `undefined` for anything else. */
export function postmanItems(value: unknown, depth = 0): readonly Members[] | undefined {
  if (!isMembers(value) || depth > DEEP) return undefined
  if (Array.isArray(value['item'])) return listOf(value['item']).flatMap((one) => postmanItems(one, depth + 1) ?? [])
  if (isMembers(value['collection'])) return postmanItems(value['collection'], depth + 1)
  const { request } = value
  // A HAR's entry has "headers", and its "url" is always a text.
  return isMembers(request) && (isMembers(request['url']) || Array.isArray(request['header'])) ? [value] : undefined
}

const kept = (value: unknown): readonly Members[] => listOf(value).filter(({ disabled }) => disabled !== true)
const pairsText = (rows: readonly Members[]): string =>
  rows
    .map(({ key, value }) => `${encodeURIComponent(String(key))}=${encodeURIComponent(String(value ?? ''))}`)
    .join('&')

/** Variables that the file itself gives values to. */
const variablesOf = (value: Members): ReadonlyMap<string, string> =>
  new Map(listOf(value['variable']).map(({ key, id, value: text }) => [String(key ?? id), String(text ?? '')]))

/** The request of a Postman collection; of several the last one. */
export function readPostman(value: Members, items: readonly Members[]): Draft {
  const draft = emptyDraft()
  const variables = variablesOf(value)
  const unknown = new Set<string>()
  const filled = (text: unknown): string =>
    String(text ?? '').replace(/\{\{([^{}]{1,128})\}\}/g, (all, name: string) => {
      if (!variables.has(name)) unknown.add(name)
      return variables.get(name) ?? all
    })
  if (items.length > 1)
    draft.unread.push({ part: `${items.length - 1} of ${items.length} requests`, problem: 'the last one is read' })
  const request = (items.at(-1)?.['request'] ?? {}) as Members
  const { url, method, header, body } = request
  draft.method = typeof method === 'string' ? method : 'GET'
  draft.url = filled(isMembers(url) ? url['raw'] : url)
  draft.headers = kept(header).map(({ key, value: text }) => [filled(key), filled(text)] as const)
  if (isMembers(body)) {
    const { mode, raw, urlencoded } = body
    if (mode === 'raw' && typeof raw === 'string' && raw !== '') draft.body = utf8(filled(raw))
    else if (mode === 'urlencoded') draft.body = utf8(filled(pairsText(kept(urlencoded))).replace(/%20/g, '+'))
    else if (mode !== undefined && mode !== 'raw')
      draft.unread.push({
        part: 'body',
        problem: `the file does not hold the bytes of "${String(mode)}"; it is left out`,
      })
  }
  if (request['auth'] !== undefined && request['auth'] !== null)
    draft.unread.push({ part: 'auth', problem: 'the fields that it makes are left out' })
  for (const name of unknown)
    draft.unread.push({ part: `{{${name.slice(0, 64)}}}`, problem: 'a variable whose value the file does not hold' })
  return draft
}
