import { coinbaseCommerce } from '../../../src/schemes/webhook/catalogue/coinbase-commerce.js'
import { discord } from '../../../src/schemes/webhook/catalogue/discord.js'
import { github } from '../../../src/schemes/webhook/catalogue/github.js'
import { hubspot, hubspotV1, hubspotV2 } from '../../../src/schemes/webhook/catalogue/hubspot.js'
import { lark } from '../../../src/schemes/webhook/catalogue/lark.js'
import { line } from '../../../src/schemes/webhook/catalogue/line.js'
import { meta } from '../../../src/schemes/webhook/catalogue/meta.js'
import { paddle } from '../../../src/schemes/webhook/catalogue/paddle.js'
import { plivo } from '../../../src/schemes/webhook/catalogue/plivo.js'
import { sendgrid } from '../../../src/schemes/webhook/catalogue/sendgrid.js'
import { shopifyOauth } from '../../../src/schemes/webhook/catalogue/shopify.js'
import { slack } from '../../../src/schemes/webhook/catalogue/slack.js'
import { square } from '../../../src/schemes/webhook/catalogue/square.js'
import { standardWebhooks, svix } from '../../../src/schemes/webhook/catalogue/standard.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { telegramLogin, telegramMiniApp, telegramThirdParty } from '../../../src/schemes/webhook/catalogue/telegram.js'
import { telnyx } from '../../../src/schemes/webhook/catalogue/telnyx.js'
import { twilio } from '../../../src/schemes/webhook/catalogue/twilio.js'
import { workos } from '../../../src/schemes/webhook/catalogue/workos.js'
import type { Webhook } from '../../../src/schemes/webhook/webhook.js'

/** What both sides of the suites of webhooks share: no secrets of anyone. */
export const SECRET = 'a-secret-that-both-sides-share'
export const URL = 'https://hooks.example.com/in/v1?foo=1&bar=2'
const secret = SECRET
const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const BOT = '5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8'

/** The keys of the Python side. */
export type PeerKeys = Readonly<Record<'hex' | 'base64' | 'privateHex' | 'privateBase64' | 'spki', string>>

/** The sending sides by the names of the Python packages. */
export const senders = (keys: PeerKeys): Readonly<Record<string, Webhook>> => ({
  stripe: stripe({ secret }),
  slack: slack({ secret }),
  twilio: twilio({ secret }),
  'twilio-shared': twilio({ secret: 'another-secret-altogether', sharedKey: secret }),
  standard: standardWebhooks({ secret: whsec }),
  svix: svix({ secret: whsec }),
  hubspot: hubspot({ secret }),
  'hubspot-v2': hubspotV2({ secret }),
  'hubspot-v1': hubspotV1({ secret }),
  plivo: plivo({ secret }),
  'shopify-oauth': shopifyOauth({ secret }),
  line: line({ secret }),
  square: square({ secret, notificationUrl: URL }),
  paddle: paddle({ secret, toleranceMs: 60_000 }),
  workos: workos({ secret }),
  telnyx: telnyx({ privateKey: keys.privateBase64 }),
  discord: discord({ privateKey: keys.privateHex }),
  sendgrid: sendgrid({ privateKey: keys.privateBase64 }),
  lark: lark({ secret }),
  'coinbase-commerce': coinbaseCommerce({ secret }),
  github: github({ secret }),
  meta: meta({ secret }),
  'telegram-mini-app': telegramMiniApp({ secret: BOT }),
  'telegram-third-party': telegramThirdParty({ botId: 5768337691, privateKey: keys.privateHex }),
  'telegram-login': telegramLogin({ secret: BOT }),
})

/** The receiving sides, with what is public alone: deliveries that Python signs. */
export const receivers = (keys: PeerKeys): Readonly<Record<string, Webhook>> => ({
  ...senders(keys),
  telnyx: telnyx({ publicKey: keys.base64 }),
  discord: discord({ publicKey: keys.hex }),
  sendgrid: sendgrid({ publicKey: keys.spki }),
  'telegram-third-party': telegramThirdParty({ botId: 5768337691, publicKey: keys.hex }),
})
