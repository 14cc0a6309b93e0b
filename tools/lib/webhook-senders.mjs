/**
 * What the page about webhooks shows of each sender besides its scheme: its name, its own page, the algorithm. By the id of the scheme;
 * the code has no use for any of it, so no bundle carries it.
 *
 * @type {Readonly<Record<string, readonly [name: string, docs: string, algorithm: string]>>}
 */
export const SENDERS = {
  bitbucket: ['Bitbucket', 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/', 'hmac-sha256'],
  calendly: ['Calendly', 'https://developer.calendly.com/api-docs/overview/webhooks/webhook-signatures', 'hmac-sha256'],
  'coinbase-commerce': [
    'Coinbase Commerce',
    'https://docs.cdp.coinbase.com/commerce/api-architecture/webhooks-security',
    'hmac-sha256',
  ],
  dingtalk: ['DingTalk', 'https://open.dingtalk.com/document/orgapp/receive-message', 'hmac-sha256'],
  discord: ['Discord', 'https://discord.com/developers/docs/interactions/overview', 'ed25519'],
  dropbox: ['Dropbox', 'https://www.dropbox.com/developers/reference/webhooks', 'hmac-sha256'],
  github: ['GitHub', 'https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries', 'hmac-sha256'],
  gitlab: ['GitLab', 'https://docs.gitlab.com/user/project/integrations/webhooks/', 'hmac-sha256'],
  'gitlab-token': ['GitLab, secret token', 'https://docs.gitlab.com/user/project/integrations/webhooks/', ''],
  hubspot: [
    'HubSpot',
    'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
    'hmac-sha256',
  ],
  'hubspot-v1': [
    'HubSpot, version 1',
    'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
    '',
  ],
  'hubspot-v2': [
    'HubSpot, version 2',
    'https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation',
    '',
  ],
  intercom: ['Intercom', 'https://developers.intercom.com/docs/webhooks/webhook-notifications', 'hmac-sha1'],
  lark: [
    'Lark and Feishu',
    'https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case',
    '',
  ],
  line: ['LINE', 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/', 'hmac-sha256'],
  linear: ['Linear', 'https://linear.app/developers/webhooks', 'hmac-sha256'],
  mailgun: [
    'Mailgun',
    'https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks',
    'hmac-sha256',
  ],
  meta: [
    'Meta (Facebook, Instagram, WhatsApp)',
    'https://developers.facebook.com/docs/graph-api/webhooks/getting-started',
    'hmac-sha256',
  ],
  paddle: ['Paddle', 'https://developer.paddle.com/webhooks/signature-verification', 'hmac-sha256'],
  paypal: ['PayPal', 'https://developer.paypal.com/api/rest/webhooks/rest/', 'rsa-v1_5-sha256'],
  plivo: ['Plivo', 'https://www.plivo.com/docs/voice/concepts/signature-validation', 'hmac-sha256'],
  sendgrid: [
    'SendGrid event webhook',
    'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
    'ecdsa-p256-sha256',
  ],
  sentry: ['Sentry', 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/', 'hmac-sha256'],
  shopify: ['Shopify', 'https://shopify.dev/docs/apps/build/webhooks/subscribe/https', 'hmac-sha256'],
  'shopify-oauth': [
    'Shopify, OAuth and app URLs',
    'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant',
    'hmac-sha256',
  ],
  'shopify-proxy': [
    'Shopify, app proxies',
    'https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies',
    'hmac-sha256',
  ],
  slack: ['Slack', 'https://docs.slack.dev/authentication/verifying-requests-from-slack', 'hmac-sha256'],
  square: ['Square', 'https://developer.squareup.com/docs/webhooks/step3validate', 'hmac-sha256'],
  'standard-webhooks': [
    'Standard Webhooks',
    'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    'hmac-sha256',
  ],
  'standard-webhooks-v1a': [
    'Standard Webhooks, asymmetric',
    'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
    'ed25519',
  ],
  stripe: ['Stripe', 'https://docs.stripe.com/webhooks/signature', 'hmac-sha256'],
  svix: ['Svix', 'https://docs.svix.com/receiving/verifying-payloads/how-manual', 'hmac-sha256'],
  'svix-v1a': ['Svix, asymmetric', 'https://docs.svix.com/receiving/verifying-payloads/how-manual', 'ed25519'],
  'telegram-login': [
    'Telegram login widget',
    'https://core.telegram.org/widgets/login#checking-authorization',
    'hmac-sha256',
  ],
  'telegram-mini-app': [
    'Telegram Mini Apps',
    'https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app',
    'hmac-sha256',
  ],
  'telegram-third-party': [
    'Telegram Mini Apps, for third parties',
    'https://core.telegram.org/bots/webapps#validating-data-for-third-party-use',
    'ed25519',
  ],
  telnyx: ['Telnyx', 'https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks', 'ed25519'],
  twilio: ['Twilio', 'https://www.twilio.com/docs/usage/webhooks/webhooks-security', 'hmac-sha1, hmac-sha256'],
  vercel: ['Vercel', 'https://vercel.com/docs/webhooks/webhooks-api', 'hmac-sha1'],
  workos: ['WorkOS', 'https://workos.com/docs/events/data-syncing/webhooks', 'hmac-sha256'],
  zendesk: ['Zendesk', 'https://developer.zendesk.com/documentation/webhooks/verifying/', 'hmac-sha256'],
  zoom: ['Zoom', 'https://developers.zoom.us/docs/api/webhooks/', 'hmac-sha256'],
}
