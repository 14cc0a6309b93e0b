import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import {
  createSecureServer,
  createServer as createServer2,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { CountersignError } from '../errors.js'
import { anyProblemText } from '../support/any-problem.js'

/** A request of either version. */
export type Incoming = IncomingMessage | Http2ServerRequest
export type Answering = ServerResponse | Http2ServerResponse

/** Certificate and private key, as PEM. */
export interface TlsOptions {
  /** The certificate, with those between it and a root behind it. */
  readonly cert: string | Uint8Array
  /** Its private key. */
  readonly key: string | Uint8Array
}

export interface ListenerSettings {
  readonly host: string
  readonly port: number
  readonly tls?: TlsOptions | undefined
  /** How long a connection of HTTP/2 may have no request. Default 60 000. */
  readonly idleMs?: number
  /** How long a request of HTTP/2 may take to arrive, as `requestTimeout` of HTTP/1.1. Default 300 000. */
  readonly requestMs?: number
  /** Called for every request; must not throw. */
  readonly handle: (request: Incoming, response: Answering) => void
  /** Called with what the parser of HTTP/1.1 refused before there was a request, and the status that was answered. */
  readonly malformed?: (status: number, reason: string) => void
}

/** What was answered past the response, because the parser gave up while its request was being read. */
const rawStatus = new WeakMap<object, number>()

/** The status that a client got; 0 where it got none. */
export const statusOf = (response: Answering): number =>
  response.headersSent ? response.statusCode : (rawStatus.get(response) ?? 0)

/** HTTP/1.1 and HTTP/2 on one port. */
export interface Listener {
  /** The port, once it listens. */
  listen(): Promise<number>
  /** Takes no more connections, lets what has begun end for so long, and ends the rest. */
  close(graceMs: number): Promise<void>
}

/** RFC 9113 3.4: what a client of HTTP/2 says first. No method of HTTP/1.1 begins so. */
const PREFACE = 'PRI'
const FIRST_BYTES_MS = 30_000
const TIMES = {
  headersTimeout: 30_000,
  requestTimeout: 300_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
}
/** One client cannot hold more than this of the proxy open. */
const SETTINGS = { settings: { maxConcurrentStreams: 128, enablePush: false } }

/** A server that is not listening yet. */
export function openListener(settings: ListenerSettings): Listener {
  const { host, port, tls, handle, malformed, idleMs = 60_000, requestMs = TIMES.requestTimeout } = settings
  const sessions = new Set<ServerHttp2Session>()
  const sockets = new Set<Socket>()
  let closing = false
  /** Connections of HTTP/1.1 with a request that is being answered. */
  const busy = new WeakMap<object, Answering>()
  const answer = (request: Incoming, response: Answering): void => {
    // RFC 9112 9.6: the connection is not used again, so that closing ends.
    if (closing && request.httpVersionMajor === 1) response.setHeader('connection', 'close')
    if (request.httpVersionMajor === 1) {
      const { socket } = request
      busy.set(socket, response)
      response.once('close', () => {
        if (busy.get(socket) === response) busy.delete(socket)
      })
    }
    handle(request, response)
  }
  const http: Server | Http2SecureServer =
    tls === undefined
      ? createServer({ ...TIMES, requireHostHeader: true, maxHeaderSize: 32_768 }, answer)
      : createSecureServer(
          { ...SETTINGS, ...TIMES, allowHTTP1: true, cert: pem(tls.cert), key: pem(tls.key) } as object,
          answer,
        )
  const both: Array<Server | Http2Server | Http2SecureServer> = [http]
  if (tls === undefined) {
    const http2 = createServer2(SETTINGS, answer)
    both.push(http2)
    splitByPreface(http as Server, http2)
  }
  for (const server of both) {
    server.on('session', (session: ServerHttp2Session) => {
      sessions.add(session)
      session.on('close', () => sessions.delete(session)).on('error', () => {})
      endWhenIdle(session, idleMs, requestMs)
    })
    // RFC 9110 9.3.6: a tunnel would carry bytes that are neither signed nor judged.
    server.on('connect', refuseConnect)
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      const status = refuseBytes(error, socket)
      const response = busy.get(socket)
      if (status === undefined) return
      // The request that it belongs to is logged with the verdict on it.
      if (response === undefined) malformed?.(status, reasonOf(error))
      else rawStatus.set(response, status)
    })
    server.on('error', () => {})
  }
  http.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  })
  if (tls !== undefined) http.on('connection', (socket: Socket) => void socket.on('error', () => {}))
  return {
    listen: () =>
      new Promise((resolve, reject) => {
        const failed = (error: unknown): void => reject(listenError(error, host, port))
        http.once('error', failed).listen(port, host, () => {
          http.off('error', failed)
          resolve((http.address() as AddressInfo).port)
        })
      }),
    close: async (graceMs) => {
      closing = true
      const ended = new Promise<void>((resolve) => http.close(() => resolve()))
      for (const session of sessions) session.close()
      if ('closeIdleConnections' in http) http.closeIdleConnections()
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy()
        for (const socket of sockets) socket.destroy()
      }, graceMs)
      await ended
      clearTimeout(timer)
    },
  }
}

/**
 * The times of HTTP/1.1 for HTTP/2, where Node keeps none: a connection without requests, and a request that never ends, would be
 * held for as long as a client likes.
 */
function endWhenIdle(session: ServerHttp2Session, idleMs: number, requestMs: number): void {
  let open = 0
  let idle = setTimeout(() => session.close(), idleMs)
  session.on('close', () => clearTimeout(idle))
  session.on('stream', (stream: ServerHttp2Stream) => {
    open++
    clearTimeout(idle)
    // Closed, so that whatever reads it meets an end that is none.
    const late = stream.endAfterHeaders ? undefined : setTimeout(() => stream.destroy(new Error('too slow')), requestMs)
    stream.on('error', () => {})
    stream.once('end', () => clearTimeout(late))
    stream.once('close', () => {
      clearTimeout(late)
      if (--open > 0 || session.destroyed) return
      clearTimeout(idle)
      idle = setTimeout(() => session.close(), idleMs)
    })
  })
}

const pem = (text: string | Uint8Array): string | Buffer => (typeof text === 'string' ? text : Buffer.from(text))

function listenError(error: unknown, host: string, port: number): unknown {
  const { code } = Object(error) as { readonly code?: unknown }
  return new CountersignError(
    'CONFIG_INVALID',
    `"listen" must be an address and a port that are free here: ${host} port ${port} gives ${String(code ?? error)}`,
  )
}

/**
 * Gives each connection to the server of its version, by its first bytes (RFC 9113 3.3, prior knowledge). What was read is put back.
 */
function splitByPreface(http1: Server, http2: Http2Server): void {
  const [first] = http1.listeners('connection') as Array<(this: Server, socket: Socket) => void>
  http1.removeAllListeners('connection')
  http1.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    const timer = setTimeout(() => socket.destroy(), FIRST_BYTES_MS)
    socket.once('close', () => clearTimeout(timer))
    let held = Buffer.alloc(0)
    const look = (): void => {
      const chunk = socket.read() as Buffer | null
      if (chunk !== null) held = Buffer.concat([held, chunk])
      const start = held.toString('latin1', 0, PREFACE.length)
      if (start.length < PREFACE.length && PREFACE.startsWith(start)) {
        // Put back now, it would be there to be read again at once, and for ever.
        socket.once('readable', look)
        return
      }
      socket.off('end', end)
      clearTimeout(timer)
      socket.unshift(held)
      if (start === PREFACE) http2.emit('connection', socket)
      else first?.call(http1, socket)
    }
    const end = (): void => void socket.destroy()
    socket.once('end', end)
    socket.once('readable', look)
  })
}

function refuseConnect(request: IncomingMessage, socket: Duplex): void {
  if (typeof (socket as { end?: unknown } | undefined)?.end !== 'function') return
  rawAnswer(socket, 405, 'Method Not Allowed', request.method === 'CONNECT' ? 'Allow: GET, HEAD, POST\r\n' : '')
  socket.end()
}

/** The name of what was wrong: llhttp's own, and nothing of the bytes. */
const reasonOf = ({ code }: NodeJS.ErrnoException): string =>
  typeof code === 'string' && /^[A-Z_0-9]{2,48}$/.test(code) ? code : 'no reason given'

/** Bytes that are no HTTP: the parser has given up on them, so nothing of them is passed on. The status, where there was an answer. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Duplex): number | undefined {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return undefined
  }
  const [status, text] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ([431, 'Request Header Fields Too Large'] as const)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout'] as const)
        : ([400, 'Bad Request'] as const)
  rawAnswer(socket, status, text)
  // What is still read of the request ends now, and not when the client has taken the answer.
  socket.destroy(error)
  return status
}

function rawAnswer(socket: Duplex, status: number, text: string, more = ''): void {
  const body = anyProblemText(status)
  socket.write(
    `HTTP/1.1 ${status} ${text}\r\nContent-Type: application/problem+json\r\nCache-Control: no-store\r\n${more}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}
