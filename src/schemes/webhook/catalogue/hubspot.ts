import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import { atPublicUrl, type PublicUrlOption, urlText } from '../signed-url.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** Options of {@link hubspot}. */
export interface HubspotOptions extends WebhookSecretOptions, PublicUrlOption {}

// The documentation lists these, and no other, as decoded before signing.
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi

/** As data. */
export const HUBSPOT: WebhookSpec = {
  id: 'hubspot',
  name: 'HubSpot',
  docs: 'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
  place: inField('X-HubSpot-Signature-V3', 'base64'),
  time: { field: 'x-hubspot-request-timestamp', unit: 'ms' },
  base: ({ request, body, time }) => [
    request.method + urlText(request).replace(DECODED, decodeURIComponent),
    body,
    time,
  ],
  // The official package signs the URL as it is given.
  alternatives: [({ request, body, time }) => [request.method + urlText(request), body, time]],
  covers: ['method', 'scheme', 'authority', 'path', 'query', 'field:x-hubspot-request-timestamp'],
  algorithms: ['hmac-sha256'],
  weaknesses: ['no-separator', 'no-key-id'],
}

/**
 * Requests of HubSpot with a signature of version 3: method, URL, body and the time in milliseconds, without anything between them.
 * The secret is the client secret of the app. Versions 1 and 2, which hash the secret before the text and sign no time, are not
 * read: HubSpot sends version 3 beside them. Behind a proxy state `publicUrl`.
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
  const keys = secretKeys('hubspot', options, { encoding: 'utf8', more: { publicUrl: 1 } })
  return webhookOf(atPublicUrl(HUBSPOT, options.publicUrl), keys, windowOf('hubspot', options))
}
