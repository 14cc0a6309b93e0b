import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf, UNKNOWN } from '../capture.js'
import { isMembers } from './har.js'
import { behindAnswer, behindJson } from './http.js'
import { NONE } from './literals.js'
import { type Assigned, PythonLiterals } from './python-literals.js'
import { formText, pythonJson } from './python-texts.js'

const ASSIGNMENT = /^[ \t]*([A-Za-z_]\w*)[ \t]*=(?!=)/gm
const CALL =
  /(?:^|=|\bwith[ \t])[ \t]*(?:await[ \t]+)?(?:self\.)?_?(?:(?:requests|httpx|session|client|s)\.(request|get|post|put|patch|delete|head|options)|(?:urllib\.)?request\.(Request))\s*\(/m

const MOST = 200
const NAMES: Readonly<Record<string, readonly string[]>> = {
  request: ['method', 'url', 'params', 'data'],
  get: ['url', 'params'],
  Request: ['url', 'data', 'headers'],
  other: ['url', 'data', 'json'],
}

const pairsOf = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  Array.isArray(value)
    ? value.flatMap((one) => (Array.isArray(one) && one.length === 2 ? [[String(one[0]), one[1]] as const] : []))
    : Object.entries(Object(value) as object)

/** A call of requests or httpx with what was assigned before it, as Postman and people write it. */
export function readPython(pasted: string): Draft {
  const draft = emptyDraft()
  const text = behindJson(behindAnswer(pasted, draft), draft)
  const call = CALL.exec(text)
  if (call === null) return draft
  const known = new Map<string, Assigned>()
  for (const found of [...text.slice(0, call.index).matchAll(ASSIGNMENT)].slice(-MOST)) {
    const literals = new PythonLiterals(text, found.index + found[0].length, known, [])
    known.set(found[1] as string, { value: literals.value(found[1] as string), unread: literals.unread })
  }
  const name = (call[1] ?? call[2]) as string
  const literals = new PythonLiterals(text, call.index + call[0].length, known, draft.unread)
  const given = literals.arguments(NAMES[name] ?? NAMES['other'] ?? [])
  const method = given['method']
  const named = typeof method === 'string' ? method : name === 'Request' && given['data'] !== undefined ? 'POST' : ''
  draft.method = (name === 'request' || name === 'Request' ? named : name).toUpperCase()
  draft.url = typeof given['url'] === 'string' ? given['url'] : ''
  const stated = given['headers'] ?? printedFields(text, draft)
  for (const fields of [sessionFields(text.slice(0, call.index), known, draft), stated].filter(isMembers))
    for (const [field, value] of Object.entries(fields))
      if (typeof value === 'string' || typeof value === 'number') draft.headers.push([field, String(value)])
      else draft.unread.push({ part: `header ${field}`, problem: UNKNOWN })
  query(draft, given['params'])
  body(draft, given, /\bhttpx\b/.test(text))
  // urllib states the type of a form for any data.
  if (name === 'Request' && draft.body !== undefined && headerOf(draft.headers, 'content-type') === undefined)
    draft.headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  for (const part of ['auth', 'files'])
    if (given[part] !== undefined) draft.unread.push({ part, problem: 'what it adds is left out' })
  return draft
}

/** What a session sends with every request: `s.headers.update({…})`. */
function sessionFields(text: string, known: ReadonlyMap<string, Assigned>, { unread }: Draft): unknown {
  const found = /\.headers\.update[ \t]*\(|\.headers[ \t]*=(?!=)/.exec(text)
  return found === null
    ? undefined
    : new PythonLiterals(text, found.index + found[0].length, known, unread).value('headers')
}

/** Fields whose name a call takes and whose value was printed: "signature headers: {'KEY': …}". */
function printedFields(text: string, draft: Draft): unknown {
  const found = /header[\w ()-]{0,32}["']?[ \t]*[:=,][ \t]*(?=\{\s{0,8}["'])/i.exec(text)
  if (found === null) return undefined
  draft.unread = draft.unread.filter(({ part }) => part !== 'headers')
  return new PythonLiterals(text, found.index + found[0].length, new Map(), draft.unread).value('headers')
}

function query(draft: Draft, params: unknown): void {
  if (params === undefined || params === null || params === NONE) return
  const text = typeof params === 'string' ? params : formText(pairsOf(params))
  if (text !== '') draft.url += `${draft.url.includes('?') ? '&' : '?'}${text}`
}

function body(draft: Draft, { data, content = data, json }: Readonly<Record<string, unknown>>, isHttpx: boolean): void {
  const typed = headerOf(draft.headers, 'content-type') !== undefined
  if (typeof content === 'string') {
    if (content !== '') draft.body = utf8(content)
  } else if (isMembers(content) || Array.isArray(content)) {
    draft.body = utf8(formText(pairsOf(content)))
    if (!typed) draft.headers.push(['Content-Type', 'application/x-www-form-urlencoded'])
  } else if (json !== undefined && json !== null && json !== NONE) {
    draft.body = utf8(isHttpx ? pythonJson(json, ',', ':', false) : pythonJson(json))
    draft.unread.push({
      part: 'json',
      problem: isHttpx
        ? 'it is written as httpx does since 0.28, without spaces'
        : 'it is written as requests does, with a space behind "," and ":"',
    })
    if (!typed) draft.headers.push(['Content-Type', 'application/json'])
  }
}
