import { utf8Decode } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, setTarget } from '../../exchange/spec/draft.js'
import type { ExchangeSpec, Header } from '../../exchange/spec/spec.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { sentValue } from './fields.js'
import { readToken } from './token.js'

function assign(draft: Draft, [, value, read]: Header, text: string): void {
  if (read !== undefined) Object.assign(draft, read.exec(text)?.groups)
  else if (typeof value === 'string' && !value.startsWith('=')) draft[value as 'key'] = text.trim()
}

const rawDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A request as it was signed, as far as it can be read: what an exchange refuses is read as it stands. */
export function lenient(spec: ExchangeSpec, request: HttpRequest): Draft {
  const draft = emptyDraft()
  const { path, query } = splitTarget(request.target)
  Object.assign(draft, {
    method: request.method,
    scheme: request.scheme,
    host: request.authority,
    fields: request.fields,
  })
  setTarget(draft, path + query)
  draft.body = request.body instanceof Uint8Array ? (utf8Decode(request.body) ?? '') : ''
  for (const header of spec.headers ?? []) {
    const text = sentValue(request.fields, header[0])
    if (text !== undefined) assign(draft, header, text)
  }
  const { place } = spec
  const all =
    place === undefined ? [] : [...place.list, ...(place.sign === undefined ? [] : [[place.sign, 'sign'] as const])]
  for (const [name, value] of all) {
    if (typeof value !== 'string' || value.startsWith('=')) continue
    for (const part of ['query', 'body'] as const) {
      const text = draft[part]
      const pairs = text.split('&')
      const found = pairs.find((one) => one.startsWith(`${name}=`))
      if (found === undefined || /^\s*[[{]/.test(text)) continue
      draft[value as 'key'] = rawDecoded(found.slice(name.length + 1))
      if (name !== place?.sign) continue
      draft[part] = pairs.filter((one) => one !== found).join('&')
      if (part === 'query') draft.questionMark = draft.query === '' ? '' : '?'
    }
    const member = /^\s*\{/.test(draft.body) ? jsonMember(draft.body, name) : undefined
    if (member !== undefined) draft[value as 'key'] = member
  }
  try {
    spec.read?.(draft)
  } catch {
    // What it refuses is the problem that is reported.
    readToken(draft)
  }
  return draft
}

function jsonMember(text: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  } catch {
    return undefined
  }
}
