import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { CountersignError } from '../errors.js'
import { type FieldLines, fieldValues } from '../message/fields.js'
import { withoutSecrets } from '../support/log-text.js'
import { answerFields, filtered } from './fields.js'
import type { Answering } from './listener.js'
import type { Logged } from './log.js'
import { failureOf, type UpstreamAnswer } from './upstream.js'

/**
 * Passes an answer on: status, fields as they were written and in their order, and the body as it arrives, no faster than the client
 * takes it. Ends the connection where the answer breaks off, which alone shows the client that this is not all (RFC 9112 9.6).
 */
export async function relay(
  response: Answering,
  { status, fields, body }: UpstreamAnswer,
  logged: Logged,
  signal: AbortSignal,
  adjust: (fields: FieldLines) => FieldLines = (lines) => lines,
): Promise<void> {
  noteRequestId(fields, logged)
  const passed = filtered(adjust(answerFields(fields)), (name) => name !== 'x-request-id')
  const lines = [...passed, 'X-Request-Id', logged.requestId]
  try {
    if ('stream' in response) response.writeHead(status, byName(lines))
    else writeLines(response as ServerResponse, status, lines)
  } catch {
    // A status or a field that cannot be written again. Unread, the body would hold its connection.
    body.destroy()
    throw new CountersignError('UPSTREAM_UNAVAILABLE', 'the answer has a status or a field that cannot be passed on')
  }
  let bytesOut = 0
  body.on('data', (chunk: Uint8Array) => {
    bytesOut += chunk.length
    logged.facts.bytesOut = bytesOut
  })
  const unwatch = watchReader(response, () => bytesOut)
  try {
    await pipeline(body, response as ServerResponse)
  } catch (error) {
    throw failureOf(error, signal, logged.facts.upstream ?? 'the upstream')
  } finally {
    unwatch()
  }
}

/** One hop, one id: that of the next hop is in the log, beside the one that the client gets. */
function noteRequestId(fields: FieldLines, { facts, requestId }: Logged): void {
  const [its = requestId] = fieldValues(fields, 'x-request-id')
  if (its !== requestId && /^[!-~]{1,128}$/.test(its)) facts.upstreamRequestId = withoutSecrets(its)
}

const STALL_MS = 60_000

/** Ends an answer of which the client takes nothing any more: it would hold a connection to the upstream for as long as it likes. */
export function watchReader(
  response: Pick<Answering, 'writableLength' | 'writableHighWaterMark' | 'destroy'>,
  taken: () => number,
): () => void {
  let before = -1
  const timer = setInterval(() => {
    const now = taken()
    if (now === before && response.writableLength >= response.writableHighWaterMark) response.destroy()
    before = now
  }, STALL_MS)
  timer.unref()
  return () => clearInterval(timer)
}

/** Lines as they are; where fields were set before, by name, because Node 20 then drops all but the last line of one. */
function writeLines(response: ServerResponse, status: number, lines: FieldLines): void {
  if (response.getHeaderNames().length === 0) {
    response.writeHead(status, lines as string[])
    return
  }
  for (const [name, value] of Object.entries(byName(lines))) response.setHeader(name, value)
  response.writeHead(status)
}

/** HTTP/2 takes fields by name. Their names are in lower case there (RFC 9113 8.2). */
function byName(lines: FieldLines): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = Object.create(null)
  for (let i = 0; i < lines.length; i += 2) {
    const name = (lines[i] as string).toLowerCase()
    const value = lines[i + 1] as string
    const before = out[name]
    out[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value]
  }
  return out
}

/** Aborts when the client has gone before its answer was complete. */
export function abortOnHangUp(response: Answering): AbortController {
  const controller = new AbortController()
  response.on('error', () => {})
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(HANG_UP)
  })
  return controller
}

/** The reason of an abort because the client hung up: not an error of anything. */
export const HANG_UP: unique symbol = Symbol('the client hung up')
