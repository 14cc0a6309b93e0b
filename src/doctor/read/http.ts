import { utf8 } from '../../crypto/encoding.js'
import { type Draft, emptyDraft, headerOf, NOT_SHOWN, type Refusal } from '../capture.js'

import { bodyAlone, isThrown } from './behind-body.js'
import { REFUSES } from './forms.js'

const REQUEST_LINE = /^(?:> )?([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+|\S.*(?= HTTP\/[\d.]+$))(?: HTTP\/[\d.]+)?$/
const STATUS_LINE = /^(?:< ?)?HTTP\/[\d.]+ (\d{3})(?: .*)?$/

// A log writes its time and level in front: the first word would be taken for a method.
const LOGGED = /^\S.* (?=(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?:\/|https?:\/\/)\S* HTTP\/[\d.]+$)/

/** True for text that starts as a request on the wire does. */
export const isHttp = (text: string): boolean => {
  const [first = '', second = '', ...more] = text.trimStart().split(/\r?\n/, 6)
  return (
    // What curl -v says of its connection.
    !first.startsWith('* ') &&
    !/^\s*[{[(]/.test(second) &&
    // JMeter writes so before a body.
    ![second, ...more].some((line) =>
      /^[A-Z]{3,7} data:$|^\s*(?:request )?headers?(?::?\s*|:\s*[{[(<].*)$/i.test(line),
    ) &&
    REQUEST_LINE.test(first.trimEnd()) &&
    (/ HTTP\/[\d.]+$/.test(first.trimEnd()) || /^(?:> )?[A-Z]+ (?:https?:|\/)/.test(first))
  )
}

interface Lines {
  readonly headers: Array<readonly [string, string]>
  /** Where the body starts. */
  readonly next: number
}

/** Header lines from `from` on, up to the first empty one. A mark before each (`> ` of curl -v) is taken away. */
function headerLines(lines: readonly string[], from: number, mark: RegExp, draft: Draft, what: string): Lines {
  const headers: Array<readonly [string, string]> = []
  let at = from
  for (; at < lines.length; at++) {
    const line = (lines[at] as string).replace(mark, '')
    if (line === '') return { headers, next: at + 1 }
    // RFC 9112 5.2: a line that goes on is read as one, with a space for the break.
    const last = headers.at(-1)
    if (/^[ \t]/.test(line) && last !== undefined) {
      headers[headers.length - 1] = [last[0], `${last[1]} ${line.trim()}`.trim()]
      draft.unread.push({
        part: `${what} line ${at - from + 1}`,
        problem: 'it goes on from the line before (obs-fold); most servers refuse that',
      })
      continue
    }
    // hurl and others write a body with no empty line before it.
    if (/^(?:\{"|\[[{"])/.test(line) && headers.length > 0 && what === 'header') return { headers, next: at }
    const colon = line.indexOf(':')
    if (colon > 0) {
      const name = line.slice(0, colon)
      if (/\s/.test(name))
        draft.unread.push({
          part: `${what} line ${at - from + 1}`,
          problem: 'white space in the name of a header; the line is left out',
        })
      else headers.push([name, line.slice(colon + 1).trim()])
    } else
      draft.unread.push({
        part: `${what} line ${at - from + 1}`,
        problem: 'no header line and no empty line; it is left out',
      })
  }
  return { headers, next: at }
}

/** A response as text; `undefined` where it does not start with a status line. */
export function readRefusal(text: string): Refusal | undefined {
  const lines = text.split(/\r?\n/)
  const status = STATUS_LINE.exec(lines[0] ?? '')?.[1]
  if (status === undefined) return undefined
  const draft = emptyDraft()
  const { headers, next } = headerLines(lines, 1, /^< ?/, draft, 'answer')
  const isMarked = (lines[0] as string).startsWith('<')
  const body = lines.slice(next).join('\n')
  return { status: Number(status), headers, body: (isMarked ? body.replace(/^< ?/gm, '') : body).trimEnd() }
}

/** The offset of a status line behind the request, after a line break; -1 where there is none. */
function answerAt(text: string): number {
  const found = /(?:^|\n)(?:< ?)?HTTP\/[\d.]+ \d{3}(?: |\r?\n|$)/.exec(text)
  return found === null ? -1 : found.index + (text[found.index] === '\n' ? 1 : 0)
}

/** The text before an answer that was pasted with it; the answer goes into the draft. */
export function behindAnswer(pasted: string, draft: Draft): string {
  const at = answerAt(pasted)
  if (at === -1) return pasted
  draft.refusal = readRefusal(pasted.slice(at))
  return pasted.slice(0, at)
}

/** The text before an answer in JSON (or as a language prints it) that stands in its last line, also in a comment. */
export function behindJson(text: string, draft: Draft): string {
  const at = text.trimEnd().lastIndexOf('\n')
  const [, body] =
    /^(?:(?:#|\/\/|\/\*|>>>|--)\s?)?(?:=>\s?|(?:answer|response|prints?|output|result):?\s?)?(\{.*\})$/i.exec(
      text.slice(at + 1).trim(),
    ) ?? []
  if (draft.refusal !== undefined || at === -1 || body === undefined || !/[:=]/.test(body)) return text
  draft.refusal = { headers: [], body }
  return text.slice(0, at)
}

/** A request as it is on the wire, with the answer behind it where one was pasted. */
export function readHttp(pasted: string): Draft {
  const draft = emptyDraft()
  const text = pasted.replace(/^\s*\n/, '').replace(/^\s+(?=[>A-Z])/, '')
  const answer = answerAt(text)
  const own = answer === -1 ? text : text.slice(0, answer)
  if (answer !== -1) draft.refusal = readRefusal(text.slice(answer))
  const lines = own.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const first = (lines[0] as string).trimEnd().replace(/^> /, '')
  const logged = LOGGED.exec(first)?.[0] ?? ''
  if (logged !== '') draft.unread.push({ part: 'request line', problem: 'what a log wrote in front of it is left out' })
  const [, method = '', target = ''] = REQUEST_LINE.exec(first.slice(logged.length)) ?? []
  draft.method = method
  const { headers, next } = headerLines(lines, 1, /^> ?/, draft, 'header')
  draft.headers = headers
  draft.url = urlOf(target, draft)
  // The bytes as they are: only the head was split into lines.
  let offset = 0
  for (let line = 0; line < next; line++) {
    const end = own.indexOf('\n', offset)
    offset = end === -1 ? own.length : end + 1
  }
  const body = bodyOf(own.slice(offset), draft, answer !== -1)
  // A GET has no body that looks as an answer does: the status line was not pasted with it.
  if (draft.refusal === undefined && /^(?:GET|HEAD)$/.test(method) && REFUSES.test(body.trim()))
    draft.refusal = { headers: [], body }
  else if (body !== '') draft.body = utf8(body)
  else if ((lines[0] as string).startsWith('> ') || isThrown(draft.refusal?.body ?? '')) unshown(draft)
  return draft
}

/** The body of a request whose log shows its head alone, where a line below it has as many bytes as the head counts. */
export function bodyBelow(draft: Draft): void {
  const length = Number(headerOf(draft.headers, 'content-length') ?? 'none')
  const said = draft.refusal?.body ?? ''
  // One that short is any line.
  if (draft.body !== undefined || !(length >= LEAST_BELOW)) return
  const line = said.split(/\r?\n/, 2_000).find((one) => one.length <= length && utf8(one).length === length)
  if (line === undefined || !/^[[{<]|=/.test(line) || REFUSES.test(line)) return
  draft.body = utf8(line)
  draft.unread = draft.unread.filter(({ problem }) => problem !== NOT_SHOWN)
  if (draft.refusal !== undefined) draft.refusal = { ...draft.refusal, body: said.replace(line, '').trimEnd() }
}

const LEAST_BELOW = 16

/** curl -v, and what prints as it does, shows the head of a request alone. */
export function unshown(draft: Draft): void {
  const length = headerOf(draft.headers, 'content-length')
  if (Number(length) > 0 || /chunked/i.test(headerOf(draft.headers, 'transfer-encoding') ?? ''))
    draft.unread.push({ part: 'body', problem: NOT_SHOWN })
}

/** An absolute URL of a target and the Host beside it. */
function urlOf(target: string, draft: Draft): string {
  if (/^https?:\/\//i.test(target)) return target
  const host = headerOf(draft.headers, 'host') ?? headerOf(draft.headers, ':authority')
  if (host === undefined) {
    draft.unread.push({ part: 'host', problem: 'there is no Host; "unknown.invalid" stands for it' })
    return `https://unknown.invalid${target}`
  }
  draft.unread.push({ part: 'scheme', problem: 'the text does not say whether it was http or https; https is assumed' })
  return `https://${host}${target}`
}

/** What a terminal or an editor adds behind a body is taken off, by Content-Length where there is one. */
function bodyOf(pasted: string, draft: Draft, answered: boolean): string {
  const stated = Number(headerOf(draft.headers, 'content-length') ?? 'none')
  const rest =
    /[\]}'"]\s*\n\s*\S|^\s*b['"]/.test(pasted) || stated < pasted.length || draft.method === 'GET' || isThrown(pasted)
      ? bodyAlone(pasted, stated, draft)
      : pasted
  let end = rest.length
  while (rest[end - 1] === '\n') end -= rest[end - 2] === '\r' ? 2 : 1
  const bare = rest.slice(0, end)
  if (bare === rest) return rest
  if (Number.isInteger(stated)) {
    // As many of the breaks at the end as the length counts, each a byte.
    const breaks = stated - utf8(bare).length
    if (breaks >= 0 && breaks <= rest.length - bare.length) return rest.slice(0, bare.length + breaks)
  } else if (bare !== '' && !answered)
    draft.unread.push({
      part: 'body',
      problem: 'line breaks at its end are taken for those of the paste; there is no Content-Length',
    })
  return bare
}
