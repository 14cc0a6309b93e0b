import { utf8 } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'
import { type Signal, until } from './abort.js'

/** A body of `fetch` before anything was read: its bytes, or the stream they come from. */
export type Source = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** True for a body that can be read once only. */
export const isSource = (body: unknown): body is Source =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body)

/** The bytes of a body and the content type the platform gives it. Read once; what is digested is what is sent. */
export async function bodyBytes(
  body: unknown,
  capBytes: number,
  signal: Signal,
): Promise<readonly [bytes: Uint8Array, type: string | null]> {
  if (typeof body === 'string') return [utf8(body), 'text/plain;charset=UTF-8']
  // A copy: the caller may write to its own array while a slow key is signing.
  if (ArrayBuffer.isView(body)) return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice(), null]
  if (isSource(body)) return [await readSource(body, capBytes, signal), null]
  // FormData, Blob, URLSearchParams, ArrayBuffer: the platform knows their bytes and their content type.
  const made = new Response(body as BodyInit)
  return [new Uint8Array(await until(signal, made.arrayBuffer())), made.headers.get('content-type')]
}

/**
 * All bytes of a stream.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE` past the cap, `BODY_CONSUMED` for a stream that somebody else reads,
 *   `BODY_UNREADABLE` for chunks that are no bytes; and the stream's own error.
 */
export async function readSource(source: Source, capBytes: number, signal: Signal): Promise<Uint8Array> {
  if ('locked' in source && source.locked)
    throw new CountersignError('BODY_CONSUMED', 'the body is being read elsewhere, or was already')
  const reader = 'getReader' in source ? source.getReader() : undefined
  const iterator = reader === undefined ? (source as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]() : undefined
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for (;;) {
      const step = reader === undefined ? (iterator as AsyncIterator<Uint8Array>).next() : reader.read()
      const { done, value } = await until(signal, step as Promise<{ done?: boolean; value?: Uint8Array }>)
      if (done === true) break
      if (!(value instanceof Uint8Array)) throw new CountersignError('BODY_UNREADABLE', 'a chunk is not a Uint8Array')
      size += value.length
      if (size > capBytes)
        throw new CountersignError(
          'BODY_TOO_LARGE',
          `a stream expected at most ${capBytes} bytes: raise "maxBodyBytes", or pass a Content-Digest field to send it unread`,
        )
      chunks.push(value)
    }
  } catch (error) {
    // The source is told to stop; what it says to that is of no use any more.
    const stopped = reader === undefined ? iterator?.return?.() : reader.cancel(error)
    stopped?.catch(() => {})
    throw error
  }
  const out = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}
