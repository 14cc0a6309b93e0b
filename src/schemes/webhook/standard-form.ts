import { inVersions } from './places.js'
import type { WebhookSpec } from './webhook.js'

/** The form of Standard Webhooks, with a sender's own names of the fields: `v1` is HMAC-SHA256, `v1a` is Ed25519. */
export const standardForm = (
  { id, name, docs }: Pick<WebhookSpec, 'id' | 'name' | 'docs'>,
  prefix: string,
  version: 'v1' | 'v1a' = 'v1',
): WebhookSpec => ({
  id,
  name,
  docs,
  place: inVersions(`${prefix}-signature`, version),
  time: { field: `${prefix}-timestamp`, unit: 's' },
  delivery: { field: `${prefix}-id`, signed: true },
  base: (parts) => [`${parts.id}.${parts.time}.`, parts.body],
  covers: [`field:${prefix}-id`, `field:${prefix}-timestamp`],
  algorithms: [version === 'v1' ? 'hmac-sha256' : 'ed25519'],
  weaknesses: ['no-url', 'no-key-id'],
})

/** The secret is base64 after `whsec_`. */
export const STANDARD_SECRET = { encoding: 'base64', prefix: 'whsec_' } as const
