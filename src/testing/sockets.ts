import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { VerdictCode } from '../errors.js'
import { tokenQuery } from '../exchange/signer/tokens.js'
import type { Draft } from '../exchange/spec/draft.js'
import { readUpgrade } from '../exchange/verifier/read-message.js'
import { bodyOf, refusalFor } from './general.js'
import { type Inside, withoutTokens } from './inside.js'
import { codeOf, judge } from './judge.js'
import type { Facts } from './refusal.js'
import { answerMessage, type Session } from './socket-message.js'

/** The socket half of a mock. */
export interface Sockets {
  /** Ends every connection. */
  close(): void
}

/** Who may pass, or why not. */
interface Admitted {
  readonly code?: VerdictCode
  readonly keyId?: string | undefined
  readonly draft?: Draft
}

/** Takes upgrades on a server's port; `undefined` where the package `ws` is not there, and then refuses them with 501. */
export async function openSockets(server: Server, inside: Inside): Promise<Sockets | undefined> {
  const ws = await import('ws').catch(() => undefined)
  if (ws === undefined) {
    server.on('upgrade', (_, socket: Duplex) => refuse(inside, socket, 501, { error: 'the package "ws" is missing' }))
    return undefined
  }
  const sockets = new ws.WebSocketServer({ noServer: true, maxPayload: inside.maxBodyBytes, perMessageDeflate: false })
  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const { code, keyId, draft } = await admit(inside, incoming)
    const path = withoutTokens(incoming.url?.split('?')[0] ?? '', inside)
    // Whatever the exchange's status over HTTP is: an upgrade that is refused with 200 would be none.
    const status = code === undefined ? 101 : 401
    const shared = { method: 'upgrade', path, params: {}, json: undefined }
    inside.log({ via: 'socket', ...shared, keyId, receivedMs: inside.now(), code, status })
    if (code === undefined) {
      sockets.handleUpgrade(incoming, socket, head, (opened) => converse(inside, opened, incoming, keyId))
      return
    }
    const { time = '', nonce = '', window = '' } = draft ?? {}
    const clientIp = incoming.socket.remoteAddress ?? ''
    const facts: Facts = { ...shared, nowMs: inside.now(), name: '', time, nonce, window, clientIp }
    refuse(inside, socket, status, bodyOf(refusalFor(inside.answers, code)[1], facts))
  }
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    upgrade(incoming, socket, head).catch(() => socket.destroy())
  })
  return {
    close: () => {
      for (const client of sockets.clients) client.terminate()
      sockets.close()
    },
  }
}

/** Whether an upgrade may pass: exchanges that log in by its fields or its URL look here, all others admit every upgrade. */
async function admit(inside: Inside, incoming: IncomingMessage): Promise<Admitted> {
  const { spec, tokens } = inside
  const { url = '', headers, rawHeaders, socket } = incoming
  const shows = spec.token?.query
  if (shows !== undefined) {
    const found = [...tokens].find(([token]) => url.includes(tokenQuery(shows, token)))
    return found === undefined ? { code: 'AUTH_MISSING' } : { keyId: found[1] }
  }
  const login = spec.messages?.['login']
  if (login?.headers === undefined && login?.query === undefined) return { keyId: undefined }
  try {
    const found = readUpgrade(spec, 'login', rawHeaders, headers.host, url.split('?')[1])
    if (found === undefined) return { code: 'AUTH_MISSING' }
    const judged = await judge(inside, { ...found, clientIp: socket.remoteAddress, pastMs: login.lifeMs })
    const { draft } = found
    return judged.code === undefined ? { keyId: judged.account.keyId } : { code: judged.code, keyId: draft.key, draft }
  } catch (error) {
    return { code: codeOf(error) }
  }
}

/** Listens to an open socket, one message after the other. */
function converse(inside: Inside, socket: WebSocket, incoming: IncomingMessage, keyId: string | undefined): void {
  const clientIp = incoming.socket.remoteAddress
  const session: Session = { keyId, host: incoming.headers.host ?? '', clientIp, challenges: new Set() }
  const { greeting } = inside.answers.socket ?? {}
  if (greeting !== undefined) socket.send(JSON.stringify(greeting))
  let last: Promise<void> = Promise.resolve()
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => {
    last = last.then(async () => {
      const answer = await answerMessage(inside, session, String(data))
      if (answer !== undefined && socket.readyState === socket.OPEN)
        socket.send(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
    // The test's listener threw: RFC 6455 7.4.1, "internal error".
    last.catch(() => socket.close(1011))
  })
}

/** Answers an upgrade with a plain response. */
function refuse(inside: Inside, socket: Duplex, status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}`,
      `Date: ${new Date(inside.now()).toUTCString()}`,
      `Content-Type: ${typeof body === 'string' ? 'text/plain' : 'application/json'}`,
      `Content-Length: ${Buffer.byteLength(text)}`,
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  )
}
