import type { ServerResponse } from 'node:http'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CountersignError } from '../errors.js'
import { type FieldLines, fieldValues } from '../message/fields.js'
import { isVisible } from '../support/ascii.js'
import { withoutSecrets } from '../support/log-text.js'
import { answerFields, filtered } from './fields.js'
import type { Ending } from './hang-up.js'
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
  ending: Ending,
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
  let unwatch = (): void => {}
  const watch = (): void => {
    unwatch = watchReader(response, () => bytesOut)
  }
  try {
    if ('stream' in response) {
      watch()
      await pipeline(body, response as unknown as Writable)
    } else await pump(body, response, watch)
  } catch (error) {
    throw failureOf(error, ending, logged.facts.upstream ?? 'the upstream')
  } finally {
    unwatch()
  }
}

/**
 * `pipeline()` without what it makes for every call: two watchers of an end, and an AbortController that is aborted at the end, with
 * an error of the DOM and its stack. Together they cost more than the signature.
 *
 * @param slow Called once, when the client takes less than comes.
 */
function pump(body: Readable, response: ServerResponse, slow: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let isSlow = false
    const fail = (error?: unknown): void => {
      body.destroy()
      reject(error ?? new Error('the connection ended'))
    }
    body.on('data', (chunk: Uint8Array) => {
      if (response.write(chunk) || response.destroyed) return
      body.pause()
      if (!isSlow) slow()
      isSlow = true
    })
    response.on('drain', () => body.resume())
    body.on('end', () => response.end())
    body.on('error', fail)
    body.on('close', () => {
      if (!body.readableEnded) fail()
    })
    response.on('finish', resolve)
    response.on('error', fail)
    response.on('close', () => {
      if (!response.writableFinished) fail()
    })
    // Gone before there was an answer: neither has an end any more.
    if (response.destroyed || body.destroyed) fail()
  })
}

/** One hop, one id: that of the next hop is in the log, beside the one that the client gets. */
function noteRequestId(fields: FieldLines, { facts, requestId }: Logged): void {
  const [its = requestId] = fieldValues(fields, 'x-request-id')
  if (its !== requestId && isVisible(its, 128)) facts.upstreamRequestId = withoutSecrets(its)
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
