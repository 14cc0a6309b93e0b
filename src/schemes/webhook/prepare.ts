import type { Bytes } from '../../crypto/key.js'
import { fail } from '../../errors.js'
import { type HttpRequest, withFields } from '../../message/message.js'
import { bodyBytes, joinParts } from '../scheme/signed-bytes.js'
import { isSignable } from './ids.js'
import { oneLine } from './places.js'
import type { WebhookSpec } from './webhook.js'

/** A delivery ready for its key calls, one for each current secret. */
export interface PreparedDelivery {
  readonly base: Bytes
  /** The final delivery with the signature of each key, where the scheme can carry several; else that of the first. */
  attach(signatures: readonly Uint8Array[]): HttpRequest
}

/**
 * Writes time and id into a delivery, and what is to be signed of it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for an id that cannot be signed.
 */
export function prepareDelivery(
  { place, time, delivery, base }: WebhookSpec,
  message: HttpRequest,
  { nowMs, id }: { readonly nowMs: number; readonly id: string },
): PreparedDelivery {
  let request = message
  let at = time?.unit.write(nowMs) ?? ''
  let deliveryId = ''
  if (delivery !== undefined && 'beside' in delivery) deliveryId = signable(id)
  else if (delivery !== undefined && 'field' in delivery) {
    deliveryId = oneLine(request, delivery.field) ?? ''
    if (deliveryId === '') {
      deliveryId = id
      request = withFields(request, [...request.fields, delivery.field, id])
    }
    if (delivery.signed) signable(deliveryId)
  }
  if (time?.place !== undefined) {
    request = time.place.write(request, at)
    at = time.place.read(request) ?? at
  }
  if (time?.field !== undefined) request = withFields(request, [...request.fields, time.field, at])
  return {
    base: joinParts(base({ time: at, id: deliveryId, body: bodyBytes('webhook', request), request })),
    attach: (signatures) => {
      const written = place.write(signatures.map(place.codec.encode), { time: at, id: deliveryId, request })
      return 'method' in written ? written : withFields(request, [...request.fields, ...written])
    },
  }
}

const signable = (id: string): string =>
  isSignable(id) ? id : fail('ARGUMENT_INVALID', `"id" must be 1 to 128 of A-Za-z0-9_~+/=-, got other characters`)
