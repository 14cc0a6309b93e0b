import type { HttpRequest } from '../../message/message.js'
import type { Signer } from '../../schemes/scheme.js'

const BODY = new Uint8Array([123, 125])
/** A client's digest, type and date are its own to state: they are signed as they are. */
const OF_CLIENT = /^(?:content-|digest$|date$|host$)/
const NOW_MS = 1_700_000_000_000

/** A scheme is a pure function, so that it can be asked what it would do with a message that is sent nowhere. */
const ask = ({ scheme, key }: Signer, message: HttpRequest): ReturnType<typeof scheme.prepare<HttpRequest>> =>
  scheme.prepare(message, { keyId: key.keyId, algorithm: key.algorithm, nowMs: NOW_MS, nonce: '0'.repeat(32) })

/** Names in lower case of the fields that a scheme writes: those of a client are taken out before. None where it cannot be asked. */
export function fieldsOf(signer: Signer): readonly string[] {
  const fields = ['Content-Type', 'application/json']
  const message = { method: 'POST', scheme: 'https' as const, authority: 'localhost', target: '/', fields, body: BODY }
  try {
    // As long as most signatures are; nothing reads it.
    const written = ask(signer, message).attach(new Uint8Array(64)).fields
    return written.flatMap((name, at) =>
      at % 2 === 0 && !OF_CLIENT.test(name.toLowerCase()) ? [name.toLowerCase()] : [],
    )
  } catch {
    return []
  }
}

/**
 * Whether a scheme signs no byte of the body of a message, but its digest, so that it can be signed while it arrives: the base is
 * the same for a stream that cannot be read as for bytes. A scheme that hashes the body would refuse the stream.
 */
export function signsDigestAlone(signer: Signer, message: HttpRequest): boolean {
  try {
    const [streamed, whole] = [UNREADABLE, BODY].map((body) => ask(signer, { ...message, body }).base)
    return String(streamed) === String(whole)
  } catch {
    return false
  }
}

const UNREADABLE: AsyncIterable<Uint8Array> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('not to be read')) }),
}
