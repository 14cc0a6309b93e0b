import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf, UNKNOWN } from '../capture.js'
import { asWritten } from './expressions.js'
import { behindAnswer, behindJson } from './http.js'
import { Literals } from './literals.js'
import { ProgramValues } from './program-values.js'

/**
 * Programs that send a request, of any language whose clients are like those of Java, Kotlin, C#, Go, PHP, Ruby, Rust, Swift or
 * JavaScript. They are not parsed: what is looked for is where a client is given its URL, method, fields and body.
 */

const SETTING =
  /(?:\b(?!add_headers)(?:add|set|put|with|insert|append|default)?_?(?:request)?_?headers?|\bheaders?(?:\(\s*\)|\.)?(?:\.|->|::)?\s*(?:set|add|put|insert|append|tryaddwithoutvalidation)|\bset_?Request(?:Property|Header)|\baddRequestProperty|\bcurl_slist_append)\s*\(/gi
// superagent and others: the first argument is the name of a field.
const SET = /\.set\s*\(\s*(?=["'`](?:[\w]{1,64}-[\w-]{1,64}|authorization|signature|digest|date)["'`])/gi
const SWIFT = /\b(?:set|add)Value\s*\(/g
const INDEXED = /\b(?:\w*headers?|req(?:uest)?|http)\s*\[\s*["']([!#$%&'*+.^_`|~0-9A-Za-z-]+)["']\s*\]\s*=(?!=)/gi
const LISTED =
  /(?:["']?\b\w*headers?\b["']?|\bCURLOPT_HTTPHEADER)\s*(?::=|=>|[:=,])\s*(?:new\s{1,8}[\w<>, ]{1,60}(?:\(\s{0,8}\))?\s{0,64}|array\s*|map\[string\][\w[\]{}]{1,24}?(?=\{)|http\.Header\s*|Map\.of\s*|dict\s*)?[[{(]/gi
const PAIRED =
  /[[({,]\s*(?=["'](?:[A-Za-z]\w{0,63}-[\w-]{1,64}|Authorization|Signature|Digest|Date)["']\s*(?:,|=>|=|:|to\s))/g
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const LINE = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*([\s\S]*)$/
const MOST = 400

const METHODS: ReadonlyArray<readonly [pattern: RegExp, method?: string]> = [
  [/CURLOPT_CUSTOMREQUEST\b[^"'\n]{0,12}["'](\w+)["']/],
  [/CURLOPT_POST\b\s*(?:,|=>)\s*(?:1|true)/i, 'POST'],
  [/NewRequest(?:WithContext)?\s*\((?:[\w.()]{1,80},\s*)?(?:http\.Method|["'])(\w+)/],
  [/\b(?:Request|request)(?:->new)?\s*\(\s*["']?(GET|POST|PUT|PATCH|DELETE)\b/],
  [/(?:^|<-|=)[ \t]*(POST|PUT|PATCH|DELETE)[ \t]*\([ \t]*["']/m],
  [/\bcpr::(Post|Put|Patch|Delete)\b/],
  [/\b(?:Http)?Method\.(Get|Post|Put|Delete|Patch|Head|Options)\b/i],
  [/Net::HTTP::(\w+)\.new/],
  [/\bHttp(Post|Put|Delete|Patch|Get)\s*\(/],
  [/(?:\.method|setRequestMethod|(?:->|\.)request|\.[oO]pen)\s*\(\s*["'](\w+)["']/],
  [/["']?\b(?:http)?method["']?\s*(?::|=>|=)\s*["'](\w+)["']/i],
  [/(?:->|\.|::)(post|put|delete|patch)(?:_?json)?(?:async)?\s*\(/i],
]

/** Where a client is given its body; the arguments or the value stand behind. */
const BODIES: readonly RegExp[] = [
  /CURLOPT_POSTFIELDS\s*(?:,|=>)\s*/,
  /\b(?:strings\.NewReader|bytes\.New(?:Buffer|BufferString|Reader)|new StringContent|BodyPublishers\.ofString|RequestBody\.create|AddStringBody|StringEntity)\s*\(/,
  /\bAddParameter\s*\(\s*["'][\w.+-]+\/[\w.+-]+["']\s*,/,
  /\b\w+\.(?:body|httpBody)\s*=(?!=)\s*/,
  /["']?\b(?:body|payload|data)["']?\s*(?::|=>)\s*(?!new\b)/,
  /(?:\.|->|\b)(?:body|send|setBody|SetBody|content)\s*\(/,
  // Of a request of Node.
  /\b(?:req|request|r|client)\w*\.(?:write|end)\s*\((?!\s*\))/,
  // conn.request("POST", "/path", body, headers)
  /\.request\s*\(\s*["'][A-Z]{3,7}["']\s*,\s*[^\s,][^,\n]{0,2047},\s*(?:body\s*=\s*)?/,
  /\bcpr::Body\s*\{/,
  /\bltn12\.source\.string\s*\(/,
  /\bbody\s*=(?!=)\s*(?=["'])/,
  // { method, headers, body } of a variable with that name.
  /[{,]\s*(?=(?:body|data|payload)\s*[,}])/,
]
const TYPE = /^[\w.+-]+\/[\w.+-]+(?:\s*;[^"]*)?$/

/** The request of a program. */
export function readProgram(pasted: string): Draft {
  const draft = emptyDraft()
  const text = withBrackets(behindJson(behindAnswer(pasted, draft), draft))
  const values = new ProgramValues(text)
  draft.url = withPath(urlIn(text, values), text, values) || inParts(text, values) || ofTest(text)
  draft.headers = headersIn(text, values, draft)
  const body = bodyIn(text, values, draft)
  if (body !== undefined && body !== '') draft.body = utf8(body)
  const found = METHODS.map(([pattern, method]) => method ?? pattern.exec(text)?.[1]).find(
    (method, at) => method !== undefined && METHODS[at]?.[0].test(text),
  )
  draft.method = (found ?? (draft.body === undefined ? 'GET' : 'POST')).toUpperCase()
  return draft
}

const BASIC = /^([ \t]*\w{1,64}\.(?:open|setRequestHeader|send))[ \t]+(?=")([^\n]*)$/gim

/** Calls of Visual Basic, which have no brackets and write a quote in a text as two. */
const withBrackets = (text: string): string =>
  /\bCreateObject\s*\(|\.setRequestHeader[ \t]+"/i.test(text)
    ? text.replace(
        BASIC,
        (_, call: string, given: string) =>
          `${call}(${given.replace(/"((?:[^"]|"")*)"/g, (__, one: string) => JSON.stringify(one.replaceAll('""', '"')))})`,
      )
    : text

/** The longest of the values that begin as a URL does: a base is put together with a path later. */
function urlIn(text: string, values: ProgramValues): string {
  let url = ''
  let count = 0
  for (const { index, 0: all } of text.matchAll(/[({,=:>]\s*(?=["'`@$A-Za-z_&])/g)) {
    if (count++ > MOST * 4) break
    const value = values.valueAt(index + all.length)
    if (value !== undefined && /^https?:\/\/[^/?#\s]/i.test(value) && !/\s/.test(value) && value.length > url.length)
      url = value
  }
  return url
}

// Where a client that has a base is given the rest: new RestRequest("/orders"), client.PostAsync("/orders", …).
const ON_BASE =
  /\b(?:RestRequest|HttpRequestMessage)\s*\(\s*(?:\w*Method\.\w+\s*,\s*)?|\.(?:get|post|put|patch|delete|send|request|uri)\w{0,16}\s*\(\s*(?:["'][A-Z]{3,7}["']\s*,\s*)?/gi

/** A URL that is a base alone, with the path that stands apart from it. */
function withPath(url: string, text: string, values: ProgramValues): string {
  if (!/^https?:\/\/[^/?#]+\/?$/.test(url)) return url
  for (const { index, 0: all } of [...text.matchAll(ON_BASE)].slice(0, MOST)) {
    const path = values.valueAt(index + all.length)
    if (path !== undefined && /^\/?\w[^\s:]*\/|^\/\w/.test(path))
      return `${url.replace(/\/$/, '')}/${path.replace(/^\//, '')}`
  }
  return url
}

const TESTED =
  /(?:\.|->|\b)(?:get|post|put|patch|delete|call|uri)(?:Json)?\s*\(\s*["'`](?:[A-Z]{3,7}["'`],\s*["'`])?(\/[^"'`\s]{0,4096})["'`]|\burl\s*:\s*["'`](\/[^"'`\s]{0,4096})["'`]|\bNewRequest\s*\(\s*[\w."]{1,32},\s*"(\/[^"\s]{0,4096})"/

/** The path that a test calls its server by. */
function ofTest(text: string): string {
  const found = TESTED.exec(text)
  return found?.[1] ?? found?.[2] ?? found?.[3] ?? ''
}

const HOST = /\b(?:hostname|host)["']?\s*[:=]\s*|\bHTTPS?Connection\s*\(\s*/
const PATH = /\bpath["']?\s*[:=]\s*|\.request\s*\(\s*["'](?:GET|POST|PUT|PATCH|DELETE|HEAD)["']\s*,\s*/

/** Host, port and path that are given apart, as Node's https.request and Python's http.client take them. */
function inParts(text: string, values: ProgramValues): string {
  const at = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(text)
    return found === null ? undefined : values.valueAt(found.index + found[0].length)
  }
  const host = at(HOST)
  const path = at(PATH)
  if (host === undefined || path === undefined || !/^[\w.:-]+$/.test(host) || !path.startsWith('/')) return ''
  const isPlain = /\bhttp\.request\b|\bHTTPConnection\b/.test(text)
  const port = at(/\bport["']?\s*[:=]\s*/)
  const isUsual = port === undefined || host.includes(':') || port === (isPlain ? '80' : '443')
  return `${isPlain ? 'http' : 'https'}://${host}${isUsual ? '' : `:${port}`}${path}`
}

function headersIn(text: string, values: ProgramValues, draft: Draft): Draft['headers'] {
  const out: Array<readonly [at: number, name: string, value: string]> = []
  const known = new Set<string>()
  const add = (at: number, name: string, value: string): void => {
    const line = `${name.toLowerCase()}:${value}`
    if (NAME.test(name) && !known.has(line)) out.push([at, name, value])
    known.add(line)
  }
  const unknown = (at: number, name: string, from = values.from): void => {
    if (!NAME.test(name)) return
    draft.unread.push({ part: `header ${name}`, problem: UNKNOWN })
    add(at, name, asWritten(/^[^,;\n]{0,64}?(?=\)?(?:[,;\n]|$))/.exec(text.slice(from))?.[0] ?? ''))
  }
  for (const { index, 0: all } of [...text.matchAll(SETTING), ...text.matchAll(SET)].slice(0, MOST)) {
    const [first, second] = argumentsAt(values, index + all.length)
    const line = LINE.exec((first === undefined ? second : second === undefined ? first : '') ?? '')
    if (line !== null) add(index, line[1] as string, line[2] as string)
    else if (first !== undefined && second !== undefined) add(index, first, second)
    else if (first !== undefined) unknown(index, first)
  }
  for (const { index, 0: all } of [...text.matchAll(SWIFT)].slice(0, MOST)) {
    const value = values.valueAt(index + all.length)
    const name = values.match(/^\s*,\s*forHTTPHeaderField:/) === undefined ? undefined : values.value()
    if (name !== undefined && value !== undefined) add(index, name, value)
  }
  for (const { index, 0: all, 1: name = '' } of [...text.matchAll(INDEXED)].slice(0, MOST)) {
    const value = values.valueAt(index + all.length)
    if (value === undefined) unknown(index, name)
    else add(index, name, value)
  }
  for (const { index, 0: all } of [...text.matchAll(LISTED)].slice(0, MOST))
    for (const [name, value, from] of listAt(values, index + all.length))
      if (value === undefined) unknown(index + 1, name, from)
      else add(index + 1, name, value)
  // Pairs with no word before them: ["X-Sign" => "…"] of Julia, {"X-Sign", "…"} of Elixir and C++, append("X-Sign", "…") of Kotlin.
  if (out.length === 0)
    for (const { index, 0: all } of [...text.matchAll(PAIRED)].slice(0, MOST)) {
      const [name, value] = argumentsAt(values, index + all.length)
      if (name !== undefined && value !== undefined) add(index, name, value)
    }
  return out.sort(([a], [b]) => a - b).map(([, name, value]) => [name, value] as const)
}

/** Up to two arguments of a call. */
function argumentsAt(values: ProgramValues, at: number): readonly [string | undefined, string | undefined] {
  const first = values.valueAt(at)
  if (first === undefined) values.match(/^[^,()\n"']{0,80}/)
  return [first, values.match(/^\s*(?:,|=>|=(?!=)|:|to(?=\s))\s*/) === undefined ? undefined : values.value()]
}

/** Names and values between brackets, with their places: `"a": "b"`, `"a" => "b"`, `{"a", "b"}`, `["a"] = "b"`, `a: "b"` and `"a: b"`. */
function listAt(values: ProgramValues, at: number): ReadonlyArray<readonly [string, string | undefined, number]> {
  const out: Array<readonly [string, string | undefined, number]> = []
  values.at = at
  for (let depth = 1; depth > 0 && out.length < MOST && values.at < values.text.length && !values.isSpent; ) {
    if (values.match(/^[\s,]+/) !== undefined || values.match(/^\/\/[^\n]*/) !== undefined) continue
    if (values.match(/^[[{(]/) !== undefined) depth++
    else if (values.match(/^[\]})]/) !== undefined) depth--
    else {
      const bare = values.match(/^[A-Za-z][\w]*(?=\s*:[^:])/)
      const name = bare ?? values.value()
      const line = bare === undefined && name !== undefined ? LINE.exec(name) : null
      if (line !== null) out.push([line[1] as string, line[2] as string, values.from])
      else if (name !== undefined && values.match(/^\s*(?:\]\s*=|=>|:|,|to(?=\s))\s*/) !== undefined) {
        values.match(/^\{/)
        const value = values.value()
        out.push([name, value, values.from])
        values.match(/^[^,\]})\n"']{0,200}/)
      } else if (values.match(/^[^,\]})"'`\n]+/) === undefined) values.at++
    }
  }
  return out
}

function bodyIn(text: string, values: ProgramValues, draft: Draft): string | undefined {
  for (const pattern of BODIES) {
    const found = pattern.exec(text)
    if (found === null) continue
    const [first, second] = argumentsAt(values, found.index + found[0].length)
    const [body, type] =
      first !== undefined && TYPE.test(first) && second !== undefined ? [second, first] : [first, undefined]
    if (body === undefined) continue
    const stated = type ?? /Encoding\.UTF8\s*,\s*"([^"]+)"/.exec(text)?.[1]
    if (stated !== undefined && headerOf(draft.headers, 'content-type') === undefined)
      draft.headers.push(['Content-Type', stated])
    return body
  }
  // http.post(url, body, { headers })
  const call = /(?:\.|->|::)(?:post|put|patch)!?\s*\(\s*/i.exec(text)
  if (call === null) return undefined
  const at = call.index + call[0].length
  const [url, body] = argumentsAt(values, at)
  if (url === undefined || !/^(?:https?:|\/)/.test(url)) return undefined
  if (body !== undefined) return /^https?:/.test(body) ? undefined : body
  // axios writes an object as JSON.
  values.valueAt(at)
  if (values.match(/^\s*,\s*(?=\{)/) === undefined) return undefined
  const value = new Literals(text, values.at, draft.unread).value('data')
  if (typeof value !== 'object' || value === null) return undefined
  draft.unread.push({
    part: 'body',
    problem: 'it is an object, not the text that was sent; JSON without spaces is assumed',
  })
  return JSON.stringify(value)
}
