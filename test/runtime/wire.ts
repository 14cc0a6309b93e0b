import { Agent, createServer, type RequestListener, request as sendHttp } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll } from 'vitest'
import type { HttpRequest } from '../../src/message/message.js'

const closing: Array<() => void> = []
afterAll(() => {
  for (const close of closing) close()
})

/** A server on loopback. The listener is made once the port is known, because the verifier must know its own name. */
export async function listen(make: (authority: string) => RequestListener | Promise<RequestListener>): Promise<number> {
  let listener: RequestListener | undefined
  const server = createServer((request, response) => listener?.(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  listener = await make(`127.0.0.1:${port}`)
  return port
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly rawHeaders: readonly string[]
  readonly body: string
}

// One connection a request would run out of ports and hide what keep-alive shows.
const agent = new Agent({ keepAlive: true, maxSockets: 50 })
closing.push(() => agent.destroy())

/** Sends a message with Node's client, fields and body exactly as they are; `chunked` sends the body without a length. */
export function send(
  port: number,
  message: HttpRequest,
  options: { readonly chunked?: boolean } = {},
): Promise<Answer> {
  const { method, target, authority, fields } = message
  const body = message.body as Uint8Array | null
  const length = options.chunked ? ['Transfer-Encoding', 'chunked'] : ['Content-Length', String(body?.length ?? 0)]
  const framing = body === null && !options.chunked ? [] : length
  const headers = [...fields, 'Host', authority, ...framing]
  return new Promise((resolve, reject) => {
    const outgoing = sendHttp({ host: '127.0.0.1', port, method, path: target, headers, agent })
    outgoing.on('error', reject).on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers as Record<string, string>,
          rawHeaders: incoming.rawHeaders,
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    outgoing.end(body ?? undefined)
  })
}

/** Writes text to a socket as it is, and reads the status and everything behind it until the server closes. */
export function exchange(port: number, text: string): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    let seen = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      seen += String(chunk)
    })
    socket.on('error', reject)
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(seen)?.[1] ?? 0), text: seen }))
  })
}

/** The text of a request for {@link exchange}: one connection, one request. */
export function requestText(
  message: HttpRequest,
  more: readonly string[] = [],
  target: string = message.target,
): string {
  const { method, authority, fields } = message
  const lines = [`Host: ${authority}`, 'Connection: close']
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  return [`${method} ${target} HTTP/1.1`, ...lines, ...more, '', ''].join('\r\n')
}

/** What a reverse proxy does to a request on its way. */
export interface ProxyRules {
  /** The `Host` it sends on; without it, what the client sent. */
  readonly host?: string
  /** Cut from the path. */
  readonly strip?: string
  /** Lines it adds, replacing what came under the same names. */
  readonly add?: Readonly<Record<string, string>>
}

/** A reverse proxy on loopback in a few lines, streaming both ways. */
export const proxy = (target: number, rules: ProxyRules): Promise<number> =>
  listen(() => (incoming, outgoing) => {
    const { host, strip = '', add = {} } = rules
    const fields: string[] = []
    const replaced = new Set(['host', 'connection', ...Object.keys(add).map((name) => name.toLowerCase())])
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
      const name = incoming.rawHeaders[i] as string
      if (!replaced.has(name.toLowerCase())) fields.push(name, incoming.rawHeaders[i + 1] as string)
    }
    for (const name of Object.keys(add)) fields.push(name, add[name] as string)
    const url = incoming.url ?? ''
    const onward = sendHttp({
      host: '127.0.0.1',
      port: target,
      method: incoming.method ?? 'GET',
      path: url.startsWith(strip) ? url.slice(strip.length) : url,
      headers: [...fields, 'Host', host ?? incoming.headers.host ?? ''],
      agent,
    })
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
