/** Webhooks: receiving them and sending them. Each sender has a separate subpath, such as `countersign/webhook/stripe`. */
export { WEAKNESSES, type Weakness } from '../schemes/scheme/weaknesses.js'
export type { WebhookSecretOptions } from '../schemes/webhook/secrets.js'
export type {
  Webhook,
  WebhookAnswer,
  WebhookKey,
  WebhookWindow,
} from '../schemes/webhook/webhook.js'
export {
  type DeliveryAnswer,
  type DeliveryClaim,
  type DeliveryStore,
  type MemoryDeliveriesOptions,
  memoryDeliveries,
} from './deliveries.js'
export { type ReceiveOptions, receiveWebhook, verifyWebhook } from './receive.js'
export type { WebhookRequest } from './request.js'
export { signWebhook, type WebhookDelivery } from './sign-webhook.js'
export type { WebhookAccepted, WebhookRefused, WebhookVerdict } from './verdict.js'
