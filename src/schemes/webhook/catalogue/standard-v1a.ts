import { ed25519PrivateKey, ed25519VerifyingKey } from '../../../crypto/ed25519-key.js'
import { base64Decode } from '../../../crypto/encoding.js'
import { fail } from '../../../errors.js'
import { webhookOf } from '../define-webhook.js'
import { type PublicKeyForm, publicKeys, signingKey, type WebhookPublicKeyOptions } from '../public-keys.js'
import { windowOf } from '../secrets.js'
import { standardForm } from '../standard-form.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const STANDARD_WEBHOOKS_V1A: WebhookSpec = /* @__PURE__ */ standardForm(
  'standard-webhooks-v1a',
  'webhook',
  'v1a',
)

/** As data. */
export const SVIX_V1A: WebhookSpec = /* @__PURE__ */ standardForm('svix-v1a', 'svix', 'v1a')

const SEED_BYTES = 32

function bytesAfter(prefix: string, text: string): Uint8Array {
  const bytes = text.startsWith(prefix) ? base64Decode(text.slice(prefix.length)) : undefined
  return bytes ?? fail('CONFIG_INVALID', `the key must be "${prefix}" and base64`)
}

const FORM: PublicKeyForm = {
  verifying: (keyId, text) => ed25519VerifyingKey({ keyId, publicKey: bytesAfter('whpk_', text) }),
  signing: (keyId, text) => {
    // The seed, and the public half behind it.
    const both = bytesAfter('whsk_', text)
    const key = signingKey(ed25519PrivateKey({ keyId, seed: both.subarray(0, SEED_BYTES) }))
    const stated = ed25519VerifyingKey({ keyId, publicKey: both.subarray(SEED_BYTES) })
    return stated.verify(keyId, key.sign?.(keyId) as Uint8Array) ? key : fail('CONFIG_INVALID', 'its halves differ')
  },
}

/**
 * Standard Webhooks with a key pair (`v1a`, Ed25519): receivers have the public key (`whpk_…`) alone, so none of them can sign.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for a public key that is none.
 * @see {@link https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md | Standard Webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { standardWebhooksV1a } from 'countersign/webhook/standard-v1a'
 *
 * const webhook = standardWebhooksV1a({ publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const standardWebhooksV1a = (options: WebhookPublicKeyOptions): Webhook =>
  webhookOf(
    STANDARD_WEBHOOKS_V1A,
    publicKeys('standard-webhooks-v1a', options, FORM),
    windowOf('standard-webhooks-v1a', options),
  )

/**
 * {@link standardWebhooksV1a} with Svix's names of the fields (`svix-id` and so on).
 *
 * @throws {CountersignError} as {@link standardWebhooksV1a}.
 * @see {@link https://docs.svix.com/receiving/verifying-payloads/how-manual | Svix: verifying payloads}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { svixV1a } from 'countersign/webhook/standard-v1a'
 *
 * const webhook = svixV1a({ publicKey: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const svixV1a = (options: WebhookPublicKeyOptions): Webhook =>
  webhookOf(SVIX_V1A, publicKeys('svix-v1a', options, FORM), windowOf('svix-v1a', options))
