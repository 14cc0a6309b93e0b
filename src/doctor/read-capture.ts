import { utf8Decode } from '../crypto/encoding.js'
import { CountersignError, kindOf } from '../errors.js'
import { defined } from '../support/defined.js'
import type { Capture, CaptureFormat, Draft } from './capture.js'
import { emptyDraft, headerOf, NOT_SHOWN } from './capture.js'
import { answerBelow } from './read/answer-below.js'
import { readCurl } from './read/curl.js'
import { readDumped } from './read/dumped.js'
import { fromParts, readFetch } from './read/fetch.js'
import { isCurl, isFetch, isHttpie, isPowerShell, isPrompted, isPython, isSignedAnswer } from './read/forms.js'
import { gathered, isAuthenticated } from './read/gathered.js'
import { harEntries, isMembers, readHar } from './read/har.js'
import { isHttp, readHttp } from './read/http.js'
import { readHttpie } from './read/httpie.js'
import { isPrinted, isProgram } from './read/marks.js'
import { NAMELESS } from './read/nameless.js'
import { postmanItems, readPostman } from './read/postman.js'
import { readPowerShell } from './read/powershell.js'
import { readPrinted } from './read/printed.js'
import { readProgram } from './read/program.js'
import { readPython } from './read/python.js'
import { withoutPrompts } from './read/repl.js'
import { readSignedAnswer } from './read/signed-answer.js'
import { tidied } from './read/tidied.js'

// More than any capture of a signed request; a HAR of a long session has a few megabytes.
const MAX_CHARACTERS = 64 * 1024 * 1024

const TEXTS: ReadonlyArray<readonly [CaptureFormat, (text: string) => boolean, (text: string) => Draft]> = [
  ['curl', isCurl, readCurl],
  ['powershell', isPowerShell, readPowerShell],
  ['fetch', isFetch, readFetch],
  ['httpie', isHttpie, readHttpie],
  ['http', isHttp, readHttp],
  ['http', isSignedAnswer, readSignedAnswer],
  ['printed', isPrinted, readPrinted],
  ['python', isPython, readPython],
  ['program', isProgram, readProgram],
]

/**
 * A request from whatever it was pasted as: its text on the wire (with the answer behind it), a curl command line of bash, cmd
 * or PowerShell, Invoke-WebRequest, HTTPie, a call of fetch, axios or Python's requests, a program of another language, what ccxt
 * prints, an entry or file of HAR, a Postman collection, or an object with `method`, `url`, `headers` and `body` (also as JSON).
 * What was left out or assumed is named in {@link Capture.unread}; nothing is sent and no file is read.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` where there is no request in it.
 * @example
 * ```ts
 * import { readCapture } from 'countersign/doctor'
 *
 * const capture = readCapture("curl -H 'X-Api-Key: bot-1' 'https://api.example.com/v1/orders?limit=5'")
 * console.assert(capture.method === 'GET' && capture.unread.length === 0)
 * ```
 */
export function readCapture(input: string | object): Capture {
  if (typeof input === 'string') {
    if (input.length > MAX_CHARACTERS) throw nothing('a text of more than 64 Mi characters')
    const pasted = unnamed(dedented(unfolded(input.replace(/^\ufeff/, ''))))
    if (isPrompted(pasted)) return readText(withoutPrompts(pasted))
    const below = answerBelow(pasted)
    if (below === undefined || !isWhole(below.own)) return readText(pasted)
    const capture = readText(below.own)
    return capture.refusal === undefined ? { ...capture, refusal: below.refusal } : capture
  }
  if (typeof input !== 'object' || input === null) throw nothing(kindOf(input))
  return fromObject(input)
}

function readText(text: string): Capture {
  const parsed = /^\s*[[{]/.test(text) ? parse(text) : undefined
  if (isRequest(parsed)) return fromObject(parsed)
  for (const [format, fits, read] of TEXTS)
    if (fits(text)) {
      const draft = read(text)
      // A request on the wire is read as it is: the signature of its answer is none of its own. A log without one field is none.
      const isWire = format === 'http' && draft.headers.length > 0
      const more = isWire || isAuthenticated(draft) ? undefined : gathered(tidied(text))
      // A call may be one of another language as well.
      if (more === undefined && draft.url === '' && format === 'python' && isProgram(text)) continue
      return more === undefined ? checked(format, draft) : checked('printed', more)
    }
  const logged = readLog(text)
  if (logged !== undefined) return checked('printed', dated(logged, text))
  if (isMembers(parsed) || Array.isArray(parsed)) return fromObject(parsed)
  throw nothing(text.trim() === '' ? 'an empty text' : 'other text')
}

/** Whether a text is a request by itself, so that what stands below it is its answer. */
function isWhole(text: string): boolean {
  const format = TEXTS.find(([, fits]) => fits(text))?.[0]
  if (format === undefined) return /^\s*[[{]/.test(text) && isRequest(parse(text))
  // On the wire, what stands behind the head is the body, which has to be there already; its length says where it ends. A command line
  // ends where its output begins, which may be a trace.
  return format === 'http'
    ? /\r?\n\r?\n\s*\S/.test(text) && !/^(?:content-length|transfer-encoding):/im.test(text)
    : format !== 'printed' && format !== 'curl'
}

// aiohttp prints the fields of an answer below its URL.
const PRINTED_DATE = /<CIMultiDictProxy\([^\n]{0,8192}?'Date': '([^'\n]{1,64})'/

const MOST_PRINTED = 262_144

/** With the date of the answer, where a client has printed that. */
function dated(draft: Draft, text: string): Draft {
  const date = PRINTED_DATE.exec(text.slice(0, MOST_PRINTED))?.[1]
  const { refusal = { headers: [], body: '' } } = draft
  return date === undefined
    ? draft
    : { ...draft, refusal: { ...refusal, headers: [...refusal.headers, ['Date', date]] } }
}

/** A request in a log: read by a reader that knows its form, and where that has left something out, put together by names. */
function readLog(text: string): Draft | undefined {
  const dumped = readDumped(text)
  const isNameless = dumped?.unread.some(({ problem }) => problem === NAMELESS) === true
  const isPlaced = dumped !== undefined && !dumped.url.includes('//unknown.invalid')
  if (dumped === undefined || isNameless || !isAuthenticated(dumped) || !isPlaced) {
    const found = gathered(tidied(text))
    // Fields with their names say more than a signature alone.
    if (isNameless && (found?.body === undefined || found.headers.length < 2)) return dumped
    // A URL may stand in words that its reader does not know.
    const isFound = found?.url.includes('//unknown.invalid') === false
    if (dumped !== undefined && !isNameless && isAuthenticated(dumped) && !isFound) return dumped
    // What was read of the same request besides its fields stays.
    if (found !== undefined && dumped?.body !== undefined && dumped.url === found.url) found.body = dumped.body
    return found ?? dumped
  }
  if (dumped.body !== undefined || !/^(?:POST|PUT|PATCH)$/.test(dumped.method)) return dumped
  // A body may stand apart from its fields. The text of an answer does so as well, and is none of the request.
  const body = gathered(tidied(text))?.body
  return body === undefined || utf8Decode(body) === dumped.refusal?.body ? dumped : { ...dumped, body }
}

// No request has so many values within one another, and what is written of them again would not come to an end.
const DEEPEST = 512

/** Whether values stand within one another more often than any request has them. */
function isDeep(value: unknown): boolean {
  const left: Array<readonly [value: unknown, depth: number]> = [[value, 0]]
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    const [inner, depth] = one
    if (typeof inner !== 'object' || inner === null || inner instanceof Uint8Array) continue
    if (depth > DEEPEST) return true
    for (const each of Object.values(inner)) if (typeof each === 'object' && each !== null) left.push([each, depth + 1])
  }
  return false
}

function fromObject(value: unknown): Capture {
  if (isDeep(value)) throw nothing(`values within one another, more than ${DEEPEST} deep`)
  const entries = harEntries(value)
  if (entries !== undefined && entries.length > 0) return checked('har', readHar(entries))
  const items = postmanItems(value)
  if (items !== undefined && items.length > 0) return checked('postman', readPostman(value as object as never, items))
  if (!isMembers(value)) throw nothing('a list')
  return checked('object', fromParts(emptyDraft(), value))
}

/** A block of code as Markdown and mails indent it: every line by as much as the first. */
function dedented(text: string): string {
  const indent = /^(?:[ \t]*\r?\n)*([ \t]{2,16})(?=[A-Za-z:>$])/.exec(text)?.[1]
  if (indent === undefined || text.length > MOST_INDENTED) return text
  const lines = text.split('\n')
  return lines.every((line) => line.startsWith(indent) || line.trim() === '')
    ? lines.map((line) => line.slice(indent.length)).join('\n')
    : text
}

const MOST_INDENTED = 1_048_576

// RFC 8792, as the examples of RFC 9421 are printed: "\" at the end of a line, and white space before what goes on.
const FOLDED = /^[ \t]*(?:NOTE: '\\{1,2}' line wrapping|[\w-]{0,32}(?:sign|digest|auth)[\w-]{0,32}:[^\n]*\\\r?$)/im

/** Long lines that were folded, in one piece again. */
const unfolded = (text: string): string =>
  text.length <= MOST_INDENTED && FOLDED.test(text)
    ? text
        .replace(/^[ \t]*NOTE: '\\{1,2}' line wrapping[^\n]*\n(?:[ \t]*\r?\n)?/gm, '')
        .replace(/\\\r?\n[ \t]*\\?/g, '')
    : text

// What programs that run others write before each of their lines: "[app] ", "web_1  | ", "app-7f9c web ".
const NAMED_LINE =
  /^(?:\[[\w .:/-]{1,64}\]|[\w.-]{1,64} {1,8}\||(?:\w{1,16}: ))[ \t]{0,2}(?=[A-Z]{3,7} \S{1,8192} HTTP\/\d)/m

/** Without the name of a program before every line. */
function unnamed(text: string): string {
  const mark = text.length > MOST_INDENTED ? undefined : NAMED_LINE.exec(text)?.[0]
  if (mark === undefined) return text
  const lines = text.split('\n')
  const bare = mark.trimEnd()
  return lines.every((line) => line.startsWith(bare) || line.trim() === '')
    ? lines.map((line) => (line.startsWith(mark) ? line.slice(mark.length) : line.slice(bare.length))).join('\n')
    : text
}

/** JSON in one of the forms that are known by their members; other JSON is read as what a program prints. */
const isRequest = (value: unknown): boolean =>
  (isMembers(value) &&
    [value['url'], value['baseURL']].some((one) => URL_TEXT.test(String(one))) &&
    !(
      value['body'] === undefined &&
      value['data'] === undefined &&
      OTHER_BODIES.some((name) => typeof value[name] === 'string')
    ) &&
    !(Array.isArray(value['headers']) && value['headers'].some((one) => isMembers(one) && 'key' in one))) ||
  harEntries(value)?.some(({ request }) => isMembers(request) && Array.isArray(request['headers'])) === true ||
  (postmanItems(value)?.length ?? 0) > 0

// webhook.site and others.
const OTHER_BODIES = ['content', 'payload', 'rawBody', 'raw_body', 'bodyText', 'postData']
const URL_TEXT = /^https?:\/\//i

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const nothing = (got: string): CountersignError =>
  new CountersignError(
    'ARGUMENT_INVALID',
    `"input" must be an HTTP request, a command line of curl, HTTPie or Invoke-WebRequest, a call of fetch, axios or requests, a program with a URL, a HAR, a Postman collection or an object with "url", got ${got}`,
  )

function checked(format: CaptureFormat, draft: Draft): Capture {
  const { method, headers, body, refusal } = draft
  // A program that calls the server which it came from, and a test of a server, name a path alone.
  const isPath = headers.length > 0 && /^\/(?!\/)/.test(draft.url)
  const url = isPath ? `https://${headerOf(headers, 'host') ?? 'unknown.invalid'}${draft.url}` : draft.url
  const unread = isPath
    ? [...draft.unread, { part: 'URL', problem: `the text shows the path alone; "${url}" stands for it` }]
    : draft.unread
  if (!/^https?:\/\/[^/?#\s]+/i.test(url))
    throw nothing(url === '' ? 'one without a URL' : 'one whose URL is not absolute')
  const fragment = url.indexOf('#')
  const isCut = body !== undefined && ofCut(body)
  return defined({
    format,
    method: method === '' ? 'GET' : method,
    // RFC 9110 4.2.5: a fragment is never sent.
    url: fragment === -1 ? url : url.slice(0, fragment),
    headers,
    body: isCut ? undefined : body,
    refusal,
    unread: isCut ? [...unread, { part: 'body', problem: NOT_SHOWN }] : unread,
  })
}

const CUT_LENGTH = 64

/** Whether a body ends where a tool has left out the rest: JSON ends with its bracket. */
function ofCut(body: Uint8Array): boolean {
  const end = new TextDecoder().decode(body.subarray(-CUT_LENGTH)).trimEnd()
  return (
    /[[(<](?:truncated|snipped|snip)[^\])>]{0,32}[\])>]$/i.test(end) ||
    (/^[[{]$/.test(String.fromCharCode(body[0] ?? 0)) && /(?:\.{3}|\u2026)$/.test(end))
  )
}
