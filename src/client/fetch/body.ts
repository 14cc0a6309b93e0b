import { fail, kindOf } from '../../errors.js'
import { gatherer } from '../../support/body.js'
import { abortable, type Signal } from '../../support/deadline.js'

/** A body that can be read once only: a web stream, or what Node takes for one. */
export type Source = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

/** True for a body that can be read once only. */
export const isSource = (body: unknown): body is Source =>
  typeof body === 'object' && body !== null && ('getReader' in body || Symbol.asyncIterator in body)

/**
 * The bytes of a body and the content type the platform gives it: a copy, so that the caller cannot write to them any more.
 *
 * @throws {CountersignError} as {@link readSource}, and `ARGUMENT_INVALID` for what is no body.
 */
export async function bodyBytes(
  body: unknown,
  capBytes: number,
  signal: Signal,
): Promise<readonly [bytes: Uint8Array, type: string | null]> {
  if (isSource(body)) return [await readSource(body, capBytes, signal), null]
  if (!isBody(body))
    // What the platform makes of anything else is its text, such as [object Object].
    fail(
      'ARGUMENT_INVALID',
      `"body" must be text, bytes, a Blob, FormData, URLSearchParams or a stream, got ${kindOf(body)}: write it with JSON.stringify()`,
    )
  const made = body instanceof Request ? body : new Response(body as BodyInit)
  return [new Uint8Array(await abortable(made.arrayBuffer(), signal)), made.headers.get('content-type')]
}

const isBody = (body: unknown): boolean =>
  typeof body === 'string' ||
  ArrayBuffer.isView(body) ||
  Object.prototype.toString.call(body) === '[object ArrayBuffer]' ||
  [Blob, FormData, URLSearchParams, Request].some((kind) => body instanceof kind)

/**
 * All bytes of a stream.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE` past the cap, `BODY_CONSUMED` for a stream that other code reads,
 *   `BODY_UNREADABLE` for chunks that are no bytes; and the stream's error.
 */
export async function readSource(source: Source, capBytes: number, signal: Signal): Promise<Uint8Array> {
  if ('locked' in source && source.locked) fail('BODY_CONSUMED', 'the body was read already')
  const reader = (new Response(source as BodyInit).body as ReadableStream<Uint8Array>).getReader()
  const chunks = gatherer()
  let last: Uint8Array | undefined
  let size = 0
  try {
    for (;;) {
      const { done, value } = await abortable(reader.read(), signal)
      if (done) break
      if (!(value instanceof Uint8Array)) fail('BODY_UNREADABLE', 'a chunk must be a Uint8Array')
      size += value.length
      if (size > capBytes) fail('BODY_TOO_LARGE', `a stream must have at most ${capBytes} bytes, or a Content-Digest`)
      chunks.add(value)
      last = value
    }
  } catch (error) {
    // The source is cancelled; an error of that is ignored.
    reader.cancel(error).catch(() => {})
    throw error
  }
  const bytes = chunks.bytes()
  // A single chunk is still the caller's.
  return bytes === last ? bytes.slice() : bytes
}
