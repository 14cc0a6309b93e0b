import { isVisible } from '../../../support/ascii.js'
import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { NOT_SLACK, SLACK_PREFIX, slackHead } from '../forms.js'
import { jsonMember } from '../json.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookAnswer, WebhookSpec } from '../webhook.js'

// A question is short; events of any length are not parsed for it.
const LONGEST_QUESTION = 1_024
const LONGEST_CHALLENGE = 256

/** https://docs.slack.dev/reference/events/url_verification */
function answerTo(_request: unknown, body: Uint8Array): WebhookAnswer | undefined {
  if (body.length > LONGEST_QUESTION || jsonMember(body, 'type') !== 'url_verification') return undefined
  const challenge = jsonMember(body, 'challenge')
  if (typeof challenge !== 'string' || !isVisible(challenge, LONGEST_CHALLENGE)) return undefined
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: challenge }
}

/** As data. */
export const SLACK: WebhookSpec = {
  id: 'slack',
  place: /* @__PURE__ */ inField('X-Slack-Signature', HEX, { prefix: SLACK_PREFIX }),
  time: { field: 'x-slack-request-timestamp', unit: SECONDS },
  base: ({ time, body }) => [slackHead(time), body],
  covers: ['field:x-slack-request-timestamp'],
  weaknesses: ['no-url', 'no-key-id'],
  challenge: answerTo,
}

/**
 * Requests of Slack: events, slash commands and interactions. The window holds in both directions. Where Slack asks for the URL of
 * events, `verdict.answer` is there to send.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://docs.slack.dev/authentication/verifying-requests-from-slack | Slack: verifying requests}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { slack } from 'countersign/webhook/slack'
 *
 * const webhook = slack({ secret: '8f742231b10e8888abcd99yyyzzz85a5' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const slack = (options: WebhookSecretOptions): Webhook =>
  webhookOf(SLACK, secretKeys('slack', options, { not: NOT_SLACK }), windowOf('slack', options))
