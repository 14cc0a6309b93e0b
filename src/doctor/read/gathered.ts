import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf } from '../capture.js'
import { ANSWERS } from './forms.js'
import { jsonEnd } from './json-end.js'

/**
 * The parts of a request wherever they stand in a log: the last resort, where no reader that knows the form of the text has found
 * a field of authentication. A field is known by its name, so that it does not matter what stands around it.
 */

const MOST = 262_144
const MOST_FIELDS = 64

// What fields of authentication are called, and what is signed beside them. One word alone is a field only in some places.
const AUTH =
  /^(?:authorization|dpop|signature(?:-input)?|(?:content-|repr-)?digest|content-md5|[\w-]*-(?:[\w-]*)?(?:sign|signature|hmac)(?:[-_](?:sha)?\d{1,4}|-ed25519)?|(?:x-)?[\w-]{0,32}(?:signature|hmac)[\w-]{0,24})$/i
const BESIDE =
  /^(?:host|date|content-type|content-length|key|sign|timestamp|api-(?:key|sign|expires|signature|nonce)|x-(?:amz|ms|goog|acs|tc|sdk|tos|oss|obs|bapi|mbx|mexc|auth|bm|gemini|forwarded|github|hub|shopify|slack|twilio|line|auth|signature)-?[\w-]{0,48}|[\w-]*(?:-key|-timestamp|-nonce|-passphrase|-window|-version|-id|-apikey|-topic|-time|-expires))$/i

// A name as a whole, so that a long word is looked at once.
const NAME = /(?<![\w-])[A-Za-z][\w-]{1,63}(?![\w-])/g
// What joins a name to its value; what stands there is a text in quotes, a word, or the line below.
const JOINT =
  /\\?["'`]?\]?(?:["']?>|[ \t]{0,4}(?:=>|->|:|=|,)|[ \t]to(?=[ \t]["'])|(?=\()|[ \t]{2,8}(?=["']))[ \t]{0,4}(?:(?:array:\d+ |Value \{ inner: )?[[({][ \t▼]{0,4}(?:\s{0,16}\d => )?)?/y
const VALUE =
  /\\?"((?:[^"\\\n]|\\.){1,8192}?)\\?"|b?'([^'\n]{1,8192})'|([^\s"'[({][^\n]{0,8191})|\r?\n([^\s:][^\n]{0,8191})/y

const FIRST_LINE =
  /\b(GET|POST|PUT|PATCH|DELETE|HEAD)\b["'*]{0,3}[ \t,:]{1,4}["'`]?(https?:\/\/[^\s"'`<>,]+|\/[^\s"'`<>]*)/
const URL_ = /https?:\/\/[^\s"'`<>,)\]}]+/
// urllib3 writes the origin before the first line.
const ORIGIN = /(https?:\/\/[\w.-]{1,253}(?::\d{1,5})?) ["'](?:GET|POST|PUT|PATCH|DELETE|HEAD) \//
const METHOD = /\b(?:method|verb)["']?\)?\s{0,4}(?::|=>?|\()\s{0,4}:?["']?(?:HttpMethod\(value=)?([A-Za-z]{3,7})\b/i
const PATH = /(?<![\w-])(?:path|url|request_uri|originalUrl)["']?\s{0,4}(?::|=>?)\s{0,4}["'](\/[^\s"']*)["']/i
const HOST =
  /(?<![\w-])(?:host|hostname|authority|origin)["']?\s{0,4}(?::|=>?)\s{0,4}["']?(?:https?:\/\/)?([\w.-]{3,253}(?::\d{1,5})?)/i

const BODY =
  /(?<![\w-])(?:(?:raw|req|request|json)[ ._-]?){0,2}(?:body|payload|postdata|content|data)(?:"|'|\(\))?\s{0,4}(?::|=>?|,)?\s{0,4}(?=b?["']|[[{]["{[])/gi
const TEXT = /b?'((?:[^'\\\n]|\\.){2,65536})'|b?"((?:[^"\\\n]|\\.){2,65536})"/y
// A form of two pairs at least, behind its name or alone in its line.
const PAIRS = '((?:[\\w.%+*[\\]-]{1,128}=[^\\s&"\'`]{0,4096}&){1,256}[\\w.%+*[\\]-]{1,128}=[^\\s&"\'`,;})]{0,4096})'
const FORM = new RegExp(
  `(?<![\\w-])(?:body|payload|data)\\)?["']?\\s{0,4}[:=]\\s{0,4}["'\`]?${PAIRS}|^[ \\t]*["'\`]?${PAIRS}["'\`]?[,;]?[ \\t\\r]*$`,
  'im',
)
const MOST_BODIES = 16
const MOST_LINES = 2_000

// {"name": "X-Sign", "value": "…"} of HAR and of those that write as it does.
const NAMED_VALUE = /"name"\s{0,8}:\s{0,8}"([\w-]{1,64})"\s{0,8},\s{0,64}"value"\s{0,8}:\s{0,8}/g

interface Fields {
  readonly headers: Array<readonly [string, string]>
  readonly spans: Array<readonly [from: number, to: number]>
}

/** A name as a server has it (HTTP_X_SIGN, http_x_sign), as it is sent. */
const sentName = (name: string): string =>
  /^http_[a-z]\w+$/i.test(name)
    ? name.slice(5).replaceAll('_', '-').toLowerCase()
    : name.replace(/^content_/i, 'content-')

/** A word that ends where the next name or a bracket begins, or a text up to the end of its line. */
function bareValue(text: string, name: string): string {
  // Between the tags of XML.
  const line = text.replace(/\r$|<\/\w[^\n]*$/, '').trim()
  // Lists in a line: "A=1 B=2", "A=1, B=2]".
  const next = /[ ,;]{1,2}[A-Za-z][\w-]{1,63}=(?=\S)|\](?:,|\s|$)/.exec(line)
  const own =
    next !== null && !/^(?:authorization|signature(?:-input)?|stripe-signature)$/i.test(name)
      ? line.slice(0, next.index)
      : line
  // The end of the list that it stands in.
  const bare = own.replace(/["'`,;]+$/, '').trim()
  return /[[{(]/.test(bare) ? bare : bare.replace(/[\]})]+$/, '')
}

const at = (pattern: RegExp, text: string, index: number): RegExpExecArray | null => {
  pattern.lastIndex = index
  return pattern.exec(text)
}

function fieldsIn(text: string): Fields {
  const headers: Array<readonly [string, string]> = []
  const spans: Array<readonly [number, number]> = []
  const known = new Set<string>()
  NAME.lastIndex = 0
  for (let found = NAME.exec(text); found !== null && headers.length < MOST_FIELDS; found = NAME.exec(text)) {
    const name = sentName(found[0])
    if (!(AUTH.test(name) || BESIDE.test(name)) || known.has(name.toLowerCase())) continue
    const joint = at(JOINT, text, found.index + found[0].length)
    const one = joint === null ? null : at(VALUE, text, JOINT.lastIndex)
    if (one === null) continue
    const [all, double, single, bare, below] = one
    const value = double?.replace(/\\(["\\/])/g, '$1') ?? single ?? bareValue(bare ?? below ?? '', name)
    if (value === '') continue
    known.add(name.toLowerCase())
    headers.push([name, value])
    NAME.lastIndex = bare === undefined ? one.index + all.length : one.index + value.length
    spans.push([found.index, NAME.lastIndex])
  }
  return { headers, spans }
}

const isSignature = ([name, value]: readonly [string, string]): boolean =>
  AUTH.test(name) && /[A-Za-z0-9+/=]{16}|keyId=|signature=/i.test(value)

/** Whether a field of authentication, or a signature in the URL, is there. */
export const isAuthenticated = ({ headers, url, body }: Draft): boolean =>
  headers.some(([name]) => (AUTH.test(name) && !/^http_/i.test(name)) || /^(?:\w*sign\w*|x-auth\w*)$/i.test(name)) ||
  /[?&](?:[\w-]{0,32}signature|sign|sig|hmac)=/i.test(url) ||
  /(?:^|[&"])(?:[\w-]{0,32}signature|sign|sig|hmac)(?:=|"\s?:)/i.test(
    utf8Decode(body?.subarray(-4_096) ?? NOTHING) ?? '',
  )

const NOTHING = new Uint8Array(0)

/** JSON from its first bracket to the one that closes it, or else to the last one of its line. */
function jsonAt(line: string): string | undefined {
  const from = line.search(/[[{]["{[]/)
  const end = from === -1 ? undefined : jsonEnd(line, from)
  if (end !== undefined) return line.slice(from, end)
  const to = Math.max(line.lastIndexOf('}'), line.lastIndexOf(']')) + 1
  return from === -1 || to <= from ? undefined : line.slice(from, to)
}

const lineAt = (text: string, index: number): string => {
  const end = text.indexOf('\n', index)
  return text.slice(index, end === -1 ? undefined : end)
}

function bodyIn(text: string, { spans }: Fields): string | undefined {
  BODY.lastIndex = 0
  let left = MOST_BODIES
  for (let found = BODY.exec(text); found !== null && left-- > 0; found = BODY.exec(text)) {
    const index = found.index + found[0].length
    const quoted = at(TEXT, text, index)
    const within = quoted?.[1] ?? quoted?.[2]?.replace(/\\(["\\/])/g, '$1')
    const own = within ?? jsonAt(lineAt(text, index))
    if (own !== undefined && /^[[{]|=/.test(own) && !ANSWERS.test(own)) return own
  }
  // Alone in its line, behind what a logger writes before it.
  let from = 0
  for (const line of text.split('\n', MOST_LINES)) {
    const own = jsonAt(line)
    const isEnd = own !== undefined && /^["'`,;\s]{0,4}$/.test(line.slice(line.indexOf(own) + own.length))
    const isField = spans.some(([start]) => start >= from && start <= from + line.length)
    if (own !== undefined && isEnd && !isField && !ANSWERS.test(own)) return own
    from += line.length + 1
  }
  const [, named, alone] = FORM.exec(text) ?? []
  return named ?? alone
}

/** The fields that stand outside a body. */
function without({ headers, spans }: Fields, text: string, body: string): Fields {
  const from = text.indexOf(body)
  const isOutside = (at: number): boolean => (spans[at]?.[0] ?? 0) < from || (spans[at]?.[0] ?? 0) >= from + body.length
  return { headers: headers.filter((_, at) => isOutside(at)), spans: spans.filter((_, at) => isOutside(at)) }
}

/** What is left of a text without the fields that were found in it: the answer, and what was complained of. */
function restOf(text: string, { spans }: Fields, body: string | undefined): string {
  let rest = ''
  let at = 0
  for (const [from, to] of spans) {
    rest += text.slice(at, Math.max(at, from))
    at = Math.max(at, to)
  }
  rest += text.slice(at)
  return (body === undefined ? rest : rest.replace(body, '')).trim()
}

/** An origin with the path that stands apart from it. */
const withPath = (url: string, path: string | undefined): string =>
  path !== undefined && /^https?:\/\/[^/?#]+\/?$/.test(url) ? url.replace(/\/$/, '') + path : url

/** The request whose parts stand somewhere in a text; `undefined` where no field is that of a signature. */
export function gathered(pasted: string): Draft | undefined {
  const text = pasted.slice(0, MOST).replace(NAMED_VALUE, '"$1": ')
  const first = FIRST_LINE.exec(text)
  const target = first?.[2] ?? URL_.exec(text)?.[0] ?? PATH.exec(text)?.[1]
  // The parameters of a signed URL have the names of fields.
  const fields = fieldsIn(target?.includes('?') === true ? text.replace(target, ' '.repeat(target.length)) : text)
  const isSigned = /[?&](?:x-[a-z]{2,8}-signature|signature|sign|sig)=/i.test(target ?? '')
  const body = bodyIn(text, fields)
  // What wallets sign holds the signature in its JSON, and has no field of one.
  const outside = without(fields, text, body ?? '')
  const isInBody =
    target !== undefined &&
    /[{,]\s?"(?:signature|sig|sign)"\s?:|(?:^|&)(?:signature|sig|sign)=/.test(body ?? '') &&
    !outside.headers.some(isSignature)
  if (!fields.headers.some(isSignature) && !isSigned && !isInBody) return undefined
  // The parameters of a form have the names of fields as well.
  const own = isInBody || /^[^[{]*=/.test(body ?? '') ? outside : fields
  const draft = emptyDraft()
  draft.headers = own.headers
  if (body !== undefined) draft.body = utf8(body)
  draft.method = (first?.[1] ?? METHOD.exec(text)?.[1] ?? (body === undefined ? 'GET' : 'POST')).toUpperCase()
  const host = headerOf(draft.headers, 'host') ?? HOST.exec(text)?.[1] ?? 'unknown.invalid'
  draft.url =
    target === undefined
      ? `https://${host}${PATH.exec(text)?.[1] ?? '/'}`
      : /^http/i.test(target)
        ? withPath(target, PATH.exec(text)?.[1])
        : `${ORIGIN.exec(text)?.[1] ?? `https://${host}`}${target}`
  draft.unread.push({ part: 'request', problem: 'its parts were put together from the lines of a log' })
  if (target === undefined)
    draft.unread.push({ part: 'URL', problem: `the text shows none; "${draft.url}" stands for it` })
  const rest = restOf(text, own, body)
  if (rest !== '') draft.refusal = { headers: [], body: rest.slice(0, 65_536) }
  return draft
}
