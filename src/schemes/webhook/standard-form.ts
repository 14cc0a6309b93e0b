import { inVersions } from './places.js'
import type { WebhookSpec } from './webhook.js'

/** The form of Standard Webhooks, with a sender's own names of the fields. */
export const standardForm = (
  { id, name, docs }: Pick<WebhookSpec, 'id' | 'name' | 'docs'>,
  prefix: string,
): WebhookSpec => ({
  id,
  name,
  docs,
  place: inVersions(`${prefix}-signature`, 'v1'),
  time: { field: `${prefix}-timestamp`, unit: 's' },
  delivery: { field: `${prefix}-id`, signed: true },
  base: (parts) => [`${parts.id}.${parts.time}.`, parts.body],
  covers: [`field:${prefix}-id`, `field:${prefix}-timestamp`],
  algorithms: ['hmac-sha256'],
  weaknesses: ['no-url', 'no-key-id'],
})

/** The secret is base64 after `whsec_`. */
export const STANDARD_SECRET = { encoding: 'base64', prefix: 'whsec_' } as const
