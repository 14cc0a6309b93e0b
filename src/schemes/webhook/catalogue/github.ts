import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { GITHUB_PREFIX, NOT_GITHUB } from '../forms.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import type { Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const GITHUB: WebhookSpec = {
  id: 'github',
  place: /* @__PURE__ */ inField('X-Hub-Signature-256', HEX, { prefix: GITHUB_PREFIX }),
  delivery: { field: 'x-github-delivery', signed: false },
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'unsigned-id', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of GitHub, by `X-Hub-Signature-256`; the SHA-1 field beside it is not read. No time is signed: pass `deliveries`, so that
 * one that comes again is recognised by what is signed as well as by its id.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries | GitHub: validating webhook deliveries}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { github } from 'countersign/webhook/github'
 *
 * const webhook = github({ secret: 'a-secret-of-this-repository' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const github = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(GITHUB, secretKeys('github', options, { untimed: true, not: NOT_GITHUB }))
