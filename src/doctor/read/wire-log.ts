import { utf8Decode } from '../../crypto/encoding.js'
import { toolText } from './tool-logs.js'

/** A request as it is on the wire, out of the lines of a log. */

const WIRE =
  /^(?<before>(?:.{0,256}?[\s>[("'])??)(?<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?<target>https?:\/\/\S+|\/\S*)(?<version> (?:HTTP\/[\d.]+|http\/1\.1|h2))?(?:\[\\r\]\[\\n\]"?|\\r\\n)?\s*$/
/** Marks of what was sent and what came: curl -v and Insomnia, requests_toolbelt, Apache HttpClient, Feign, OkHttp. */
const MARKS: ReadonlyArray<readonly [sent: string, came: string]> = [
  ['>> ', '<< '],
  ['---> ', '<--- '],
  ['--> ', '<-- '],
  ['> ', '< '],
  ['< ', '> '],
]
const MOST_LINES = 20_000

const unmarked = (line: string): string => line.replace(/^"(.*)"$/, '$1').replace(/(?:\[\\r\])?\[\\n\]"?$/, '')

/** Lines that begin with a mark, whatever stands before it: no other line is read. */
function marked(lines: readonly string[], sent: string, came: string): string {
  const out = { sent: [] as string[], came: [] as string[], after: [] as string[] }
  const behind = (line: string, mark: string): string | undefined => {
    // "> " alone has to be the start of the line, as it may stand in any text.
    const at = mark.length === 2 ? (line.startsWith(mark.trimEnd()) ? 0 : -1) : line.indexOf(mark.trimEnd())
    return at === -1 ? undefined : unmarked(line.slice(at + mark.trimEnd().length).replace(/^ /, ''))
  }
  // curl's own log, as PHP and others show it: the mark stands before the first line alone.
  const isFirstOnly = sent === '> ' && /^[\w-]{1,128}: ?\S/.test(lines[1] ?? '')
  for (const line of lines) {
    const text =
      behind(line, sent) ?? (isFirstOnly && out.came.length === 0 && !/^[*<{}]/.test(line) ? line : undefined)
    const answer = text === undefined ? behind(line, came) : undefined
    if (text !== undefined && out.came.length === 0) out.sent.push(text)
    else if (answer !== undefined) out.came.push(answer)
    // Insomnia shows the body so.
    else if (line.startsWith('| ') && out.came.length === 0)
      out.sent.push(...(out.sent.includes('') ? [] : ['']), line.slice(2))
    // Of curl: "* Connected to …", "{ [128 bytes data]", "} [12 bytes data]".
    else if (!/^(?:\*|[{}] \[\d)/.test(line) && out.came.length > 0) out.after.push(line)
  }
  return [...out.sent, '', ...out.came, ...out.after].join('\n')
}

/** Whether a log of curl says that there was no TLS. */
export const isPlainHttp = (text: string): boolean => /^\* +Connected to \S+ \([^)\n]{0,64}\) port 80\b/m.test(text)

/** What OkHttp and Feign log: only the first and the last line have a mark. */
function framed(lines: readonly string[], before: string, sent: string, came: string): string {
  const own = lines.map((line) => (before !== '' && line.startsWith(before) ? line.slice(before.length) : line))
  const end = own.findIndex((line, at) => at > 0 && line.startsWith(`${sent}END`))
  const answer = own.findIndex((line) => line.startsWith(came))
  const request = own.slice(0, end !== -1 ? end : answer !== -1 ? answer : own.length)
  request[0] = (request[0] as string)
    .slice(sent.length)
    .replace(/(?: (?:http\/1\.1|h2))?$/, ' HTTP/1.1')
    .replace(/( HTTP\/1\.1){2}$/, '$1')
  if (!request.slice(1).includes('')) request.push('')
  if (answer === -1) return request.join('\n')
  const behind = own.slice(answer + 1)
  const last = behind.findIndex((line) => line.startsWith(`${came}END`))
  const status = /\b(\d{3})\b/.exec((own[answer] as string).slice(came.length))?.[1] ?? '400'
  return [...request, `HTTP/1.1 ${status} -`, ...behind.slice(0, last === -1 ? undefined : last)].join('\n')
}

const PYTHON_SENT = /^send: b(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/
/** A text with its escapes; characters that were written as bytes are put together. */
const unescaped = (text: string): string => {
  const read = text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,5})\}|(.))/g,
    (_, byte?: string, unit?: string, point?: string, one = '') =>
      point !== undefined
        ? String.fromCodePoint(Number.parseInt(point, 16))
        : (byte ?? unit) !== undefined
          ? String.fromCharCode(Number.parseInt((byte ?? unit) as string, 16))
          : ({ r: '\r', n: '\n', t: '\t' }[one as string] ?? one),
  )
  const isBytes = /[\x80-\xff]/.test(read) && !/[^\0-\xff]/.test(read)
  return (isBytes ? utf8Decode(Uint8Array.from(read, (char) => char.charCodeAt(0))) : undefined) ?? read
}

/** What http.client of Python prints with debuglevel: `send: b'…'`, `reply: '…'`, `header: …`. */
function ofPython(lines: readonly string[]): string | undefined {
  const from = lines.findLastIndex((line) => /^send: b["'](?:GET|POST|PUT|PATCH|DELETE) /.test(line))
  if (from === -1) return undefined
  const own = lines.slice(from)
  const sent = own.map((line) => PYTHON_SENT.exec(line)).filter((one) => one !== null)
  const reply = own.findIndex((line) => line.startsWith('reply: '))
  const text = unescaped(sent.map(([, a, b]) => a ?? b ?? '').join(''))
  if (reply === -1) return text
  const answer = own.slice(reply + 1)
  const fields = answer.filter((line) => line.startsWith('header: ')).map((line) => line.slice('header: '.length))
  const rest = answer.filter((line) => !line.startsWith('header: '))
  const status = unescaped((own[reply] as string).replace(/^reply: ["'](.*)["']$/, '$1')).trim()
  return [text, status, ...fields, '', ...rest].join('\n')
}

const RUBY = /^(<-|->) "((?:[^"\\]|\\.)*)"$/

/** What `set_debug_output` of Ruby's Net::HTTP prints: `<- "…"` for what was sent, `-> "…"` for what came. */
function ofRuby(lines: readonly string[]): string | undefined {
  const from = lines.findLastIndex((line) => /^<- "(?:GET|POST|PUT|PATCH|DELETE|HEAD) /.test(line))
  if (from === -1) return undefined
  const pieces = lines.slice(from).map((line) => RUBY.exec(line))
  const of = (mark: string): string =>
    unescaped(pieces.flatMap((one) => (one?.[1] === mark ? [one[2] as string] : [])).join(''))
  return `${of('<-')}\r\n${of('->')}`
}

const TRACED = /^([0-9a-f]{4,8}): (.*)$/

/** What curl writes with --trace-ascii: pieces of 64 characters, each with its offset. */
function ofTrace(lines: readonly string[]): string {
  let kind = ''
  let next = -1
  const out = { head: '', data: '', came: '' }
  for (const line of lines) {
    const block = /^(?:\d\d:\d\d:[\d.]+ )?(=>|<=|==) (Send|Recv|Info)\S* ?(header|data|SSL)?/.exec(line)
    if (block !== null) {
      const isNew = kind !== 'head' || block[2] !== 'Send' || block[3] !== 'header'
      kind =
        block[2] === 'Send'
          ? block[3] === 'header'
            ? 'head'
            : block[3] === 'data'
              ? 'data'
              : ''
          : block[2] === 'Recv' && block[3] !== 'SSL'
            ? 'came'
            : ''
      // The last request of several.
      if (kind === 'head' && isNew && out.came !== '') out.head = out.data = out.came = ''
      next = 0
      continue
    }
    const [, offset, text = ''] = TRACED.exec(line) ?? []
    if (offset === undefined || kind === '') continue
    const at = Number.parseInt(offset, 16)
    const name = kind as keyof typeof out
    // What is not shown between two pieces is a break of a line.
    out[name] += (at > next && at > 0 ? '\r\n' : kind === 'came' && at === 0 && out.came !== '' ? '\r\n' : '') + text
    next = at + text.length
  }
  return `${out.head.trimEnd()}\r\n\r\n${out.data}${out.came === '' ? '' : `\r\n${out.came}`}`
}

// Between a request and its answer: a bar of marks, or a title.
const ENTRY = /^(?:[<>=*-]{8,}|HTTP (?:REQUEST|RESPONSE)\b[^\n]{0,64})\s*$/

const LOGGED = /^[A-Z], (?:\[[^\]]{1,64}\][ \t]+\w+ )?-- (?:\w* ?: |(request|response): )/

/** Without what Ruby's logger writes before each line. */
const unlogged = (text: string): string =>
  LOGGED.test(text)
    ? text
        .split('\n', MOST_LINES)
        .map((line) => line.replace(LOGGED, (_, kind: string | undefined) => (kind === 'response' ? '< ' : '')))
        .map((line) =>
          line
            .replace(/^([\w-]+): "(.*)"$/, '$1: $2')
            .replace(/^< Status (\d{3})$/, '\nHTTP/1.1 $1 -')
            .replace(/^< /, ''),
        )
        .map((line, at) => (at === 0 && /^[A-Z]+ https?:\S+$/.test(line) ? `${line} HTTP/1.1` : line))
        .join('\n')
    : text

/** The fields of HTTP/2 and 3 that stand for the first line, as developer tools show them: also with each value in a separate line. */
function pseudo(text: string): string | undefined {
  if (!/^:method:?\s/m.test(text) || !/^:path:?\s/m.test(text)) return undefined
  const joined = text.slice(0, 262_144).replace(/^(:?[\w-]{1,128}):[ \t]*\r?\n(?=\S)/gm, '$1: ')
  const of = (name: string): string => new RegExp(`^:${name}:?[ \\t]+(\\S+)`, 'm').exec(joined)?.[1] ?? ''
  const fields = joined.split('\n').filter((line) => /^[\w-]{1,128}: /.test(line))
  return [`${of('method')} ${of('path')} HTTP/1.1`, `Host: ${of('authority')}`, ...fields].join('\n')
}

/** The last request of a log as text that is read as HTTP; `undefined` where no line is the first one of a request. */
export function wireText(pasted: string): string | undefined {
  const fields = pseudo(pasted)
  if (fields !== undefined) return fields
  const tool = toolText(pasted)
  if (tool !== undefined) return tool
  const text = unlogged(pasted)
  const lines = text.split('\n', MOST_LINES).map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  if (/^(?:[\d:.]{1,20} )?=> Send header, \d/m.test(text)) return ofTrace(lines)
  const dumped = ofPython(lines) ?? ofRuby(lines)
  if (dumped !== undefined) return dumped
  const from = lines.findLastIndex((line, at) => {
    const found = line.length > 16_384 ? null : WIRE.exec(line)
    if (found === null) return false
    const { version, before = '', target = '' } = found.groups ?? {}
    // As people print a prepared request of Python: no version, and the fields at once.
    const isPrepared =
      before === '' &&
      /^https?:/.test(target) &&
      /^(?!(?:headers?|body|data|payload):)[\w-]{1,128}: \S/i.test(lines[at + 1] ?? '')
    return version !== undefined || /-->\s$/.test(before) || isPrepared
  })
  if (from === -1) return undefined
  const { before = '' } = WIRE.exec(lines[from] as string)?.groups ?? {}
  const own = lines.slice(from)
  const bare = before.replace(/"$/, '')
  const [sent, came] = MARKS.find(([mark]) => bare.endsWith(mark)) ?? []
  if (sent !== undefined && came !== undefined)
    return sent.startsWith('-')
      ? framed(own, bare.slice(0, bare.length - sent.length), sent, came)
      : marked(own, sent, came)
  // In a block of Markdown, or behind a text about it; or what a logger writes before each of its entries.
  // mitmproxy and others: an address before the first line, the rest moved in.
  const isMoved = /^[ \t]{2,8}[\w-]{1,128}: /.test(own[1] ?? '') && /\S/.test(before)
  const isLogged = /^\W{0,2}\d{2,4}[-/:]\d\d/.test(before)
  const indent = /^\s*$/.test(before) || isLogged ? before : ''
  const end = own.findIndex((line) =>
    /^\s*(?:```|~~~|###|---request end---|-{8}$)|^[^\n]{0,96} -- (?:\w{1,32}: )?response: /.test(line),
  )
  const [first = '', ...rest] = own
    .slice(0, end === -1 ? undefined : end)
    .map((line) => (indent !== '' && line.startsWith(indent) ? line.slice(indent.length) : line))
    .map((line) => (isMoved ? line.replace(/^[ \t]{2,8}/, '').replace(/^\s?<< (?=HTTP\/)/, '') : line))
    .filter((line) => !(isLogged || /^[<>]{8}$/.test(line)) || !ENTRY.test(line))
  return [
    first.slice(first.search(/(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) /)).replace(/\\r\\n$/, ''),
    ...rest,
  ].join('\n')
}
