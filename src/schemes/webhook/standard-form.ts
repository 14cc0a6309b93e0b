import { base64Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { SECONDS } from '../scheme/times.js'
import { inVersions } from './places.js'
import type { SecretForm } from './secrets.js'
import type { WebhookSpec } from './webhook.js'

/** The form of Standard Webhooks, with a sender's names of the fields: `v1` is HMAC-SHA256, `v1a` is Ed25519. */
export const standardForm = (id: string, prefix: string, version: 'v1' | 'v1a' = 'v1'): WebhookSpec => ({
  id,
  place: inVersions(`${prefix}-signature`, version),
  time: { field: `${prefix}-timestamp`, unit: SECONDS },
  delivery: { field: `${prefix}-id`, signed: true },
  base: (parts) => [`${parts.id}.${parts.time}.`, parts.body],
  covers: [`field:${prefix}-id`, `field:${prefix}-timestamp`],
  weaknesses: ['no-url', 'no-key-id'],
})

/** The secret is base64 after `whsec_`. */
export const STANDARD_SECRET: SecretForm = {
  read: (text, where) =>
    base64Decode(text.replace(/^whsec_/, '')) ??
    fail('CONFIG_INVALID', `${where} must be "whsec_" and base64, got other text`),
}
