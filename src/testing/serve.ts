import type { IncomingMessage, ServerResponse } from 'node:http'
import { isCountersignError } from '../errors.js'
import { fromIncomingMessage } from '../message/from-node.js'
import { isStream } from '../message/message.js'
import { readBody } from '../support/body.js'
import type { Inside } from './inside.js'
import { type Reply, receive } from './receive.js'

/** One exchange over HTTP. */
export async function serveRequest(inside: Inside, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  let reply: Reply
  try {
    const request = fromIncomingMessage(incoming, { scheme: 'http' })
    const body = isStream(request.body) ? await readBody(request.body, inside.maxBodyBytes) : request.body
    const text = body === null ? '' : new TextDecoder().decode(body)
    reply = await receive(inside, {
      request: { ...request, body },
      body: text,
      clientIp: incoming.socket.remoteAddress,
    })
  } catch (error) {
    // Of a route of the test's own, most likely; a body too large ends the connection.
    const tooLarge = isCountersignError(error, 'BODY_TOO_LARGE')
    if (tooLarge) outgoing.setHeader('connection', 'close')
    reply = { status: tooLarge ? 413 : 500, body: { error: error instanceof Error ? error.message : 'no error' } }
  }
  outgoing.setHeader('date', new Date(inside.now()).toUTCString())
  if (reply instanceof Response) {
    outgoing.statusCode = reply.status
    for (const [name, value] of reply.headers) outgoing.setHeader(name, value)
    outgoing.end(new Uint8Array(await reply.arrayBuffer()))
    return
  }
  const isText = typeof reply.body === 'string'
  outgoing.writeHead(reply.status, { 'content-type': isText ? 'text/plain' : 'application/json' })
  outgoing.end(isText ? (reply.body as string) : JSON.stringify(reply.body ?? null))
}
