import type { HttpRequest } from '../../../message/message.js'
import type { KeyReading } from '../../scheme/scheme-reading.js'
import { BITBUCKET } from '../catalogue/bitbucket.js'
import { CALENDLY } from '../catalogue/calendly.js'
import { COINBASE_COMMERCE } from '../catalogue/coinbase-commerce.js'
import { DINGTALK } from '../catalogue/dingtalk.js'
import { DISCORD } from '../catalogue/discord.js'
import { DROPBOX } from '../catalogue/dropbox.js'
import { GITHUB } from '../catalogue/github.js'
import { GITLAB } from '../catalogue/gitlab.js'
import { HUBSPOT, HUBSPOT_V1, HUBSPOT_V2 } from '../catalogue/hubspot.js'
import { INTERCOM } from '../catalogue/intercom.js'
import { LARK } from '../catalogue/lark.js'
import { LINE } from '../catalogue/line.js'
import { LINEAR } from '../catalogue/linear.js'
import { MAILGUN } from '../catalogue/mailgun.js'
import { META } from '../catalogue/meta.js'
import { PADDLE } from '../catalogue/paddle.js'
import { PLIVO } from '../catalogue/plivo.js'
import { SENDGRID } from '../catalogue/sendgrid.js'
import { SENTRY } from '../catalogue/sentry.js'
import { SHOPIFY, SHOPIFY_OAUTH, SHOPIFY_PROXY } from '../catalogue/shopify.js'
import { SLACK } from '../catalogue/slack.js'
import { SQUARE } from '../catalogue/square.js'
import { STANDARD_WEBHOOKS, SVIX } from '../catalogue/standard.js'
import { STANDARD_WEBHOOKS_V1A, SVIX_V1A } from '../catalogue/standard-v1a.js'
import { STRIPE } from '../catalogue/stripe.js'
import { TELEGRAM_LOGIN, TELEGRAM_MINI_APP } from '../catalogue/telegram.js'
import { TELNYX } from '../catalogue/telnyx.js'
import { TWILIO } from '../catalogue/twilio.js'
import { VERCEL } from '../catalogue/vercel.js'
import { WORKOS } from '../catalogue/workos.js'
import { ZENDESK } from '../catalogue/zendesk.js'
import { ZOOM } from '../catalogue/zoom.js'
import { urlText } from '../signed-url.js'
import type { WebhookSpec } from '../webhook.js'
import { APP_TOKEN, BARE, IN_TEXT, LOGIN_TOKEN, PUBLIC_KEY, PUBLIC_KEY_P256, SHA1, TEXT, WHSEC } from './keys.js'

/** One sender for the doctor. */
export interface Row {
  readonly spec: WebhookSpec
  /** In words: `Stripe`. */
  readonly name: string
  readonly keys: KeyReading
  /** The fields that give it away, any one of them. */
  readonly fields?: readonly string[]
  /** Parameters of the query that do so together. */
  readonly query?: readonly string[]
  /** What must be there besides. */
  readonly if?: (request: HttpRequest) => boolean
}

const has =
  (field: string) =>
  ({ fields }: HttpRequest): boolean =>
    fields.some((one, at) => at % 2 === 0 && one.toLowerCase() === field)
const bodyHas =
  (text: string) =>
  ({ body }: HttpRequest): boolean =>
    body instanceof Uint8Array && new TextDecoder().decode(body).includes(text)

// What is subscribed to is not in the request: its URL stands for it.
const SQUARE_OF_REQUEST: WebhookSpec = {
  ...SQUARE,
  base: ({ request, body }) => [urlText(request), body],
  covers: ['scheme', 'authority', 'path', 'query'],
}

const row = (spec: WebhookSpec, name: string, keys: KeyReading, ...fields: readonly string[]): Row => ({
  spec,
  name,
  keys,
  fields,
})

/** Every sender, those with fields of their own first; of two with the same fields the one with a condition. */
export const ROWS: readonly Row[] = /* @__PURE__ */ [
  row(STRIPE, 'Stripe', TEXT, 'stripe-signature'),
  { ...row(GITHUB, 'GitHub', TEXT, 'x-hub-signature-256', 'x-hub-signature'), if: has('x-github-event') },
  { ...row(BITBUCKET, 'Bitbucket', TEXT, 'x-hub-signature'), if: has('x-event-key') },
  { ...row(INTERCOM, 'Intercom', SHA1, 'x-hub-signature'), if: bodyHas('notification_event') },
  row(META, 'Meta', TEXT, 'x-hub-signature-256', 'x-hub-signature'),
  row(SLACK, 'Slack', TEXT, 'x-slack-signature', 'x-slack-request-timestamp'),
  row(SVIX, 'Svix', WHSEC, 'svix-signature'),
  {
    ...row(STANDARD_WEBHOOKS_V1A, 'Standard Webhooks', PUBLIC_KEY, 'webhook-signature'),
    if: isV1a('webhook-signature'),
  },
  { ...row(SVIX_V1A, 'Svix', PUBLIC_KEY, 'svix-signature'), if: isV1a('svix-signature') },
  { ...row(GITLAB, 'GitLab', WHSEC, 'webhook-signature'), if: has('x-gitlab-event') },
  row(STANDARD_WEBHOOKS, 'Standard Webhooks', WHSEC, 'webhook-signature'),
  row(SHOPIFY, 'Shopify', TEXT, 'x-shopify-hmac-sha256'),
  row(TWILIO, 'Twilio', SHA1, 'x-twilio-signature'),
  row(SENDGRID, 'SendGrid', PUBLIC_KEY_P256, 'x-twilio-email-event-webhook-signature'),
  row(DISCORD, 'Discord', PUBLIC_KEY, 'x-signature-ed25519'),
  row(TELNYX, 'Telnyx', PUBLIC_KEY, 'telnyx-signature-ed25519'),
  row(ZOOM, 'Zoom', TEXT, 'x-zm-signature', 'x-zm-request-timestamp'),
  row(LINEAR, 'Linear', TEXT, 'linear-signature'),
  row(WORKOS, 'WorkOS', TEXT, 'workos-signature'),
  row(CALENDLY, 'Calendly', TEXT, 'calendly-webhook-signature'),
  row(PADDLE, 'Paddle', TEXT, 'paddle-signature'),
  row(PLIVO, 'Plivo', TEXT, 'x-plivo-signature-v3', 'x-plivo-signature-ma-v3'),
  row(SQUARE_OF_REQUEST, 'Square', TEXT, 'x-square-hmacsha256-signature'),
  row(HUBSPOT, 'HubSpot', TEXT, 'x-hubspot-signature-v3'),
  { ...row(HUBSPOT_V2, 'HubSpot', BARE, 'x-hubspot-signature'), if: isVersion('v2') },
  row(HUBSPOT_V1, 'HubSpot', BARE, 'x-hubspot-signature'),
  row(ZENDESK, 'Zendesk', TEXT, 'x-zendesk-webhook-signature'),
  row(COINBASE_COMMERCE, 'Coinbase Commerce', TEXT, 'x-cc-webhook-signature'),
  row(LINE, 'LINE', TEXT, 'x-line-signature'),
  row(LARK, 'Lark', BARE, 'x-lark-signature'),
  row(DROPBOX, 'Dropbox', TEXT, 'x-dropbox-signature'),
  row(VERCEL, 'Vercel', SHA1, 'x-vercel-signature'),
  row(SENTRY, 'Sentry', TEXT, 'sentry-hook-signature'),
  { spec: SHOPIFY_OAUTH, name: 'Shopify', keys: TEXT, query: ['hmac', 'shop'] },
  { spec: SHOPIFY_PROXY, name: 'Shopify', keys: TEXT, query: ['signature', 'shop'] },
  { spec: TELEGRAM_LOGIN, name: 'Telegram', keys: LOGIN_TOKEN, query: ['hash', 'auth_date'] },
  { ...row(TELEGRAM_MINI_APP, 'Telegram', APP_TOKEN, 'authorization'), if: isApp },
  { ...row(DINGTALK, 'DingTalk', IN_TEXT, 'sign'), if: has('timestamp') },
  { spec: MAILGUN, name: 'Mailgun', keys: TEXT, if: isMailgun },
]

// Its signature stands in the body alone.
function isMailgun({ body }: HttpRequest): boolean {
  return body instanceof Uint8Array && /"signature"\s*:\s*\{[^}]{0,2000}"token"/.test(new TextDecoder().decode(body))
}

function isApp({ fields }: HttpRequest): boolean {
  return fields.some(
    (one, at) => at % 2 === 1 && one.startsWith('tma ') && fields[at - 1]?.toLowerCase() === 'authorization',
  )
}

function isVersion(version: string): (request: HttpRequest) => boolean {
  return ({ fields }) =>
    fields.some(
      (one, at) => at % 2 === 1 && one === version && fields[at - 1]?.toLowerCase() === 'x-hubspot-signature-version',
    )
}

// Both versions may stand in one list: that of the shared secret is read where it is there.
function isV1a(field: string): (request: HttpRequest) => boolean {
  return ({ fields }) =>
    fields.some(
      (one, at) =>
        at % 2 === 1 && /(?:^| )v1a,/.test(one) && !/(?:^| )v1,/.test(one) && fields[at - 1]?.toLowerCase() === field,
    )
}
