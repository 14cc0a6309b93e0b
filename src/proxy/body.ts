import type { Readable } from 'node:stream'
import { CountersignError } from '../errors.js'
import { type FieldLines, fieldValues, hasField } from '../message/fields.js'
import { cappedBody, readBody } from '../support/body.js'
import type { Incoming } from './listener.js'

/** Whether a request has content: in HTTP/1.1 its head says so (RFC 9112 6.3), in HTTP/2 the end of its header block. */
export function hasContent(request: Incoming, fields: FieldLines): boolean {
  if ('stream' in request) return request.stream?.endAfterHeaders === false
  return hasField(fields, 'transfer-encoding') || /[1-9]/.test(fieldValues(fields, 'content-length')[0] ?? '')
}

/** The length that a request states, or undefined. */
export function statedLength(fields: FieldLines): number | undefined {
  const text = fieldValues(fields, 'content-length')[0]
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** The whole body in memory. @throws {CountersignError} `BODY_TOO_LARGE`, before a byte is read where the head says so; `BODY_UNREADABLE`. */
export async function wholeBody(request: Incoming, fields: FieldLines, capBytes: number): Promise<Uint8Array | null> {
  refuseLength(fields, capBytes)
  const bytes = await readBody(chunksOf(request), capBytes)
  return bytes === null || bytes.length === 0 ? null : bytes
}

/** The body as it arrives, up to a cap. */
export function streamedBody(request: Incoming, fields: FieldLines, capBytes: number): AsyncIterable<Uint8Array> {
  refuseLength(fields, capBytes)
  return cappedBody(chunksOf(request), capBytes)
}

function refuseLength(fields: FieldLines, capBytes: number): void {
  if ((statedLength(fields) ?? 0) > capBytes)
    throw new CountersignError(
      'BODY_TOO_LARGE',
      `the body must have at most ${capBytes} bytes, or a Content-Digest to be streamed`,
    )
}

/** Stopping early must not destroy the stream: its socket still has to carry the answer. */
const chunksOf = (request: Incoming): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => (request as Readable).iterator({ destroyOnReturn: false }),
})
