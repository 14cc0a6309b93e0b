import type { KeyAlgorithm } from '../../crypto/algorithm.js'
import { assertKeyId, type SigningKey } from '../../crypto/key.js'
import { fail, kindOf } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { isLine } from '../../support/ascii.js'

/** Refuses what cannot sign for a scheme. @throws {CountersignError} `CONFIG_INVALID`, `ARGUMENT_INVALID`. */
export function assertSigningKey(where: string, key: SigningKey, algorithms: readonly KeyAlgorithm[]): void {
  if (typeof key?.sign !== 'function')
    fail('CONFIG_INVALID', `${where}: "key" must be a signing key, such as hmacKey(), got ${kindOf(key)}`)
  assertKeyId(key.keyId)
  if (!algorithms.includes(key.algorithm))
    fail('CONFIG_INVALID', `${where}: "key" must be of ${algorithms.join(', ')}, got ${key.algorithm}`)
}

/** Refuses options where there are none. @throws {CountersignError} `CONFIG_INVALID`. */
export function assertNoOptions(where: string, options: unknown): void {
  for (const name of Object.keys(Object(options)))
    fail('CONFIG_INVALID', `${where}: unknown option ${JSON.stringify(name.slice(0, 64))}; it takes none`)
}

/** @throws {CountersignError} `MESSAGE_MALFORMED` for a response, and for a request that holds such a field already. */
export function assertUnsignedRequest(
  where: string,
  message: HttpMessage,
  field: string,
): asserts message is HttpRequest {
  if (!isRequest(message)) fail('MESSAGE_MALFORMED', `${where}: the message must be a request`)
  if (hasField(message.fields, field)) fail('MESSAGE_MALFORMED', `${where}: the request has a field "${field}" already`)
}

/** A quoted string without escapes. */
export const PLAIN: RegExp = /^[ !#-[\]-~]{1,512}$/

/** Visible ASCII in one line, which a base may hold. @throws {CountersignError} `AUTH_MALFORMED`. */
export function assertLine(what: string, text: string): void {
  if (!isLine(text)) fail('AUTH_MALFORMED', `${what} holds characters beyond ASCII`)
}
