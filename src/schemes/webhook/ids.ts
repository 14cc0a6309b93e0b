import type { HttpRequest } from '../../message/message.js'
import { bodyBytes } from '../scheme/signed-bytes.js'
import { oneLine } from './places.js'
import type { WebhookSpec } from './webhook.js'

// An id is signed between dots or colons: with one of them inside, parts of the text could be read in another way.
const ID = /^[A-Za-z0-9_~+/=-]{1,128}$/

export const isSignable = (id: string): boolean => ID.test(id)

/** The id under which the sender delivers, and delivers again, one event; `undefined` where the message has none. */
export function deliveryIdOf({ delivery, place }: WebhookSpec, request: HttpRequest): string | undefined {
  if (delivery === undefined) return undefined
  if ('field' in delivery) return oneLine(request, delivery.field)
  return 'beside' in delivery ? place.read(request)?.id : delivery.read(bodyBytes('webhook', request))
}

/** Whether that id is proven by the signature. Otherwise a copy could arrive under another one. */
export const isIdSigned = ({ delivery, withoutBody }: WebhookSpec): boolean =>
  delivery !== undefined && ('field' in delivery ? delivery.signed : 'beside' in delivery || withoutBody !== true)
