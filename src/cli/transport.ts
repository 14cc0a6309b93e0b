import { type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import { fail, isCountersignError } from '../errors.js'
import { hasField } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { UnreachableError, unreachable } from './usage.js'

/** An answer as it came. */
export interface Answer {
  readonly status: number
  readonly reason: string
  readonly version: string
  /** Flat: name, value, name, value. */
  readonly fields: readonly string[]
  readonly body: Uint8Array
}

const MOST_BYTES = 64 * 1_048_576

/**
 * The header lines that go onto the wire, in their order. Nothing is added behind a signature but what HTTP/1.1 needs: `Host`,
 * `Content-Length` and `Connection`.
 */
export function wireFields({ authority, fields, body, method }: HttpRequest): readonly string[] {
  const length = body instanceof Uint8Array ? body.length : 0
  return [
    ...(hasField(fields, 'host') ? [] : ['Host', authority]),
    ...fields,
    ...((length > 0 || /^(?:POST|PUT|PATCH)$/.test(method)) && !hasField(fields, 'content-length')
      ? ['Content-Length', String(length)]
      : []),
  ]
}

/**
 * Puts a request on the wire as it is: no redirect is followed, nothing is decoded, and no field is changed.
 *
 * @throws {UnreachableError} where there is no answer.
 */
export async function send(request: HttpRequest, timeoutMs: number): Promise<Answer> {
  const { scheme, authority, method, target, body } = request
  const { hostname, port } = new URL(`${scheme}://${authority}`)
  const start = scheme === 'https' ? overHttps : overHttp
  const signal = AbortSignal.timeout(timeoutMs)
  const options = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? undefined : Number(port),
    method,
    path: target,
    headers: [...wireFields(request), 'Connection', 'close'] as string[],
    setDefaultHeaders: false,
    agent: false as const,
    signal,
  }
  try {
    const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = start(options, resolve).on('error', reject)
      // 101 to a request that asked for nothing of the kind.
      outgoing.on('upgrade', (_answer, socket) => {
        socket.destroy()
        reject(new UnreachableError(`${authority} switches to another protocol, which was not asked for`))
      })
      outgoing.end(body instanceof Uint8Array ? body : undefined)
    })
    return await answerOf(incoming)
  } catch (error) {
    if (isCountersignError(error) || error instanceof UnreachableError) throw error
    const { code, name } = Object(error) as { code?: unknown; name?: unknown }
    // Where the head is there already, the socket that is closed is what an answer ends with.
    if (signal.aborted || name === 'AbortError' || name === 'TimeoutError')
      return unreachable(`${authority} gave no answer within ${timeoutMs} ms`)
    if (typeof code === 'string' && code.startsWith('HPE_'))
      return unreachable(`${authority} gave an answer that is no HTTP: ${code}`)
    if (typeof code === 'string') return unreachable(`${authority} cannot be reached: ${code}`)
    throw error
  }
}

async function answerOf(incoming: IncomingMessage): Promise<Answer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > MOST_BYTES) fail('BODY_TOO_LARGE', 'the answer must have at most 64 MiB')
    chunks.push(chunk)
  }
  return {
    status: incoming.statusCode ?? 0,
    reason: incoming.statusMessage ?? '',
    version: `HTTP/${incoming.httpVersion}`,
    fields: incoming.rawHeaders,
    body: new Uint8Array(Buffer.concat(chunks)),
  }
}
