import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach } from 'vitest'
import {
  createGate,
  createSigningProxy,
  type GateOptions,
  type ProxyLogEntry,
  type SigningProxyOptions,
} from '../../../src/proxy/index.js'

const closers: Array<() => unknown> = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Closes something behind the test. */
export const later = (close: () => unknown): void => void closers.push(close)

export interface Received {
  readonly method: string
  readonly url: string
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Answered {
  readonly status?: number
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Uint8Array
}

/** A plain server of node that keeps what arrives. */
export async function upstream(
  answer: (received: Received, count: number) => Answered | undefined = () => ({}),
): Promise<{ readonly origin: string; readonly port: number; readonly received: Received[]; readonly server: Server }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', rawHeaders, headers } = request
      const one = { method, url, rawHeaders, headers, body: Buffer.concat(chunks) }
      received.push(one)
      const answered = answer(one, received.length)
      // Nothing: it never answers.
      if (answered === undefined) return
      response.writeHead(answered.status ?? 200, { 'content-type': 'application/json', ...answered.headers })
      response.end(answered.body ?? '{"ok":true}')
    })
    request.on('error', () => {})
  })
  const port = await listening(server)
  return { origin: `http://127.0.0.1:${port}`, port, received, server }
}

/** Starts a server that is closed behind the test. */
export async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  later(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

/** A proxy that listens, with its log. */
export async function signing(options: SigningProxyOptions): Promise<{
  readonly origin: string
  readonly port: number
  readonly log: ProxyLogEntry[]
  readonly errors: unknown[]
}> {
  const log: ProxyLogEntry[] = []
  const errors: unknown[] = []
  const proxy = createSigningProxy({
    graceMs: 100,
    log: (entry) => log.push(entry),
    onError: (error) => errors.push(error),
    ...options,
  })
  later(() => proxy.close())
  return { ...(await proxy.listen()), log, errors }
}

/** A gate that listens, with its log. */
export async function gated(options: GateOptions): Promise<{
  readonly origin: string
  readonly port: number
  readonly adminOrigin?: string
  readonly log: ProxyLogEntry[]
  readonly errors: unknown[]
  close(): Promise<void>
}> {
  const log: ProxyLogEntry[] = []
  const errors: unknown[] = []
  const gate = createGate({
    graceMs: 100,
    log: (entry) => log.push(entry),
    onError: (error) => errors.push(error),
    ...options,
  })
  later(() => gate.close())
  return { ...(await gate.listen()), log, errors, close: () => gate.close() }
}

/** Writes bytes to a port and reads until the other side closes. */
export const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
