import { joinBytes } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'

/**
 * The bytes of a request or response, at most so many. Stops reading at the first chunk past the cap.
 *
 * @throws {CountersignError} `BODY_TOO_LARGE`, `BODY_UNREADABLE`; `BODY_CONSUMED` where something has read it before.
 */
export async function cappedBytes(source: Request | Response, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = new CountersignError('BODY_TOO_LARGE', `the body expected at most ${maxBytes} bytes, got more`)
  if (source.bodyUsed || source.body?.locked === true)
    throw new CountersignError('BODY_CONSUMED', 'the body was read before its signature could be verified')
  if (Number(source.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge
  const reader = source.body?.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  while (reader !== undefined) {
    const step = await reader.read().catch(() => {
      throw new CountersignError('BODY_UNREADABLE', 'the body ended early or could not be read')
    })
    if (step.done) break
    size += step.value.length
    if (!(size <= maxBytes)) {
      reader.cancel().catch(() => {})
      throw tooLarge
    }
    chunks.push(step.value)
  }
  return joinBytes(chunks)
}
