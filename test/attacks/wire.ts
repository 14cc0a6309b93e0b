import { connect } from 'node:net'
import type { HttpRequest } from '../../src/message/message.js'

/** One answer, as it came. */
export interface Answer {
  readonly status: number
  /** Lower-case names; several lines of one name are joined. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Everything behind the status line, without the date. */
  readonly rest: string
}

/** A request as bytes, nothing checked and nothing changed; a connection carries one. */
export function requestBytes(request: HttpRequest, extra: readonly string[] = []): Buffer {
  const { method, target, authority, fields, body } = request
  const has = (name: string): boolean => fields.some((text, i) => i % 2 === 0 && text.toLowerCase() === name)
  const lines = [`${method} ${target} HTTP/1.1`]
  if (!has('host')) lines.push(`Host: ${authority}`)
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  if (body instanceof Uint8Array && !has('content-length') && !has('transfer-encoding')) {
    lines.push(`Content-Length: ${body.length}`)
  }
  lines.push(...extra, 'Connection: close')
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  return body instanceof Uint8Array ? Buffer.concat([head, body]) : head
}

/** Writes bytes to a loopback port, in these pieces, and reads until the other side closes; with `end`, says that is all. */
export function exchange(
  port: number,
  pieces: Uint8Array | string | readonly Uint8Array[],
  { end = false }: { readonly end?: boolean } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer')))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1')
      if (/^HTTP\/1\.1 \d{3} /.test(text)) resolve(parse(text))
      else reject(new Error('the connection closed without an answer'))
    })
    // A refusal may close the connection while a body is still being written.
    socket.on('error', () => {})
    const all = Array.isArray(pieces) ? pieces : [pieces]
    for (const piece of all) socket.write(typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)
    if (end) socket.end()
  })
}

function parse(text: string): Answer {
  const cut = text.indexOf('\r\n\r\n')
  const [first = '', ...lines] = text.slice(0, cut).split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    const value = line.slice(colon + 1).trim()
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`
  }
  const kept = lines.filter((line) => !/^date:/i.test(line))
  const raw = text.slice(cut + 4)
  const body = headers['transfer-encoding'] === 'chunked' ? joined(raw) : raw
  return { status: Number(first.slice(9, 12)), headers, body, rest: [...kept, body].join('\n') }
}

/** A body without its chunk sizes. */
function joined(raw: string): string {
  let body = ''
  for (let at = 0; ; ) {
    const end = raw.indexOf('\r\n', at)
    const size = Number.parseInt(raw.slice(at, end), 16)
    if (!(size > 0)) return body
    body += raw.slice(end + 2, end + 2 + size)
    at = end + 4 + size
  }
}
