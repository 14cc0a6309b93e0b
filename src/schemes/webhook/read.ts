import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import { bodyBytes, joinParts } from '../scheme/signed-bytes.js'
import { isSignable } from './ids.js'
import { oneLine } from './places.js'
import type { WebhookSpec } from './webhook.js'

/** What a delivery states of itself, before a key has proven any of it. */
export interface ReadDelivery {
  /** At least one. */
  readonly signatures: readonly Uint8Array[]
  /** Absent where the scheme has none. */
  readonly createdMs: number | undefined
  /** The text of it; '' where there is none. */
  readonly time: string
  /** The id as it is signed; '' where it is not. */
  readonly id: string
}

/**
 * What stands in a request of this sender; `undefined` where it has no signature.
 *
 * @throws {CountersignError} a verdict code: of this sender, but broken.
 */
export function readDelivery({ place, time, delivery }: WebhookSpec, request: HttpRequest): ReadDelivery | undefined {
  const found = place.read(request)
  if (found === undefined) return undefined
  const { signatures, id = '' } = found
  const at = time === undefined ? '' : (found.time ?? statedTime(request, time))
  const field = delivery !== undefined && 'field' in delivery ? delivery : undefined
  // Which of two ids would count is undefined, whether it is signed or not.
  const stated = field === undefined ? undefined : oneLine(request, field.field)
  return {
    signatures,
    createdMs: time?.unit.read(at),
    time: at,
    id: field?.signed === true ? signedId(field.field, stated) : id,
  }
}

const missing = (field: string): never => fail('AUTH_MALFORMED', `${field} is missing, and what is in it is signed`)

function statedTime(request: HttpRequest, { field, place }: NonNullable<WebhookSpec['time']>): string {
  if (field !== undefined) return oneLine(request, field) ?? missing(field)
  return place?.read(request) ?? fail('AUTH_MALFORMED', 'the time that must be signed is missing')
}

function signedId(field: string, id: string | undefined): string {
  if (id === undefined) return missing(field)
  return isSignable(id) ? id : fail('AUTH_MALFORMED', `${field} holds characters that may not stand in a signed id`)
}

/** One text that the sender may have signed. */
export interface SignedText {
  /** Joined as they are. */
  readonly parts: readonly Bytes[]
  /** All of it: a copy of the body, which is made once, where a key cannot read parts. */
  readonly whole: () => Bytes
}

/** The text of a delivery, in one of the forms of its sender. */
export function signedText(
  base: WebhookSpec['base'],
  request: HttpRequest,
  { time, id }: Pick<ReadDelivery, 'time' | 'id'>,
): SignedText {
  const parts = base({ time, id, body: bodyBytes('webhook', request), request })
  let joined: Bytes | undefined
  return {
    parts,
    whole: () => {
      joined ??= joinParts(parts)
      return joined
    },
  }
}
