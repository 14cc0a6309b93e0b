import { CountersignError, fail, isCountersignError, isInteger } from '../errors.js'
import { joinBytes } from './bytes.js'

/** A body that is not in memory yet. */
export type BodyStream = AsyncIterable<Uint8Array>

/** A body: none, the raw bytes as they are on the wire, or a stream of them that can be read once. */
export type Body = null | Uint8Array | BodyStream

/**
 * A body that can be read to its end faster than chunk by chunk. Its result is what iterating would have given, under the
 * same cap and with the same errors.
 */
export const readAll: unique symbol = Symbol('countersign.readAll')

export interface ReadAll extends BodyStream {
  [readAll](capBytes: number): Promise<Uint8Array>
}

/** A body that may be in memory already, to its end: then it is read without waiting, and `undefined` says that it is not. */
export const readAtOnce: unique symbol = Symbol('countersign.readAtOnce')

export interface ReadAtOnce extends BodyStream {
  [readAtOnce](capBytes: number): Uint8Array | undefined
}

/** Checks a body as its chunks come, and at its end. */
export interface BodyCheck {
  chunk(bytes: Uint8Array): CountersignError | undefined
  end(): CountersignError | undefined
  /** Called with what the body fails with, also where no reader is left to meet it. */
  failed?(error: CountersignError): void
}

/**
 * A body whose source can check itself, for every reader of it. From the call on the source fails where the check does, and what
 * iterating gives is checked.
 */
export const checkInPlace: unique symbol = Symbol('countersign.checkInPlace')

export interface CheckInPlace extends BodyStream {
  [checkInPlace](check: BodyCheck): void
}

/** The one refusal for a body past its cap. */
export const tooLarge = (capBytes: number): CountersignError =>
  new CountersignError('BODY_TOO_LARGE', `the body must have at most ${capBytes} bytes, got more`)

/** An error of a body's source, typed; the library's errors pass. */
export const unreadable = (cause: unknown): CountersignError =>
  isCountersignError(cause)
    ? cause
    : new CountersignError('BODY_UNREADABLE', 'the body ended early or could not be read', { cause })

// `size > NaN` is false: an unchecked cap would be no cap.
export function assertCap(capBytes: unknown): asserts capBytes is number {
  if (!isInteger(capBytes, 0)) fail('ARGUMENT_INVALID', '"capBytes" must be an integer from 0')
}

/**
 * The non-empty chunks of a stream, at most `capBytes` bytes of them. Reading stops, and the source is cancelled, at the
 * first chunk that passes the cap, and when the consumer stops.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE`, `BODY_UNREADABLE` (the source failed or gave no bytes), from the iteration;
 *   `ARGUMENT_INVALID` for a cap that is not an integer from 0.
 * @example
 * ```ts
 * import { cappedBody } from 'countersign/message'
 *
 * export async function length(source: AsyncIterable<Uint8Array>): Promise<number> {
 *   let bytes = 0
 *   for await (const chunk of cappedBody(source, 1_000_000)) bytes += chunk.length
 *   return bytes
 * }
 * ```
 */
export function cappedBody(source: BodyStream, capBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  assertCap(capBytes)
  return chunksUpTo(source, capBytes)
}

async function* chunksUpTo(source: BodyStream, capBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = open(source)
  let size = 0
  let ended = false
  try {
    for (;;) {
      let step: IteratorResult<Uint8Array, unknown>
      try {
        step = await iterator.next()
      } catch (error) {
        ended = true
        throw unreadable(error)
      }
      if (step.done === true) {
        ended = true
        return
      }
      const chunk = step.value
      if (!(chunk instanceof Uint8Array)) throw unreadable(new TypeError('a chunk is not a Uint8Array'))
      size += chunk.length
      if (size > capBytes) throw tooLarge(capBytes)
      if (chunk.length > 0) yield chunk
    }
  } finally {
    if (!ended) await cancel(iterator)
  }
}

/** An error of a source that is being cancelled is ignored. */
async function cancel(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    await iterator.return?.()
  } catch {}
}

function open(source: BodyStream): AsyncIterator<Uint8Array> {
  try {
    // Not every browser's ReadableStream is async iterable.
    const chunks = Symbol.asyncIterator in source ? source : streamChunks(source as ReadableStream<Uint8Array>)
    return chunks[Symbol.asyncIterator]()
  } catch (error) {
    throw unreadable(error)
  }
}

/**
 * A whole body, read once as raw bytes; `null` where there is none.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE` past `capBytes` (the source is cancelled there), `BODY_UNREADABLE` when the
 *   source fails or is aborted, `BODY_CONSUMED` when it was read before, `ARGUMENT_INVALID` for a cap that is none.
 * @example
 * ```ts
 * import { httpRequest } from 'countersign'
 * import { readBody } from 'countersign/message'
 *
 * const request = httpRequest({ method: 'POST', url: 'https://api.example.com/', body: 'text' })
 * const bytes = await readBody(request.body, 1_000_000)
 * ```
 */
export async function readBody(body: Body, capBytes: number): Promise<Uint8Array | null> {
  assertCap(capBytes)
  if (body === null) return null
  if (body instanceof Uint8Array) {
    if (body.length > capBytes) throw tooLarge(capBytes)
    return body
  }
  if (typeof body !== 'object') {
    fail('ARGUMENT_INVALID', `"body" must be null, Uint8Array or a stream, got ${typeof body}`)
  }
  return readStream(body, capBytes)
}

/** {@link readBody} of what is known to be a stream, with a cap that is known to be one. */
export const readStream = (body: BodyStream, capBytes: number): Promise<Uint8Array> =>
  readAll in body ? (body as ReadAll)[readAll](capBytes) : gathered(body, capBytes)

/** The same where it takes no time. @throws {CountersignError} as {@link readStream}. */
export const streamAtOnce = (body: BodyStream, capBytes: number): Uint8Array | undefined =>
  readAtOnce in body ? (body as ReadAtOnce)[readAtOnce](capBytes) : undefined

async function gathered(body: BodyStream, capBytes: number): Promise<Uint8Array> {
  const chunks = gatherer()
  for await (const chunk of chunksUpTo(body, capBytes)) chunks.add(chunk)
  return chunks.bytes()
}

const FEW = 1024

/** Gathers the chunks of one body. */
export interface Gatherer {
  add(chunk: Uint8Array): void
  /** All of them as one array; a single chunk is that array. */
  bytes(): Uint8Array
}

/** Chunks are joined now and then: an attacker may send a body byte by byte, and an array costs a hundred times its byte. */
export function gatherer(): Gatherer {
  const blocks: Uint8Array[] = []
  let chunks: Uint8Array[] = []
  return {
    add: (chunk) => {
      chunks.push(chunk)
      if (chunks.length < FEW) return
      blocks.push(joinBytes(chunks))
      chunks = []
    },
    bytes: () => {
      const [first, second] = chunks
      return blocks.length === 0 && first !== undefined && second === undefined
        ? first
        : joinBytes([...blocks, ...chunks])
    },
  }
}

/**
 * A web stream as chunks. Browsers whose `ReadableStream` is not async iterable are the reason; leaving the loop early
 * cancels the stream.
 *
 * @throws {CountersignError} `BODY_CONSUMED`, from the iteration, when something else holds or has read the stream.
 * @example
 * ```ts
 * import { readBody, streamChunks } from 'countersign/message'
 *
 * export const bytesOf = (stream: ReadableStream<Uint8Array>) => readBody(streamChunks(stream), 1_000_000)
 * ```
 */
export function streamChunks(stream: ReadableStream<Uint8Array>): BodyStream {
  return {
    [Symbol.asyncIterator]: () => {
      if (stream.locked) fail('BODY_CONSUMED', 'the body is being read elsewhere, or was already')
      const reader = stream.getReader()
      return {
        next: () => reader.read() as Promise<IteratorResult<Uint8Array>>,
        return: async (value?: unknown) => {
          await reader.cancel()
          return { done: true, value }
        },
      }
    },
  }
}

/**
 * The bytes of a request or response, at most so many. Stops reading at the first chunk past the cap.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE`, `BODY_UNREADABLE`; `BODY_CONSUMED` where something has read it before.
 */
export async function cappedBytes(source: Request | Response, maxBytes: number): Promise<Uint8Array> {
  const { body } = source
  if (source.bodyUsed || body?.locked === true)
    fail('BODY_CONSUMED', 'the body was read before its signature could be verified')
  if (Number(source.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  return (body && (await readBody(streamChunks(body), maxBytes))) ?? new Uint8Array()
}
