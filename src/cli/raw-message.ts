import { fail } from '../errors.js'
import { fieldLines, fieldValues, hasField } from '../message/fields.js'
import { assertMethod, type HttpRequest, type HttpResponse, httpResponse } from '../message/message.js'
import { originOf } from '../message/target.js'
import { defined } from '../support/defined.js'

/** What the text of a message looked like. */
interface Looks {
  readonly version: string
  readonly eol: '\r\n' | '\n'
}

/** A request as text. */
export interface RawRequest extends Looks {
  readonly request: HttpRequest
}

/** A response as text. */
export interface RawResponse extends Looks {
  readonly response: HttpResponse
  readonly reason: string
}

export type RawMessage = RawRequest | RawResponse

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

/** The head in lines, and the bytes behind it. */
function divided(bytes: Uint8Array): {
  readonly first: string
  readonly fields: readonly string[]
  readonly rest: Uint8Array
  readonly eol: '\r\n' | '\n'
} {
  // A blank line before the message is passed over: RFC 9112 2.2.
  let start = 0
  while (bytes[start] === CR || bytes[start] === LF) start++
  const all = bytes.subarray(start)
  const [end, bodyAt] = headEnd(all)
  const head = LATIN1.decode(all.subarray(0, end)).replace(/\r$/, '')
  const [first = '', ...lines] = head.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  if (!/^HTTP\/|HTTP\/\d(?:\.\d)?$/.test(first))
    malformed('a message must begin with a line such as "GET /path HTTP/1.1" or "HTTP/1.1 200 OK"')
  const fields = fieldLines(lines.map(fieldOf))
  if (hasField(fields, 'transfer-encoding'))
    malformed('the body must stand there as it is, with Content-Length in place of Transfer-Encoding')
  return { first, fields, rest: all.subarray(bodyAt), eol: head.includes('\r\n') ? '\r\n' : '\n' }
}

/**
 * An HTTP/1.1 message as it is on the wire, or as people write it: lines may end in LF alone (RFC 9112 2.2).
 *
 * @param request what a response answers, for components of it (RFC 9421 2.4)
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function parseMessage(bytes: Uint8Array, scheme: string, request?: HttpRequest): RawMessage {
  const { first, fields, rest, eol } = divided(bytes)
  const [, version = '', status = '', reason = ''] = /^(HTTP\/\d(?:\.\d)?) (\d{3})(?: (.*))?$/.exec(first) ?? []
  if (version === '') return parseRequest(bytes, scheme)
  const response = httpResponse(
    defined({
      status: Number(status),
      headers: pairsOf(fields),
      // RFC 9110 6.4.1: an answer to HEAD states the length of a body that is not there.
      body: request?.method === 'HEAD' ? null : bodyOf(rest, fieldValues(fields, 'content-length')),
      request,
    }),
  )
  return { response, version, reason, eol }
}

const pairsOf = (fields: readonly string[]): Array<readonly [string, string]> =>
  Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i] ?? '', fields[2 * i + 1] ?? ''] as const)

/** As {@link parseMessage}, for a request alone. */
export function parseRequest(bytes: Uint8Array, scheme: string): RawRequest {
  const { first, fields, rest, eol } = divided(bytes)
  const [, method = '', target = '', version = ''] = /^(\S+) (\S+) (HTTP\/\d(?:\.\d)?)$/.exec(first) ?? []
  if (/^HTTP\//.test(first)) malformed('a request must begin with its method, got the status line of a response')
  if (method === '') malformed('a request must begin with a line such as "GET /path HTTP/1.1"')
  assertMethod(method)
  const host = fieldValues(fields, 'host')
  const origin = originOf(target)
  if (host.length !== 1) malformed(`a request must have one Host field, got ${host.length}`)
  return {
    request: {
      method,
      scheme: origin?.scheme ?? scheme,
      authority: host[0] as string,
      target,
      fields,
      body: bodyOf(rest, fieldValues(fields, 'content-length')),
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

/** The body by its given length; a line break that an editor put behind it is no part of it. */
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

/** The text of a message. A body whose length is given nowhere gets it: the other end could not find its end. */
export function printMessage(raw: RawMessage): Uint8Array {
  const { version, eol } = raw
  const { fields, body } = 'request' in raw ? raw.request : raw.response
  const first =
    'request' in raw
      ? `${raw.request.method} ${raw.request.target} ${version}`
      : `${version} ${raw.response.status}${raw.reason === '' ? '' : ` ${raw.reason}`}`
  const lines = [first]
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  const bytes = body instanceof Uint8Array ? body : new Uint8Array()
  if (bytes.length > 0 && !hasField(fields, 'content-length')) lines.push(`Content-Length: ${bytes.length}`)
  const head = Buffer.from(`${lines.join(eol)}${eol}${eol}`, 'latin1')
  return new Uint8Array(Buffer.concat([head, bytes]))
}
