import { utf8 } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { type HttpMessage, isStream } from '../../message/message.js'
import { joinBytes } from '../../support/bytes.js'

const EMPTY = /* @__PURE__ */ new Uint8Array(0)

/** The bytes of a body in memory; none for no body. @throws {CountersignError} `MESSAGE_MALFORMED` for a stream. */
export function bodyBytes(where: string, { body }: HttpMessage): Uint8Array {
  if (body === null) return EMPTY
  return isStream(body) ? fail('MESSAGE_MALFORMED', `${where}: a stream cannot be signed, read it first`) : body
}

/** Parts as one text, or as bytes where one of them is a body. */
export const joinParts = (parts: readonly Bytes[]): Bytes =>
  parts.every((part) => typeof part === 'string')
    ? parts.join('')
    : joinBytes(parts.map((part) => (typeof part === 'string' ? utf8(part) : part)))
