import { fail } from '../errors.js'
import { fieldLines, fieldValues, hasField } from '../message/fields.js'
import { assertMethod, type HttpRequest } from '../message/message.js'
import { originOf } from '../message/target.js'

/** A request as text, and what its text looked like. */
export interface RawRequest {
  readonly request: HttpRequest
  readonly version: string
  readonly eol: '\r\n' | '\n'
}

const malformed = (text: string): never => fail('MESSAGE_MALFORMED', text)
const LATIN1 = new TextDecoder('latin1')
const LF = 0x0a
const CR = 0x0d

/** Where the head ends and the body begins: behind the first empty line. */
function headEnd(bytes: Uint8Array): readonly [head: number, body: number] {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return [at, at + 2]
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return [at, at + 3]
  }
  return [bytes.length, bytes.length]
}

/**
 * An HTTP/1.1 request as it is on the wire, or as people write it: lines may end in LF alone (RFC 9112 2.2).
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function parseRequest(bytes: Uint8Array, scheme: string): RawRequest {
  // A blank line before the request is passed over: RFC 9112 2.2.
  let start = 0
  while (bytes[start] === CR || bytes[start] === LF) start++
  const all = bytes.subarray(start)
  const [end, bodyAt] = headEnd(all)
  const head = LATIN1.decode(all.subarray(0, end)).replace(/\r$/, '')
  const eol = head.includes('\r\n') ? '\r\n' : '\n'
  const [first = '', ...lines] = head.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const [, method = '', target = '', version = ''] = /^(\S+) (\S+) (HTTP\/\d(?:\.\d)?)$/.exec(first) ?? []
  if (/^HTTP\//.test(first)) malformed('a request must begin with its method, got the status line of a response')
  if (method === '') malformed('a request must begin with a line such as "GET /path HTTP/1.1"')
  assertMethod(method)
  const fields = fieldLines(lines.map(fieldOf))
  const host = fieldValues(fields, 'host')
  const origin = originOf(target)
  if (host.length !== 1) malformed(`a request must have one Host field, got ${host.length}`)
  if (hasField(fields, 'transfer-encoding'))
    malformed('the body must stand there as it is, with Content-Length in place of Transfer-Encoding')
  return {
    request: {
      method,
      scheme: origin?.scheme ?? scheme,
      authority: host[0] as string,
      target,
      fields,
      body: bodyOf(all.subarray(bodyAt), fieldValues(fields, 'content-length')),
    },
    version,
    eol,
  }
}

function fieldOf(line: string, at: number): readonly [string, string] {
  // RFC 9112 5.2: a folded line has no one meaning.
  const [, name = '', value = ''] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
  return name === ''
    ? malformed(`line ${at + 2} must be a field such as "Host: example.com", got other text`)
    : [name, value]
}

/** The body by its stated length; a line break that an editor put behind it is no part of it. */
function bodyOf(rest: Uint8Array, lengths: readonly string[]): Uint8Array | null {
  if (lengths.length === 0) return rest.length === 0 ? null : rest.slice()
  const [stated = ''] = lengths
  if (lengths.length > 1 || !/^\d{1,15}$/.test(stated)) malformed('Content-Length must be there once, as a number')
  const length = Number(stated)
  if (rest.length < length)
    malformed(`the body must have the ${length} bytes that Content-Length states, got ${rest.length}`)
  const more = LATIN1.decode(rest.subarray(length, length + 3))
  if (!['', '\n', '\r\n'].includes(more))
    malformed(`the body must have the ${length} bytes that Content-Length states, got ${rest.length}`)
  return length === 0 ? null : rest.slice(0, length)
}

/** The text of a request. A body whose length is stated nowhere gets it: the other end could not find its end. */
export function printRequest({ request, version, eol }: RawRequest): Uint8Array {
  const { method, target, fields, body } = request
  const lines = [`${method} ${target} ${version}`]
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  const bytes = body instanceof Uint8Array ? body : new Uint8Array()
  if (bytes.length > 0 && !hasField(fields, 'content-length')) lines.push(`Content-Length: ${bytes.length}`)
  const head = Buffer.from(`${lines.join(eol)}${eol}${eol}`, 'latin1')
  return new Uint8Array(Buffer.concat([head, bytes]))
}
