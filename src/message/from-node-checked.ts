import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { CountersignError } from '../errors.js'
import { type BodyCheck, unreadable } from '../support/body.js'

/** What Node and the parsers read of a stream's state besides its public members. */
interface InnerState {
  readonly ended: boolean
  dataEmitted: boolean
}

export const inner = (stream: object): InnerState => (stream as { readonly _readableState: InnerState })._readableState

/** Puts bytes back, and takes back what reading has left behind: `readableDidRead`, and Node's note. */
export function restore(stream: IncomingMessage | Http2ServerRequest, bytes: Uint8Array): void {
  stream.unshift(bytes)
  inner(stream).dataEmitted = false
  // Node's HTTP/1 server throws away what no handler has read, so that 'end' and 'close' come; this is how it knows.
  if ('_consumed' in stream) stream._consumed = false
}

/**
 * Makes a request's stream check what passes through it, for whatever reads it behind a verifier: the newest chunk is held
 * back, and handed out only after the next one has come or the check has passed at the end. Otherwise the stream fails in place
 * of its end, so no parser completes on a body that was not signed.
 */
export function checkItself(stream: IncomingMessage | Http2ServerRequest, check: BodyCheck): void {
  const { push } = stream
  let isOver = false
  const fail = (error: CountersignError): void => {
    // Its socket has to carry the answer, so only the stream ends.
    stream._destroy = (_, done) => done(error)
    stream.on('error', () => {})
    const isRead = stream.readableFlowing === true || stream.listenerCount('readable') > 0
    const end = (): void => {
      stream.destroy(error)
      finished(stream, error)
    }
    if (isRead) end()
    // A stream that has failed before it is read is one that a parser waits for.
    else
      stream.once('resume', end).on('newListener', (name) => {
        if (name === 'readable') queueMicrotask(end)
      })
  }
  const tell = (error: CountersignError): void => {
    if (!isAnswered(stream)) check.failed?.(error)
  }
  /** Fails at the end, whenever it was found: until then parsers wait for the rest of a message, or for its socket to close. */
  const passesEnd = (): boolean => {
    const found = late === undefined ? check.end() : undefined
    if (found !== undefined) tell(found)
    const error = late ?? found
    if (error !== undefined) fail(error)
    isOver = true
    return error === undefined
  }
  const taken = (chunk: Uint8Array): CountersignError | undefined => {
    const error = check.chunk(chunk)
    if (error !== undefined) tell(error)
    return error
  }
  // Exactly what is there: reading more from a stream that has ended makes it emit 'end'.
  const bytes = stream.readableLength > 0 ? (stream.read(stream.readableLength) as Uint8Array) : EMPTY
  let late: CountersignError | undefined
  late = taken(bytes)
  const isGood = inner(stream).ended ? passesEnd() : isShown(late)
  restore(stream, isGood ? bytes : EMPTY)
  stream.once('close', () => {
    if (!isOver && late === undefined) tell(unreadable(stream.errored))
  })
  let held = bytes.length === 0 ? undefined : bytes
  stream.push = (chunk: Uint8Array | null) => {
    // HTTP/2 emits 'end' again when the stream closes.
    if (isOver) return chunk !== null
    if (chunk === null) {
      if (!passesEnd()) return true
      if (held !== undefined) push.call(stream, held)
      return push.call(stream, null)
    }
    // Thrown away, as Node does with what no handler reads.
    if (late !== undefined) return true
    late = taken(chunk)
    const before = held
    held = chunk
    const more = before === undefined || push.call(stream, before)
    return isShown(late) ? push.call(stream, chunk) || true : more
  }
}

/**
 * `on-finished`, by which Express and its parsers wait for the rest of a request they have given up on, listens to nothing but
 * 'end', which never comes.
 */
const finished = (stream: IncomingMessage | Http2ServerRequest, error: CountersignError): void => {
  const { __onFinished: listener } = stream as { readonly __onFinished?: unknown }
  if (typeof listener !== 'function') return
  // What waits so is one that learns of the error, and will answer.
  stream.on('error', listener as () => void)
  listener(error)
}

/**
 * True where a handler has answered without reading to the end. What Node then throws away, or HTTP/2 cuts off, is no failure of
 * the body.
 */
const isAnswered = (stream: object): boolean => {
  const { _dumped, stream: http2 } = stream as {
    readonly _dumped?: boolean
    readonly stream?: { readonly writableEnded: boolean }
  }
  return _dumped === true || http2?.writableEnded === true
}

const EMPTY = /* @__PURE__ */ new Uint8Array(0)

/** What is past the cap is handed out once, so that a reader that counts can stop before the end. */
const isShown = (error: CountersignError | undefined): boolean => error?.code === 'BODY_TOO_LARGE'
