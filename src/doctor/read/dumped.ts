import { base64Decode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { isInteger } from '../../errors.js'
import { type Draft, emptyDraft, NOT_SHOWN, type Refusal } from '../capture.js'
import { readCurl } from './curl.js'
import { linesIn, urlAlone } from './dump-lines.js'
import {
  ANSWER_NAME,
  BODY_NAME,
  entryOf,
  FIELDS_NAME,
  fieldsOf,
  METHOD,
  METHOD_NAME,
  textOf,
  URL_NAME,
  URL_START,
  wordOf,
} from './dump-names.js'
import { type Group, groupsIn, isGroup, jsonOf } from './dump-values.js'
import { bodyBelow, isHttp, readHttp, unshown } from './http.js'
import { bufferOf, ofQuotes } from './printed-bytes.js'
import { tidied } from './tidied.js'
import { readVariables } from './variables.js'
import { isPlainHttp, wireText } from './wire-log.js'
import { isTailed } from './worker-logs.js'

/**
 * A request out of what a program prints of it: an error of axios, the environment of WSGI, print_r, the Debug form of Rust, maps of
 * Go, a log with a line for each part. None of these is parsed by the rules of its language: what looks like a URL, a method, fields
 * and a body is taken as such.
 */

// More than any dump; what stands behind is not read.
const MOST = 1_048_576
const fieldIn = (fields: ReadonlyArray<readonly [string, string]>, lower: string): string | undefined =>
  fields.find(([name]) => name.toLowerCase() === lower)?.[1]

/** What CGI, WSGI, Rack and PHP call the parts of a request. */
function ofCgi(group: Group): Draft | undefined {
  const named = new Map(group.entries.map(([name, value]) => [name ?? '', textOf(value)]))
  // The variables of nginx are those of CGI in small letters.
  const of = (name: string): string | undefined => named.get(name) ?? named.get(name.toLowerCase())
  const method = of('REQUEST_METHOD')
  const fields = [...named].flatMap(([name, text]) =>
    /^(?:HTTP_\w+|CONTENT_(?:TYPE|LENGTH)|http_(?!x_forwarded)\w+|content_(?:type|length))$/.test(name) &&
    text !== undefined &&
    text !== ''
      ? [
          [
            name
              .replace(/^HTTP_/i, '')
              .toLowerCase()
              .replaceAll('_', '-'),
            text,
          ] as const,
        ]
      : [],
  )
  if (method === undefined && !fields.some(([name]) => name === 'host') && fields.length < 3) return undefined
  const draft = emptyDraft()
  const query = of('QUERY_STRING') ?? ''
  const path =
    of('REQUEST_URI') ?? of('RAW_URI') ?? `${of('SCRIPT_NAME') ?? ''}${of('PATH_INFO') ?? '/'}${query && `?${query}`}`
  const host = fieldIn(fields, 'host') ?? of('HOST') ?? of('SERVER_NAME') ?? 'unknown.invalid'
  const scheme =
    named.get('wsgi.url_scheme') ??
    named.get('rack.url_scheme') ??
    of('REQUEST_SCHEME') ??
    (of('HTTPS') === 'off' ? 'http' : 'https')
  draft.method = method ?? 'POST'
  draft.url = URL_START.test(path) ? path : `${scheme}://${host}${path}`
  draft.headers = fields
  const sent = of('REQUEST_BODY')
  if (sent !== undefined && sent !== '' && sent !== '-') draft.body = utf8(sent)
  draft.unread.push({ part: 'headers', problem: 'they are named as CGI names them, without the case of their letters' })
  return draft
}

/** A URL as a text, or in the parts in which Rust and Node print it. */
function urlIn(group: Group, fields: ReadonlyArray<readonly [string, string]>): string | undefined {
  const own = entryOf(group, URL_NAME)
  const text = textOf(own)
  if (text !== undefined && URL_START.test(text)) return joined(text, group)
  if (isGroup(own)) {
    const href = wordOf(own, /^href$/i)
    if (href !== undefined && URL_START.test(href)) return href
    const host = wordOf(own, /^host$/i)
    if (host !== undefined) {
      const query = wordOf(own, /^query$/i)
      const port = wordOf(own, /^port$/i)
      return `${wordOf(own, /^scheme$/i) ?? 'https'}://${host}${port === undefined ? '' : `:${port}`}${wordOf(own, /^path$/i) ?? '/'}${query === undefined ? '' : `?${query}`}`
    }
  }
  const base = wordOf(group, /^base_?ur[li]$/i)
  if (base !== undefined && text !== undefined && URL_START.test(base))
    return joined(`${base.replace(/\/$/, '')}/${text.replace(/^\//, '')}`, group)
  // As a server on Node, Lambda and others hand it over.
  const path = text ?? wordOf(group, /^(?:original_?url|raw_?path|path|request_?path|fullpath|requestTarget)$/i)
  const origin = /^https?:\/\/([^/?#\s]+)\/?$/i.exec(wordOf(group, /^origin$/i) ?? '')?.[1]
  const host =
    fieldIn(fields, 'host') ?? fieldIn(fields, ':authority') ?? wordOf(group, /^(?:host|hostname)$/i) ?? origin
  if (path === undefined || !path.startsWith('/') || host === undefined) return undefined
  const query = wordOf(group, /^(?:raw_?query_?string|query_?string)$/i)
  const scheme = wordOf(group, /^(?:scheme|protocol)$/i)?.replace(/:.*$/s, '')
  return `${scheme === 'http' ? 'http' : 'https'}://${host}${path}${query === undefined || query === '' || path.includes('?') ? '' : `?${query.replace(/^\?/, '')}`}`
}

/** With `params` of axios or requests behind it. */
function joined(url: string, group: Group): string {
  const params = entryOf(group, /^params$/i)
  if (!isGroup(params) || url.includes('?')) return url
  const query = params.entries
    .flatMap(([name, value]) =>
      name !== undefined && textOf(value) !== undefined
        ? [`${encodeURIComponent(name)}=${encodeURIComponent(textOf(value) as string).replace(/%20/g, '+')}`]
        : [],
    )
    .join('&')
  return query === '' ? url : `${url}?${query}`
}

function bodyOf(group: Group, draft: Draft): Uint8Array | undefined {
  const found = entryOf(group, BODY_NAME)
  if (found === undefined) return undefined
  if (!isGroup(found)) return found.text === '' ? undefined : utf8(found.text)
  // {"mimeType": …, "text": …} of HAR.
  const text = wordOf(found, /^text$/i)
  if (text !== undefined) return utf8(text)
  if (found.entries.length === 0 || found.name !== '') return undefined
  const json = jsonOf(found)
  const buffer = json.startsWith('{"type":"Buffer"') ? bufferOf(JSON.parse(json)) : undefined
  if (buffer !== undefined) return buffer
  draft.unread.push({
    part: 'body',
    problem: 'it is a value, not the text that was sent; JSON without spaces is assumed',
  })
  return utf8(json)
}

/** A method and a URL side by side, as lists of arguments are printed. */
function ofList(group: Group): Draft | undefined {
  // ccxt prints the answer in the same way.
  if (group.entries.some(([, value]) => /^response:?$/i.test(textOf(value) ?? ''))) return undefined
  const at = group.entries.findIndex(([, value]) => URL_START.test(textOf(value) ?? ''))
  const method = group.entries.map(([, value]) => textOf(value) ?? '').find((one) => METHOD.test(one))
  if (at === -1 || method === undefined) return undefined
  const draft = emptyDraft()
  draft.method = method.toUpperCase()
  draft.url = textOf(group.entries[at]?.[1]) as string
  const fields = group.entries.slice(at + 1).find(([, value]) => isGroup(value))
  draft.headers = fieldsOf(fields?.[1])
  const behind = fields === undefined ? [] : group.entries.slice(group.entries.indexOf(fields) + 1)
  const body = behind.map(([, value]) => textOf(value)).find((one) => one !== undefined && one !== '')
  if (body !== undefined) draft.body = utf8(body)
  return draft
}

/** Fields and body without a path, as workflows (n8n and others) hand a webhook on. */
function hostAlone(group: Group, draft: Draft): string | undefined {
  const host = fieldIn(draft.headers, 'host')
  const isSigned = draft.headers.some(([name]) => /sign|hmac/i.test(name))
  if (host === undefined || !isSigned || entryOf(group, BODY_NAME) === undefined) return undefined
  draft.unread.push({ part: 'URL', problem: `the text shows none; "https://${host}/" stands for it` })
  return `https://${host}/`
}

function ofMembers(group: Group): Draft | undefined {
  // ngrok keeps the whole request as it came.
  const raw = utf8Decode(base64Decode(wordOf(group, /^raw$/i) ?? '') ?? new Uint8Array())
  if (raw !== undefined && isHttp(raw)) return readHttp(raw)
  const draft = emptyDraft()
  // Charles keeps fields and body apart from the URL.
  const within = entryOf(group, /^request$/i)
  const own = isGroup(within) && entryOf(group, FIELDS_NAME) === undefined ? within : group
  draft.headers = fieldsOf(entryOf(own, FIELDS_NAME))
  const url = urlIn(group, draft.headers) ?? hostAlone(own, draft)
  if (url === undefined) return undefined
  const method = wordOf(group, METHOD_NAME)
  if (method === undefined && draft.headers.length === 0) return undefined
  draft.url = url
  draft.body = bodyOf(own, draft)
  draft.method = (method ?? (draft.body === undefined ? 'GET' : 'POST')).toUpperCase()
  return draft
}

interface Candidate {
  readonly draft: Draft
  readonly group: Group
  readonly parent: Group | undefined
}

/** All that may be a request, from the outside to the inside. */
function* candidates(group: Group, parent?: Group): Generator<Candidate> {
  const draft = ofCgi(group) ?? ofMembers(group) ?? ofList(group)
  if (draft !== undefined) yield { draft, group, parent }
  // What logs a request may log its body beside it.
  const beside = entryOf(group, /^(?:raw_?)?(?:body|payload|content)$/i)
  const own =
    beside === undefined || isGroup(beside) || group.entries.some(([name]) => /^status/i.test(name ?? ''))
      ? ''
      : beside.text
  const isAnswer = (name: string | undefined): boolean => name !== undefined && ANSWER_NAME.test(name)
  // superagent keeps the request within the answer.
  const inside = group.entries.flatMap(([name, value]) =>
    isGroup(value) && isAnswer(name) ? value.entries.filter(([one]) => /^_?req(?:uest)?$/i.test(one ?? '')) : [],
  )
  for (const [name, value] of [...group.entries, ...inside])
    if (isGroup(value) && !isAnswer(name))
      for (const one of candidates(value, group)) {
        if (own !== '' && one.draft.body === undefined) one.draft.body = utf8(own)
        yield one
      }
}

/** The answer that is printed beside a request: a status and what it says. */
function answerIn(group: Group | undefined): Refusal | undefined {
  const found = group && entryOf(group, ANSWER_NAME)
  if (!isGroup(found)) return undefined
  const status = Number(wordOf(found, /^_?status(?:_?code)?$/i))
  const body = entryOf(found, BODY_NAME)
  return {
    ...(isInteger(status, 1) && { status }),
    headers: fieldsOf(entryOf(found, FIELDS_NAME)),
    body: body === undefined ? '' : isGroup(body) ? jsonOf(body) : body.text,
  }
}

/** What names the request and refuses it in one, as exceptions of PHP do. */
function asAnswer(group: Group | undefined): Refusal | undefined {
  if (group === undefined || wordOf(group, /^(?:err(?:or)?_?)?code$/i) === undefined) return undefined
  return wordOf(group, /^(?:msg|message|error)$/i) === undefined ? undefined : { headers: [], body: jsonOf(group) }
}

/** An answer that has the request within it: `{ status: 401, data: { … }, config: { … } }`. */
function asResponse(group: Group | undefined): Refusal | undefined {
  if (group === undefined) return undefined
  const status = Number(wordOf(group, /^status(?:_?code)?$/i))
  const body = entryOf(group, /^(?:data|body|text)$/i)
  if (!(status >= 400) || body === undefined) return undefined
  return { status, headers: [], body: isGroup(body) ? jsonOf(body) : body.text }
}

const weight = ({ draft }: Candidate): number => (draft.headers.length > 0 ? 2 : 0) + (draft.body === undefined ? 0 : 1)

/** What a log says besides, and what it does not show. */
function asLogged(draft: Draft, text: string): Draft {
  if (isPlainHttp(text)) {
    draft.url = draft.url.replace(/^https:/i, 'http:')
    draft.unread = draft.unread.filter(({ part }) => part !== 'scheme')
  }
  if (draft.body === undefined && /^> [A-Z]{3,7} /m.test(text)) unshown(draft)
  bodyBelow(draft)
  // A worker's log has a body only where the worker prints it.
  if (draft.body === undefined && isTailed(text) && /^(?:POST|PUT|PATCH)$/.test(draft.method)) {
    draft.unread = draft.unread.filter(({ problem }) => problem !== NOT_SHOWN)
    draft.unread.push({ part: 'body', problem: NOT_SHOWN })
  }
  return draft
}

/** The request that is printed in a text; `undefined` where there is none. */
export function readDumped(pasted: string): Draft | undefined {
  const text = tidied(pasted.slice(0, MOST))
  if (isHttp(text) && text !== pasted) return readHttp(text)
  const wire = wireText(text)
  if (wire !== undefined) return asLogged(readHttp(wire), text)
  const groups = groupsIn(text)
  const found = groups.flatMap((one) => [...candidates(one)])
  const one = found.reduce<Candidate | undefined>(
    (best, each) => (best === undefined || weight(each) > weight(best) ? each : best),
    undefined,
  )
  // A command line within other text says all.
  const command = /^[ \t]*(?:\$ )?curl(?:\.exe)?\s(?=[^|]{0,8192}?\s(?:-H|--header)\b)/m.exec(text)
  if (command !== null && (one === undefined || weight(one) < 2)) return readCurl(text.slice(command.index))
  const answered = asResponse(one?.parent)
  const lines = answered === undefined && (one === undefined || weight(one) < 2) ? linesIn(text, groups) : undefined
  const draft = lines ?? one?.draft ?? urlAlone(text)
  if (draft === undefined) return readVariables(text)
  // What is printed around the request is what is said of it.
  const { group, parent } = lines === undefined && one !== undefined ? one : { group: undefined, parent: undefined }
  draft.refusal = answered ?? answerIn(group) ?? answerIn(parent) ?? asAnswer(group) ?? around(text, draft, group)
  if (group !== undefined && draft.body === undefined && group.entries.some(([name]) => name === 'REQUEST_METHOD'))
    behind(text, group, draft)
  return draft
}

/** The body that stands behind an environment, which has none itself. */
function behind(text: string, { to }: Group, draft: Draft): void {
  const rest = text.slice(to).trim()
  if (rest === '') return
  const [, double, single] =
    /^(?:raw_?(?:post|body)|body|payload)\s?[:=]\s?(?:b?("(?:[^"\\\n]|\\.)*")|b?'([^'\n]*)')/im.exec(rest) ?? []
  // var_dump and print_r of PHP.
  const dumped = /^string\(\d{1,8}\) "([\s\S]*)"$/.exec(rest)?.[1]
  const bare = rest.replace(/^(?:\w{1,32}_)?(?:body|payload|post|data)(?:_\w{1,16})?\s?(?:=>?|:)\s{0,4}(?=[[{"])/i, '')
  draft.body = utf8(double === undefined ? (single ?? dumped ?? ofQuotes(bare) ?? bare) : unescapedText(double))
  draft.refusal = undefined
}

function unescapedText(quoted: string): string {
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}

function around(text: string, { url }: Draft, group: Group | undefined): Refusal | undefined {
  const from = group?.from ?? 0
  const to = group?.to ?? text.indexOf(url) + url.length
  const body = `${group === undefined ? '' : text.slice(0, from)}\n${text.slice(to)}`
    .slice(0, 65_536)
    // What an answer says of a text to sign has its line breaks written out. A quote without an end takes its line, so that none of
    // those in it is tried as well.
    .replace(/"(?:[^"\\\n]|\\.)*(?:"|\\?$)/gm, (one) => (one.includes('\\n') ? unescapedText(one) : one))
    .trim()
  return body === '' ? undefined : { headers: [], body }
}
