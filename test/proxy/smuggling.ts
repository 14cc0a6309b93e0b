import type { HttpRequest } from '../../src/message/message.js'
import { get, HOST, ORDER, order, type SignHow, sign } from '../attacks/world.js'

/** A request that nothing was signed for. It must not be seen behind a gate, whatever it is hidden in. */
export const HIDDEN = 'GET /admin HTTP/1.1\r\nHost: internal\r\nX-Countersign-Key: admin\r\n\r\n'

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`

/** Framings that two parsers read differently: lines of the head, and what follows it. */
export const FRAMINGS: ReadonlyArray<readonly [name: string, framing: readonly string[], body: string]> = [
  ['CL.TE', ['Content-Length: 60', 'Transfer-Encoding: chunked'], `0\r\n\r\n${HIDDEN}`],
  ['TE.CL', ['Transfer-Encoding: chunked', 'Content-Length: 4'], `${chunk(HIDDEN)}0\r\n\r\n`],
  ['TE.TE by a second coding', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'], `0\r\n\r\n${HIDDEN}`],
  ['TE by an unknown coding', ['Transfer-Encoding: xchunked'], `0\r\n\r\n${HIDDEN}`],
  ['TE with white space before the colon', ['Transfer-Encoding : chunked', 'Content-Length: 0'], HIDDEN],
  ['TE behind a fold', ['X-A: b', ' Transfer-Encoding: chunked', 'Content-Length: 0'], HIDDEN],
  ['TE behind a bare line feed', ['X-A: b\nTransfer-Encoding: chunked', 'Content-Length: 0'], HIDDEN],
  ['TE behind a vertical tab', ['Transfer-Encoding:\x0bchunked', 'Content-Length: 0'], HIDDEN],
  ['two lengths', ['Content-Length: 0', `Content-Length: ${HIDDEN.length}`], HIDDEN],
  ['a list of lengths', [`Content-Length: 0, ${HIDDEN.length}`], HIDDEN],
  ['a length with a sign', [`Content-Length: +${HIDDEN.length}`], HIDDEN],
  ['a length in hexadecimal', ['Content-Length: 0x40'], HIDDEN],
  ['a chunk size with a sign', ['Transfer-Encoding: chunked'], `+0\r\n\r\n${HIDDEN}`],
  ['a chunk size that overflows', ['Transfer-Encoding: chunked'], `fffffffffffffffff\r\n${HIDDEN}`],
  ['a chunk that ends in a bare line feed', ['Transfer-Encoding: chunked'], `1\nx\n0\n\n${HIDDEN}`],
]

/** Targets of a signed request that are no path of this host. */
export const TARGETS: readonly string[] = [
  `http://${HOST}/v1/orders`,
  'http://internal/admin',
  'internal:80',
  '*',
  '//internal/admin',
]

/** Fields that an application reads as one of the gate's or of the framing, as CGI and WSGI do ("_" for "-"). */
export const ALIASES: readonly string[] = [
  'Content_Length: 500',
  'Transfer_Encoding: chunked',
  'X_Countersign_Key: admin',
  'x.countersign.owner: root',
  'X-Countersign-Scopes: *:*',
]

/** The head of a signed request with other framing, and whatever body. */
async function framed(request: HttpRequest, framing: readonly string[], body: string, how: SignHow): Promise<string> {
  const signed = await sign(request, how)
  const lines = [`${signed.method} ${signed.target} HTTP/1.1`, `Host: ${HOST}`]
  for (let i = 0; i < signed.fields.length; i += 2) lines.push(`${signed.fields[i]}: ${signed.fields[i + 1]}`)
  return `${[...lines, ...framing, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`
}

/** Such a framing on a request without a body and on one with: bytes for a connection each. */
export const smuggled = async (framing: readonly string[], body: string, how: SignHow = {}): Promise<string[]> => [
  await framed(get(), framing, body, how),
  await framed(order(), framing, ORDER + body, how),
]

/** Heads of HTTP/2 that would be others, or several, where they are written as HTTP/1.1: fields besides those of an honest one. */
export const DOWNGRADES: ReadonlyArray<readonly [name: string, fields: (target: string) => Record<string, string>]> = [
  ['another length', () => ({ 'content-length': '5' })],
  ['Transfer-Encoding', () => ({ 'transfer-encoding': 'chunked' })],
  ['Connection', () => ({ connection: 'x' })],
  ['Upgrade', () => ({ upgrade: 'h2c' })],
  ['a line break in a value', () => ({ 'x-a': `b\r\n\r\n${HIDDEN}` })],
  ['a line break in a name', () => ({ 'x-a: b\r\nx-b': 'c' })],
  ['a line of a head in the path', (target) => ({ ':path': `${target} HTTP/1.1\r\nX-A: b` })],
  ['a request in the path', (target) => ({ ':path': `${target}\r\n\r\n${HIDDEN}` })],
]
