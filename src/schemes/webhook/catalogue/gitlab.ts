import { base64Decode, utf8, utf8Decode } from '../../../crypto/encoding.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { tokenKey } from '../odd-keys.js'
import { oneLine } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import { STANDARD_SECRET, standardForm } from '../standard-form.js'
import type { SignaturePlace, Webhook, WebhookSpec } from '../webhook.js'

/** As data. */
export const GITLAB: WebhookSpec = /* @__PURE__ */ standardForm('gitlab', 'webhook')

const SHOWN: SignaturePlace = {
  codec: BASE64,
  read: (request) => {
    const token = oneLine(request, 'x-gitlab-token')
    return token === undefined || token === '' ? undefined : { signatures: [utf8(token)] }
  },
  write: ([token]) => ['X-Gitlab-Token', utf8Decode(base64Decode(token as string) as Uint8Array) as string],
}

/** As data. */
export const GITLAB_TOKEN: WebhookSpec = {
  id: 'gitlab-token',
  place: SHOWN,
  // X-Gitlab-Event-UUID is shared by all events that one of them has set off.
  delivery: { field: 'idempotency-key', signed: false },
  // Nothing is signed. The body stands for the delivery where its id is exchanged.
  base: ({ body }) => [body],
  withoutBody: true,
  weaknesses: ['shared-token', 'no-time', 'unsigned-id', 'no-body', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of GitLab with a signing token (`whsec_…`), in the form of Standard Webhooks. The older secret token, which is sent as it
 * is, is {@link gitlabToken}.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944 | GitLab: add a signing token to webhooks}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { gitlab } from 'countersign/webhook/gitlab'
 *
 * const webhook = gitlab({ secret: 'whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const gitlab = (options: WebhookSecretOptions): Webhook =>
  webhookOf(GITLAB, secretKeys('gitlab', options, STANDARD_SECRET), windowOf('gitlab', options))

/**
 * Webhooks of GitLab with a secret token, which is sent as it is in `X-Gitlab-Token`: nothing is signed, and who has seen one
 * delivery can send any other. Give the webhook a signing token and use {@link gitlab} where GitLab has it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://docs.gitlab.com/user/project/integrations/webhooks/ | GitLab: webhooks}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { gitlabToken } from 'countersign/webhook/gitlab'
 *
 * const webhook = gitlabToken({ secret: 'a-secret-token-of-this-project' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const gitlabToken = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(GITLAB_TOKEN, secretKeys('gitlab-token', options, { untimed: true, key: tokenKey }))
