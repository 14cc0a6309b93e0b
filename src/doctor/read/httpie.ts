import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf } from '../capture.js'
import { formText, pythonJson } from './python-texts.js'
import { bashWords } from './shell.js'

// HTTPie's manual, "Request items": the first of these marks that stands in an item divides it, the longest at one place.
const ITEM = /^((?:\\.|[^\\])*?)(:=@|=@|==@|:@|:=|==|=|@|:|;$)([\s\S]*)$/
const plain = (text: string): string => text.replace(/\\(.)/g, '$1')

/** Options of a value, which is the next word. */
const WITH_VALUE =
  /^(?:-[aAopPs]|--(?:auth|auth-type|output|print|pretty|style|session|session-read-only|timeout|max-redirects|proxy|verify|cert|cert-key|ssl|default-scheme|format-options|boundary|bearer))$/

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A command line of HTTPie (`http`, `https`, `xh`): method, URL and request items. */
export function readHttpie(text: string): Draft {
  const draft = emptyDraft()
  const [program = '', ...words] = bashWords(text.replace(/^\s*\$ /, ''))
  let [scheme, form, raw] = [/s$/.test(program) ? 'https' : 'http', false, undefined as string | undefined]
  const rest: string[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string
    if (word === '|' || word === '<' || word === '>') break
    // A here-string of bash, which ends with a line break.
    if (word === '<<<') {
      raw = words[++at]
      continue
    }
    const [, long, value] = /^(--[a-z-]+)=([\s\S]*)$/.exec(word) ?? [undefined, word]
    const next = (): string => value ?? words[++at] ?? ''
    if (word === '-f' || word === '--form') form = true
    else if (long === '--raw') raw = next()
    else if (long === '--default-scheme') scheme = next()
    else if (/^(?:-a|--auth|--bearer|-A|--auth-type)$/.test(long ?? '')) {
      next()
      draft.unread.push({ part: String(long), problem: 'the field that it makes is left out' })
    } else if (WITH_VALUE.test(long ?? '') && value === undefined) at++
    else if (!/^--?[a-zA-Z]/.test(word)) rest.push(word)
  }
  if (/^[A-Za-z]+$/.test(rest[0] ?? '') && rest.length > 1) draft.method = (rest.shift() as string).toUpperCase()
  const url = rest.shift() ?? ''
  draft.url = /^[a-z][a-z\d+.-]*:\/\//i.test(url)
    ? url
    : `${scheme}://${url.startsWith(':') ? `localhost${url.replace(/^:(?!\d)/, '')}` : url}`
  const query: Array<readonly [string, string]> = []
  const fields: Array<readonly [string, unknown]> = []
  for (const item of rest) {
    const [, name = '', mark = '', value = ''] = ITEM.exec(item) ?? []
    if (mark.endsWith('@'))
      draft.unread.push({ part: plain(name), problem: 'its value is in a file, which is not read' })
    else if (mark === ':' && value !== '') draft.headers.push([plain(name), plain(value)])
    else if (mark === ';') draft.headers.push([plain(name), ''])
    else if (mark === '==') query.push([plain(name), plain(value)])
    else if (mark === ':=') fields.push([plain(name), json(value)])
    else if (mark === '=') fields.push([plain(name), plain(value)])
  }
  if (query.length > 0) draft.url += `${draft.url.includes('?') ? '&' : '?'}${formText(query)}`
  if (fields.length > 0 || raw !== undefined) {
    draft.body = utf8(raw ?? (form ? formText(fields) : pythonJson(Object.fromEntries(fields))))
    if (headerOf(draft.headers, 'content-type') === undefined)
      draft.headers.push([
        'Content-Type',
        form ? 'application/x-www-form-urlencoded; charset=utf-8' : 'application/json',
      ])
    if (raw === undefined && fields.some(([name]) => /[[\]]/.test(name)))
      draft.unread.push({ part: 'body', problem: 'names with brackets make objects, which are not built here' })
  }
  if (draft.method === '') draft.method = draft.body === undefined ? 'GET' : 'POST'
  return draft
}
