import { MILLISECONDS } from '../../scheme/times.js'
import { BASE64, HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { bareHashKey } from '../odd-keys.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import { atPublicUrl, type PublicUrlOption, urlText } from '../signed-url.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** Options of {@link hubspot}. */
export interface HubspotOptions extends WebhookSecretOptions, PublicUrlOption {}

/** Options of {@link hubspotV2}. */
export interface HubspotV2Options extends Omit<WebhookSecretOptions, 'toleranceMs'>, PublicUrlOption {}

// The documentation lists these, and no other, as decoded before signing.
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/** As data. */
export const HUBSPOT: WebhookSpec = {
  id: 'hubspot',
  place: inField('X-HubSpot-Signature-V3', BASE64),
  time: { field: 'x-hubspot-request-timestamp', unit: MILLISECONDS },
  base: ({ request, body, time }) => [
    request.method + urlText(request).replace(DECODED, decodeURIComponent),
    body,
    time,
  ],
  // The official package signs the URL as it is given.
  alternatives: [({ request, body, time }) => [request.method + urlText(request), body, time]],
  covers: ['method', 'scheme', 'authority', 'path', 'query', 'field:x-hubspot-request-timestamp'],
  weaknesses: ['no-separator', 'no-key-id'],
}

/** As data. */
export const HUBSPOT_V1: WebhookSpec = {
  id: 'hubspot-v1',
  place: inField('X-HubSpot-Signature', HEX),
  // The secret stands in place of the line feed: the key puts it there.
  base: ({ body }) => ['\n', body],
  weaknesses: ['bare-hash', 'no-time', 'no-url', 'no-key-id'],
}

/** As data. */
export const HUBSPOT_V2: WebhookSpec = {
  id: 'hubspot-v2',
  place: HUBSPOT_V1.place,
  base: ({ request, body }) => [`\n${request.method}${urlText(request)}`, body],
  covers: ['method', 'scheme', 'authority', 'path', 'query'],
  weaknesses: ['bare-hash', 'no-separator', 'no-time', 'no-key-id'],
}

/**
 * Requests of HubSpot with a signature of version 3: method, URL, body and the time in milliseconds, without anything between them.
 * The secret is the client secret of the app. HubSpot sends this version beside the older ones. Behind a proxy state `publicUrl`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation | HubSpot: validating requests}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { hubspot } from 'countersign/webhook/hubspot'
 *
 * const webhook = hubspot({ secret: 'a-client-secret-of-the-app', publicUrl: 'https://hooks.example.com' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const hubspot = (options: HubspotOptions): Webhook => {
  const keys = secretKeys('hubspot', options, { more: { publicUrl: 1 } })
  return webhookOf(atPublicUrl(HUBSPOT, options.publicUrl), keys, windowOf('hubspot', options))
}

/**
 * Requests of HubSpot with a signature of version 1: SHA-256 of the secret and the body. Bytes can be added to the end of a body
 * without the secret (length extension), and no time is signed: use {@link hubspot} wherever the request carries version 3.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation | HubSpot: validating requests}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { hubspotV1 } from 'countersign/webhook/hubspot'
 *
 * const webhook = hubspotV1({ secret: 'a-client-secret-of-the-app' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const hubspotV1 = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(HUBSPOT_V1, secretKeys('hubspot-v1', options, { untimed: true, key: bareHashKey }))

/**
 * Requests of HubSpot with a signature of version 2: SHA-256 of the secret, method, URL and body, with the faults of
 * {@link hubspotV1}.
 *
 * @throws {CountersignError} as {@link hubspotV1}.
 * @see {@link https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation | HubSpot: validating requests}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { hubspotV2 } from 'countersign/webhook/hubspot'
 *
 * const webhook = hubspotV2({ secret: 'a-client-secret-of-the-app', publicUrl: 'https://hooks.example.com' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const hubspotV2 = (options: HubspotV2Options): Webhook => {
  const form = { untimed: true, key: bareHashKey, more: { publicUrl: 1 } } as const
  return webhookOf(atPublicUrl(HUBSPOT_V2, options?.publicUrl), secretKeys('hubspot-v2', options, form))
}
