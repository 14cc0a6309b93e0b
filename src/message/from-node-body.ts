import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Readable } from 'node:stream'
import { CountersignError } from '../errors.js'
import type { BodyStream } from '../support/body.js'
import {
  type BodyCheck,
  type CheckInPlace,
  checkInPlace,
  type Gatherer,
  gatherer,
  type ReadAll,
  type ReadAtOnce,
  readAll,
  readAtOnce,
  tooLarge,
  unreadable,
} from '../support/body.js'
import { checkItself, inner, restore } from './from-node-checked.js'

/** The error for a body that something else has read. */
export const consumed = (): CountersignError =>
  new CountersignError(
    'BODY_CONSUMED',
    'the body was read before it could be verified: mount the verifier before body parsers, or keep the raw bytes: express.json({ verify: keepRawBody }), or rawBody of the request',
  )

/** The body of a response, read to the very end. A class, and not an object with symbols for names, which takes V8 microseconds. */
class IncomingBody implements ReadAll {
  protected readonly stream: Readable

  constructor(stream: Readable) {
    this.stream = stream
  }

  /** Leaving early must not destroy the stream: its socket still has to carry the refusal. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.stream.iterator({ destroyOnReturn: false })
  }

  // Listeners cost a fraction of Node's async iterator, and nearly every body is read whole.
  [readAll](capBytes: number): Promise<Uint8Array> {
    return collect(this.stream, capBytes, flow)
  }
}

export const incomingBody = (stream: Readable): BodyStream => new IncomingBody(stream)

class RestoringBody extends IncomingBody implements CheckInPlace, ReadAtOnce {
  declare protected readonly stream: IncomingMessage | Http2ServerRequest
  private readonly announced: number

  constructor(stream: IncomingMessage | Http2ServerRequest, announced: number) {
    super(stream)
    this.announced = announced
  }

  override [readAll](capBytes: number): Promise<Uint8Array> {
    return collect(this.stream, capBytes, hold).then((bytes) => {
      restore(this.stream, bytes)
      return bytes
    })
  }

  [readAtOnce](capBytes: number): Uint8Array | undefined {
    const { stream, announced } = this
    if (!(announced <= capBytes && isThere(stream, announced))) return undefined
    const bytes: unknown = stream.read(announced)
    // A stream may hand out text or objects, of which no digest can be made.
    if (!(bytes instanceof Uint8Array)) throw unreadable(new TypeError(NO_BYTES))
    restore(stream, bytes)
    return bytes
  }

  [checkInPlace](check: BodyCheck): void {
    checkItself(this.stream, check)
  }
}

/**
 * The body of a request that others read behind the verifier: parsers look at the request's stream, so what was read whole
 * is put back into it before it has ended.
 */
export const restoringBody = (
  stream: IncomingMessage | Http2ServerRequest,
  /** Its length, where it is certain to end there (RFC 9112 6.3). */
  announced: number = Number.NaN,
): BodyStream => new RestoringBody(stream, announced)

/** Whether all that was announced has come, and nothing has begun to read it meanwhile. */
const isThere = (stream: Readable, announced: number): boolean =>
  stream.readableLength === announced &&
  stream.readableFlowing !== true &&
  !stream.readableDidRead &&
  !stream.readableEnded &&
  !stream.destroyed

const NO_BYTES = 'a chunk is not a Uint8Array'

/** Attaches to a stream and returns the function that detaches. */
type Attach = (stream: Readable, take: (chunk: unknown) => void, ended: () => void) => () => void

/** To the very end, 'end' included: a client's connection is free only after it. */
const flow: Attach = (stream, take, ended) => {
  stream.on('data', take).on('end', ended)
  return () => stream.off('data', take).off('end', ended).pause()
}

/** Stops where everything has arrived and 'end' has not been emitted: after it a stream takes nothing back. */
const hold: Attach = (stream, take, ended) => {
  const isOver = (): boolean => inner(stream).ended && stream.readableLength === 0
  const readable = (): void => {
    // Exactly what is there: reading more from a stream that has ended makes it emit 'end'.
    if (stream.readableLength > 0) take(stream.read(stream.readableLength))
    if (isOver()) ended()
  }
  // A first listener makes a stream that is not being read ask for more in the next turn, when it may have ended.
  if (!isOver()) stream.read(0)
  if (isOver()) queueMicrotask(ended)
  else stream.on('readable', readable)
  return () => stream.off('readable', readable)
}

function collect(stream: Readable, capBytes: number, attach: Attach): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed || stream.readableEnded) {
      reject(stream.readableDidRead ? consumed() : unreadable(stream.errored))
      return
    }
    const chunks: Gatherer = gatherer()
    let size = 0
    const settle = (act: () => void): void => {
      release()
      stream.off('error', broken).off('close', broken)
      act()
    }
    const take = (chunk: unknown): void => {
      // A host's stream may hand out text or objects, of which no digest can be made.
      if (!(chunk instanceof Uint8Array)) {
        settle(() => reject(unreadable(new TypeError(NO_BYTES))))
        return
      }
      size += chunk.length
      if (size <= capBytes) chunks.add(chunk)
      else settle(() => reject(tooLarge(capBytes)))
    }
    const broken = (error?: unknown): void => settle(() => reject(unreadable(error)))
    const release = attach(stream, take, () => settle(() => resolve(chunks.bytes())))
    stream.on('error', broken).on('close', broken)
  })
}
