import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft } from '../capture.js'
import { fieldsOf, METHOD } from './dump-names.js'
import { type Group, jsonOf } from './dump-values.js'
import { REFUSES } from './forms.js'
import { jsonEnd } from './json-end.js'
import { ofBuffer, ofPython, ofQuotes } from './printed-bytes.js'

const URL_LINE =
  /(?:^|[^\w])(?:request[ _-]?)?(?:ur[li]|endpoint|address)["']?\s{0,16}(?::|=>?|->)\s{0,4}["'<]?(https?:\/\/[^\s"'<>,]+)/i
const METHOD_LINE =
  /(?:^|[^\w])(?:http[ _-]?|request[ _-]?)?(?:method|verb)["']?\s{0,16}(?::|=>?|->)\s{0,4}["']?([A-Za-z]{3,7})\b/i
// A server prints the path of a request as its URL: `url: /hooks`, `req.originalUrl /hooks`.
const PATH_LINE =
  /^[ \t]*(?:req(?:uest)?\.)?(?:request[ _-]?|original_?)?(?:ur[li]|path)["']?\s{0,4}(?::|=>?)?\s{0,4}["'`]?(\/[^\s"'`,]*)/im
const SIDE_BY_SIDE = /\b(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)["']?[ \t,:]{1,4}["']?(https?:\/\/[^\s"'<>,]+)/
const LABEL =
  // Neither the names of signed headers, which are the value of one, nor the list in a Signature.
  /(?<!signed-)\b(?:request ?)?(?:headers?|fields)\b["']?\s{0,4}(?::|=>?(?!"[(a-z])|(?=[{[(]))|^[ \t]*(?:request )?headers[ \t]*$/im
const BODY_LINE =
  /^[ \t]*(?:JSON\.stringify\()?(?:(?:raw|req|request|event|ctx)[ ._-]?){0,2}(?:body|payload|data)["')]?\s{0,16}(?::|=>?|->|→)[ \t]*(\S[^\n]*)$/im
const BODY_BESIDE = /\s(?:Body|RequestBody|Payload|Data): ?(\S[^\n]*)$/m
const JSON_BESIDE = /\s(?:request[ _-]?)?(?:body|payload|data|params)\s?[:=]\s?(?=(?<quote>b?')?[[{]["{[])/gi
const FORM_BESIDE = /\s(?:request[ _-]?)?(?:body|payload|data)\s?[:=]\s?(b?(["'])[\w.%+*-]{1,128}=[^"'\n]{0,8192}\2)/i
// What else a line of a log says: ClientIP=… Protocol=http.
const ATTRIBUTES = /^\w{1,64}=\S{0,512}(?: \w{1,64}=\S{0,512}){1,32}\s*$/
const FIELD_LINE = /^\s*["']?([!#$%&*+.^_`|~0-9A-Za-z-]{1,128})["']?\s?(?::|=>)[ \t]+(\S[^\n]*)$/
const ANSWER_LINE =
  /^[ \t]*(?:\[?\d{4}[-/][^\n]{0,64}|[A-Z], \[[^\]\n]{1,64}\][ \t]{1,4}[A-Z]{4,5} --(?: \w{0,32}:)? )?(?:response|answer|reply|status(?! code)|handle\w{0,24}response)\b/im
const NOTHING = /^(?:<nil>|<null>|<none>|<empty>|null|None|undefined|-|\{\}|""|'')$/i
// Names of other lines, and those that fields of authentication have.
const OTHER = /^(?:ur[li]|method|requesturi|version|content|prehash|status|message|date_?time)$/i
const OWN =
  /-|^(?:authorization|signature|digest|date|host|key|sign|timestamp|apikey|nonce|authent|\w*sign\w*|\w*api_?key\w*)$/i

/** What Python and Node print of a text has its backslashes twice; a text that was put into quotes by hand has not. */
function unquoted(text: string): string {
  const bare = text.trim().replace(/,$/, '')
  const printed = ofPython(bare) ?? ofBuffer(bare) ?? ofQuotes(bare)
  if (printed !== undefined) return printed
  const [, quote, within] = /^(["'])(.*)\1$/.exec(bare) ?? []
  if (within === undefined) return bare
  const isPrinted = quote === "'" && within.includes('\\\\')
  return isPrinted ? within.replace(/\\(?:n|r|t|'|"|\\)/g, (one) => WRITTEN[one] ?? one) : within
}
const isOwn = (fields: ReadonlyArray<readonly [string, string]>): boolean => fields.some(([name]) => OWN.test(name))

const BODY_LABEL = /^\s*(?:(?:raw|req|request)[ ._-]?){0,2}(?:body|payload|data|content)\s*[:=]?\s*$/i
const FENCE = /^\s*(?:```|~~~)/

/** Lines with a name and a value each, and what stands behind them. */
function fieldLines(lines: readonly string[]): {
  readonly fields: Array<readonly [string, string]>
  readonly behind: readonly string[]
} {
  const fields: Array<readonly [string, string]> = []
  for (const [at, line] of lines.entries()) {
    if (BODY_LINE.test(line) || BODY_LABEL.test(line)) return { fields, behind: lines.slice(at) }
    const [, name = '', value = ''] = FIELD_LINE.exec(line) ?? []
    // What opens a list goes on in the lines below.
    if (name !== '' && !OTHER.test(name) && !/^(?:\w{1,16} )?[[({]$/.test(value.trim()))
      fields.push([name, unquoted(value)])
    else if (fields.some(([one]) => OWN.test(one)) && (line.trim() === '' || FENCE.test(line)))
      return { fields, behind: lines.slice(at) }
  }
  return { fields, behind: [] }
}

/** The body in the lines behind the fields, up to the end of its block. */
function bodyBehind(lines: readonly string[]): string {
  const from = lines.findIndex((line) => line.trim() !== '' && !FENCE.test(line) && !BODY_LABEL.test(line))
  if (from === -1) return ''
  const rest = lines.slice(from)
  const end = rest.findIndex((line) => FENCE.test(line))
  const text = rest
    .slice(0, end === -1 ? undefined : end)
    .join('\n')
    .trim()
    // console.log('body', req.body)
    .replace(/^(?:req(?:uest)?\.)?(?:raw_?)?(?:body|payload|data)\s{1,4}(?=[{["])/i, '')
  const bytes = ofPython(text.split('\n', 1)[0] as string)
  if (bytes !== undefined) return bytes
  // A form has no line breaks.
  if (/^[\w.%+-]{1,128}=[^\s&]{0,4096}&/.test(text)) return text.split('\n', 1)[0] as string
  // "[Nest] …" and "[2023-…" begin a line of a log.
  return /^(?:[{"<]|\[(?:\s*[{["\]-]|\s*\d+\s*[,\]])|[\w.%+-]{1,128}=(?!\S{0,512} \w{1,64}=))/.test(text) ? text : ''
}

const WRITTEN: Readonly<Record<string, string>> = {
  '\\n': '\n',
  '\\r': '\r',
  '\\t': '\t',
  "\\'": "'",
  '\\"': '"',
  '\\\\': '\\',
}

// Each may go over much of the text.
const MOST_LOOKS = 32

/** JSON behind its name, up to the end of its line; the end is looked for once in a line, whatever stands in it. */
function jsonBeside(text: string): string | undefined {
  let next = -1
  let looks = 0
  let end = 0
  for (const { 0: name, index, groups } of text.matchAll(JSON_BESIDE)) {
    const from = index + name.length
    if (from > next) {
      const at = text.indexOf('\n', from)
      next = at === -1 ? text.length : at
      end = from + text.slice(from, next).trimEnd().length
    }
    const quote = groups?.['quote']
    // Other words of the line may stand behind it.
    const own = from + (quote ?? '').length
    const last = looks++ < MOST_LOOKS ? jsonEnd(text, own) : undefined
    const behind = last === undefined ? '' : text.slice(last, last + 1)
    if (last !== undefined && last <= next && (quote === undefined ? /^[\s,;)}\]]?$/ : /^'$/).test(behind))
      return text.slice(from, last + (quote === undefined ? 0 : 1))
    const close = text.slice(Math.max(from + (quote ?? '').length + 2, end - 2), end)
    if (quote === undefined ? /[\]}]$/.test(close) : /^[\]}]'$/.test(close)) return text.slice(from, end)
  }
  return undefined
}

/** The body behind its name, over as many lines as it has. */
function bodyNamed(own: string): string | undefined {
  const found = BODY_LINE.exec(own) ?? BODY_BESIDE.exec(own) ?? undefined
  const first = found === undefined ? (jsonBeside(own) ?? FORM_BESIDE.exec(own)?.[1]) : found[1]
  if (found === undefined || first === undefined || !/^[{[]/.test(first) || /[}\]]\s*$/.test(first)) return first
  const rest = own.slice(found.index + found[0].length - first.length)
  return (/^[\s\S]*?\n[}\]](?=[ \t]*(?:\n|$))/.exec(rest.slice(0, 65_536))?.[0] ?? first).trim()
}

/** A log with a line, or a word before it, for each part. */
export function linesIn(text: string, groups: readonly Group[]): Draft | undefined {
  const labelled = URL_LINE.exec(text)
  const beside = SIDE_BY_SIDE.exec(text)
  const fielded = /(https?:\/\/[^\s"'<>,{}]{1,4096}) {1,4}(?=\{\s{0,64}["'])/.exec(text)
  const onPath = /(?:^|[\s"'`])(GET|POST|PUT|PATCH|DELETE) (\/[^\s"'`]*)/m.exec(text)
  const pathLine = PATH_LINE.exec(text)?.[1]
  const whole = labelled?.[1] ?? beside?.[2] ?? fielded?.[1]
  const draft = emptyDraft()
  draft.method = (
    METHOD_LINE.exec(text)?.[1] ??
    beside?.[1] ??
    (whole === undefined ? onPath?.[1] : undefined) ??
    ''
  ).toUpperCase()
  if (!METHOD.test(draft.method)) draft.method = ''
  const start = (labelled ?? beside ?? fielded ?? onPath)?.index ?? 0
  const label = LABEL.exec(text)
  const end = ANSWER_LINE.exec(text.slice(start))
  const own = text.slice(0, end === null ? undefined : start + end.index)
  const from = Math.min(start, label?.index ?? start)
  const named = bodyNamed(own)
  const group = groups.find(
    (one) => one.to <= own.length && one.from >= from && one.raw !== named && isOwn(fieldsOf(one)),
  )
  const inGroup = group === undefined ? [] : fieldsOf(group)
  const { fields: inLines, behind } = fieldLines(
    own
      .slice(label === null ? start : label.index + label[0].length)
      .split('\n')
      .slice(whole === undefined && label === null && onPath === null ? 0 : 1),
  )
  // A value of a field may have brackets, quotes and commas of its own.
  const isByLine =
    isOwn(inLines) &&
    (inLines.length >= inGroup.length || (inLines.every(([, value]) => !value.includes('":')) && /\{\s*\n/.test(own)))
  draft.headers = isByLine ? inLines : inGroup
  // ccxt prints the body in the line of the fields, or in the next one behind a space.
  const beyond =
    group === undefined
      ? []
      : fielded !== null && labelled === null && beside === null
        ? [own.slice(group.to).split('\n', 1)[0] as string]
        : own.slice(group.to).split('\n')
  const said = (isByLine ? bodyBehind(behind) : '') || bodyBehind(beyond)
  // The answer, which stands behind the fields with no name before it.
  const isAnswer = REFUSES.test(said) && /^(?:GET|HEAD|DELETE|)$/.test(draft.method)
  const body = named ?? (isAnswer || ATTRIBUTES.test(said) ? '' : said)
  if (body !== '' && !NOTHING.test(body.trim())) draft.body = utf8(asJson(unquoted(body), groups, draft))
  // A server prints the path alone, and its host among the fields; or neither of them.
  const host = draft.headers.find(([name]) => name.toLowerCase() === 'host')?.[1]
  const isSigned = draft.headers.some(([name]) => SIGNED.test(name))
  if (whole === undefined && host === undefined && !isSigned) return undefined
  draft.url = whole ?? `https://${host ?? 'unknown.invalid'}${onPath?.[2] ?? pathLine ?? '/'}`
  if (whole === undefined && ((onPath ?? pathLine ?? null) === null || host === undefined))
    draft.unread.push({ part: 'URL', problem: `the text shows none; "${draft.url}" stands for it` })
  const isWhole = whole !== undefined && draft.method !== '' && draft.body !== undefined
  if (draft.headers.length === 0 && !isWhole && !/[?&](?:\w*sign\w*|hmac|sig)=/i.test(draft.url)) return undefined
  if (draft.method === '') draft.method = draft.body === undefined ? 'GET' : 'POST'
  return draft
}

/** An object that JavaScript has printed stands for JSON without spaces. */
function asJson(text: string, groups: readonly Group[], draft: Draft): string {
  const group = /^[{[]\s{0,64}(?:[A-Za-z_$][\w$]{0,64}|'[^'\n]{0,128}'): /.test(text)
    ? groups.find(({ raw }) => raw === text)
    : undefined
  if (group === undefined) return text
  draft.unread.push({
    part: 'body',
    problem: 'it is a value, not the text that was sent; JSON without spaces is assumed',
  })
  return jsonOf(group)
}

// What no answer has among its members.
const SIGNED = /^authorization$|-(?:[\w-]{1,64})?(?:sign|hmac)|(?:sign|hmac)[\w]{0,16}-/i

/** A URL alone, as a link that is signed is pasted, or a command line that fetches it. */
export function urlAlone(text: string): Draft | undefined {
  const found =
    /^[ \t]*(?:(?:\$ )?(?:wget|open|xdg-open|aria2c|http|https)\s[^\n]{0,256}?)?["'<]?(https?:\/\/[^\s"'<>]+)["'>]?[ \t]*$/m.exec(
      text,
    )
  if (found === null || !/\?\S*=/.test(found[1] as string)) return undefined
  const draft = emptyDraft()
  draft.method = 'GET'
  draft.url = found[1] as string
  draft.unread.push({ part: 'method', problem: 'the text is a URL alone; GET is assumed' })
  return draft
}
