import { CountersignError } from '../errors.js'
import { readBody, streamChunks } from './body.js'

/**
 * The bytes of a request or response, at most so many. Stops reading at the first chunk past the cap.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE`, `BODY_UNREADABLE`; `BODY_CONSUMED` where something has read it before.
 */
export async function cappedBytes(source: Request | Response, maxBytes: number): Promise<Uint8Array> {
  const { body } = source
  if (source.bodyUsed || body?.locked === true)
    throw new CountersignError('BODY_CONSUMED', 'the body was read before its signature could be verified')
  if (Number(source.headers.get('content-length') ?? 0) > maxBytes)
    throw new CountersignError('BODY_TOO_LARGE', `the body expected at most ${maxBytes} bytes, got more`)
  return (body && (await readBody(streamChunks(body), maxBytes))) ?? new Uint8Array()
}
