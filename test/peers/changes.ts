import type { ExchangeSpec } from '../../src/exchange/index.js'
import type { HttpRequest } from '../../src/message/message.js'
import type { Row } from './row.js'

/** A request with one character changed, and where. */
export interface Change {
  readonly where: string
  readonly request: HttpRequest
}

// Another character of the same kind, so that the text keeps its form, and one that parts or ends things.
const OTHER: Readonly<Record<string, string>> = { '9': '0', z: 'a', Z: 'A', '&': '%', '=': '&', '"': "'", '/': '.' }
const next = (char: string): string =>
  OTHER[char] ?? (/[0-8A-Ya-y]/.test(char) ? String.fromCharCode(char.charCodeAt(0) + 1) : 'x')
const others = (char: string): readonly string[] => [next(char), char === '&' ? '+' : '&']

/** Replaced twice and left out, at every position. */
function* replaced(text: string, step: number): Generator<readonly [at: number, text: string]> {
  for (let at = 0; at < text.length; at += step)
    for (const other of [...others(text[at] as string), '']) yield [at, text.slice(0, at) + other + text.slice(at + 1)]
}

const ASCII = /^[!-~]*$/

const withMarks = (pairs: string): string => pairs.replace(/(^|&)([^=&]+)(?=&|$)/g, '$1$2=')

/** What of a request is tried besides what its exchange covers, and what is not. */
export type ChangeOptions = Pick<Row, 'proves' | 'unproven' | 'unmarked' | 'readsPairs'> & {
  /** What the signature of this very request covers. */
  readonly covers: ReadonlySet<string>
  /** Larger than 1 for a sample, where a verification takes long. */
  readonly step: number
}

/**
 * Every change of one character in what an exchange proves: the facts its signature covers, and each field that carries
 * authentication.
 */
export function* changes(
  request: HttpRequest,
  { headers = [] }: ExchangeSpec,
  options: ChangeOptions,
): Generator<Change> {
  const { proves = [], unproven = [], unmarked = false, readsPairs = false, step } = options
  const sameToReader = (pairs: string, changed: string): boolean =>
    readsPairs && withMarks(pairs) === withMarks(changed)
  const covers = new Set<string>([...options.covers, ...proves])
  const question = request.target.indexOf('?')
  const path = question === -1 ? request.target : request.target.slice(0, question)
  const query = question === -1 ? '' : request.target.slice(question + 1)
  if (covers.has('method'))
    for (const [at, method] of replaced(request.method, 1))
      if (/^[A-Z]+$/.test(method)) yield { where: `method ${at}`, request: { ...request, method } }
  if (covers.has('authority'))
    for (const [at, authority] of replaced(request.authority, step))
      if (/^[a-z0-9.-]+$/.test(authority)) yield { where: `authority ${at}`, request: { ...request, authority } }
  if (covers.has('path'))
    for (const [at, text] of replaced(path.slice(1), step))
      if (ASCII.test(text))
        yield {
          where: `path ${at + 1}`,
          request: { ...request, target: `/${text}${request.target.slice(path.length)}` },
        }
  if (covers.has('query')) {
    for (const [at, text] of replaced(query, step))
      if (!sameToReader(query, text)) yield { where: `query ${at}`, request: { ...request, target: `${path}?${text}` } }
    if (covers.has('path') && query !== '' && !unmarked)
      yield { where: 'the mark', request: { ...request, target: path + query } }
  }
  if (covers.has('body') && request.body instanceof Uint8Array) {
    const body = new TextDecoder().decode(request.body)
    for (const [at, text] of replaced(body, step))
      if (!sameToReader(body, text))
        yield { where: `body ${at}`, request: { ...request, body: new TextEncoder().encode(text) } }
  }
  const own = new Set(headers.map(([name]) => name.toLowerCase()))
  for (let line = 0; line < request.fields.length; line += 2) {
    const name = (request.fields[line] as string).toLowerCase()
    if (unproven.includes(name) || !(own.has(name) || covers.has(`field:${name}`))) continue
    for (const [at, value] of replaced(request.fields[line + 1] as string, step))
      yield { where: `${name} ${at}`, request: { ...request, fields: request.fields.with(line + 1, value) } }
  }
}
