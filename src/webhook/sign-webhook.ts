import { utf8 } from '../crypto/encoding.js'
import type { SigningKey } from '../crypto/key.js'
import { randomNonce } from '../crypto/random.js'
import { assertOptions, fail, kindOf, type OptionNames } from '../errors.js'
import { type FieldsInit, fieldLines } from '../message/fields.js'
import type { HttpRequest } from '../message/message.js'
import { parseUrl } from '../message/target.js'
import { prepareDelivery } from '../schemes/webhook/prepare.js'
import type { Webhook } from '../schemes/webhook/webhook.js'
import type { Clock } from '../sources/sources.js'
import { assertParts, CLOCK, timeOf } from '../support/asked.js'
import { assertWebhook } from './receive.js'

/** A delivery to be signed. */
export interface WebhookDelivery {
  /** What is delivered: text is sent as UTF-8. */
  readonly body: Uint8Array | string
  /** The id of the event, the same at every attempt; default a new one. */
  readonly id?: string
  /** Where it goes, for schemes that sign it. */
  readonly url?: string | URL
  /** Default `POST`. */
  readonly method?: string
  /** Fields besides those that sign. Default none. */
  readonly headers?: FieldsInit
}

const KNOWN: OptionNames<WebhookDelivery> = { body: 2, id: 1, url: 1, method: 1, headers: 1 }

/**
 * Signs a delivery, with every secret of the webhook where its scheme can carry several signatures: while a secret is rotated,
 * receivers with the old and with the new one accept it.
 *
 * @returns The delivery as it is on the wire; its `fields` are flat lines.
 * @throws {CountersignError} `CONFIG_INVALID` for what cannot be meant, `ARGUMENT_INVALID` for an id that cannot be signed and for the
 *   answer of a clock that is no time in milliseconds.
 * @example
 * ```ts
 * import { signWebhook } from 'countersign/webhook'
 * import { standardWebhooks } from 'countersign/webhook/standard'
 *
 * const webhook = standardWebhooks({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' })
 * const signed = await signWebhook(webhook, { id: 'msg_1', body: '{"type":"invoice.paid"}' })
 * console.log(signed.fields)
 * ```
 */
export async function signWebhook(
  webhook: Webhook,
  delivery: WebhookDelivery,
  options: { readonly clock?: Pick<Clock, 'now'> } = {},
): Promise<HttpRequest> {
  assertWebhook('signWebhook', webhook)
  assertOptions('delivery', delivery, KNOWN, { payload: 'body' })
  assertOptions('signWebhook', options, { clock: 1 })
  assertParts('signWebhook', options, CLOCK)
  const { body, id = randomNonce(), url, method = 'POST', headers } = delivery
  if (!(typeof body === 'string' || body instanceof Uint8Array))
    fail('CONFIG_INVALID', `"body" must be the text or the bytes that are sent, got ${kindOf(body)}`)
  const message: HttpRequest = {
    ...(url === undefined ? { scheme: 'https', authority: '', target: '/' } : parseUrl(url)),
    method,
    fields: fieldLines(headers),
    body: typeof body === 'string' ? utf8(body) : body,
  }
  const keys = webhook.keys.filter((key): key is SigningKey & (typeof webhook.keys)[number] => key.sign !== undefined)
  if (keys.length === 0)
    return fail('CONFIG_INVALID', `${webhook.id}: these webhooks cannot be signed with what only verifies`)
  const nowMs = timeOf(options.clock ?? Date)
  const prepared = prepareDelivery(webhook.spec, message, { nowMs, id })
  return prepared.attach(await Promise.all(keys.map((key) => key.sign(prepared.base))))
}
