import { base64Decode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { JSON_MISTAKES } from './json-mistakes.js'
import { TEXT_MISTAKES } from './text-mistakes.js'

// Characters of a body that is not written anew in every way: no JSON that people sign is longer.
const MOST_CHARACTERS = 1_048_576

/** The bodies that a sender may have hashed, with what was done to them; each is made when it is asked for. */
export function* otherBodies(body: Uint8Array | null): Generator<readonly [Uint8Array, string]> {
  yield [new Uint8Array(), 'the digest is that of no body']
  yield [utf8('{}'), 'the digest is that of "{}"']
  const text = body === null ? '' : utf8Decode(body)
  if (text === undefined || text.length > MOST_CHARACTERS) return
  for (const { apply, cause } of [...JSON_MISTAKES, ...TEXT_MISTAKES]) {
    const name = cause.replaceAll('$', 'body').replace('signed', 'hashed')
    try {
      for (const [changed, detail] of apply(text)) if (changed !== text) yield [utf8(changed), detail ?? name]
    } catch {
      // A mistake that this body does not allow.
    }
  }
}

/** In words, of which body a digest is that does not fit the one that was sent. */
export function whichBody(body: Uint8Array | null, isOf: (other: Uint8Array) => boolean): string {
  for (const [other, what] of otherBodies(body))
    if (isOf(other)) return `${what.charAt(0).toUpperCase()}${what.slice(1).replace(/\.$/, '')}.`
  return 'The hash of the body is another one.'
}

/** Whether a digest is base64 of hexadecimal digits, as it becomes where hexdigest() is encoded once more. */
export const isHexInBase64 = (text: string): boolean =>
  /^[0-9a-f]{32,128}$/i.test(utf8Decode(base64Decode(text) ?? new Uint8Array()) ?? '')
