import { crc32 } from '../../crypto/crc32.js'
import { type Certificate, readCertificates } from '../../crypto/format/certificate.js'
import { assertInteger, assertOptions, fail, kindOf, type OptionNames } from '../../errors.js'
import { DATE } from '../../schemes/scheme/times.js'
import { BASE64 } from '../../schemes/webhook/codecs.js'
import { webhookOf } from '../../schemes/webhook/define-webhook.js'
import { inField, oneLine } from '../../schemes/webhook/places.js'
import { windowOf } from '../../schemes/webhook/secrets.js'
import type { Webhook, WebhookKey, WebhookSpec } from '../../schemes/webhook/webhook.js'
import { assertParts, FETCH } from '../../support/asked.js'
import { certificateKeys } from './source.js'

/** Options of {@link paypal}. */
export interface PaypalOptions {
  /** The id of the webhook, as the dashboard of the app shows it; it is signed, and no secret. */
  readonly webhookId: string
  /** Which of PayPal's hosts and certificates count. Default `live`. */
  readonly environment?: 'live' | 'sandbox'
  /**
   * Certificates in PEM, one or several in each text: one of them must have issued PayPal's, directly or through the certificates beside
   * it. On Node: `tls.rootCertificates`. Default: the TLS connection to PayPal's host proves whose certificate it is.
   */
  readonly authorities?: readonly string[]
  /** Default: the global `fetch`, looked up at each call. It must honour `redirect: 'manual'`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
  /** Time for one fetch. Default 5 seconds. */
  readonly timeoutMs?: number
  /** Keys in place of PayPal's certificates, so that nothing is fetched: for tests. */
  readonly keys?: readonly WebhookKey[]
  /** How old a delivery may be, and how far ahead its clock. Default: three days, for as long as PayPal tries, and five minutes. */
  readonly toleranceMs?: number
}

const KNOWN: OptionNames<PaypalOptions> = {
  webhookId: 2,
  environment: 1,
  authorities: 1,
  fetch: 1,
  timeoutMs: 1,
  keys: 1,
  toleranceMs: 1,
}
const HINTS = { id: 'webhookId', ca: 'authorities', tolerance: 'toleranceMs', publicKey: 'keys' }
const THREE_DAYS_MS = 259_200_000
const MAX_AUTHORITIES = 1_000

const HOSTS = {
  live: ['api.paypal.com', 'api-m.paypal.com'],
  sandbox: ['api.sandbox.paypal.com', 'api-m.sandbox.paypal.com'],
} as const
/** The rule of PayPal's own Java package, SSLUtil.validateCertificateChain. */
const NAMES = {
  live: 'messageverificationcerts.paypal.com',
  sandbox: 'messageverificationcerts.sandbox.paypal.com',
} as const

const specOf = (webhookId: string): WebhookSpec => ({
  id: 'paypal',
  place: inField('PAYPAL-TRANSMISSION-SIG', BASE64),
  time: { field: 'paypal-transmission-time', unit: DATE },
  delivery: { field: 'paypal-transmission-id', signed: true },
  base: ({ id, time, body }) => [`${id}|${time}|${webhookId}|${crc32(body)}`],
  covers: ['field:paypal-transmission-id', 'field:paypal-transmission-time'],
  // Whether a further attempt is signed anew is not documented; the id is signed, so `deliveries` recognises all of them.
  toleranceMs: THREE_DAYS_MS,
  weaknesses: ['weak-body', 'no-url'],
})

/** As data, for a webhook that is none. */
export const PAYPAL: WebhookSpec = /* @__PURE__ */ specOf('WEBHOOK_ID')

/**
 * Webhooks of PayPal: RSA, by the certificate that the message names. Its URL must be on PayPal's host, it must have PayPal's name and
 * be valid; it is fetched once and kept for a day, and no redirect is followed. The body is bound by a CRC-32 alone, so act on what
 * PayPal's API answers about the event and not on amounts in it.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant. A verdict may be `KEY_UNKNOWN` for a certificate that is
 *   not PayPal's, and `KEY_SOURCE_FAILED` (503) where it could not be fetched.
 * @see {@link https://developer.paypal.com/api/rest/webhooks/rest/ | PayPal: webhooks}
 * @example
 * ```ts
 * import { rootCertificates } from 'node:tls'
 * import { receiveWebhook } from 'countersign/webhook'
 * import { paypal } from 'countersign/webhook/paypal'
 *
 * const webhook = paypal({ webhookId: '96605875FF6516633', authorities: rootCertificates })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export function paypal(options: PaypalOptions): Webhook {
  assertOptions('paypal', options, KNOWN, HINTS)
  assertParts('paypal', options, FETCH)
  const { webhookId, environment = 'live', timeoutMs = 5_000, keys } = options
  if (typeof webhookId !== 'string' || !/^[A-Za-z0-9_-]{1,64}$/.test(webhookId))
    fail('CONFIG_INVALID', `paypal: "webhookId" must be the id of the webhook, got ${kindOf(webhookId)}`)
  if (environment !== 'live' && environment !== 'sandbox')
    fail('CONFIG_INVALID', `paypal: "environment" must be "live" or "sandbox", got ${kindOf(environment)}`)
  assertInteger('timeoutMs', timeoutMs, 1, 60_000, 'paypal: ')
  if (keys !== undefined && (!Array.isArray(keys) || keys.some((key) => typeof key?.verify !== 'function')))
    fail('CONFIG_INVALID', `paypal: "keys" must be a list of keys with verify(), got ${kindOf(keys)}`)
  const authorities = authoritiesOf(options.authorities)
  const webhook = webhookOf(specOf(webhookId), keys ?? [], windowOf('paypal', options))
  if (keys !== undefined) return webhook
  const fetch = options.fetch ?? ((url: string, init: RequestInit) => globalThis.fetch(url, init))
  const keysOf = certificateKeys({
    ...{ authorities, fetch, timeoutMs },
    hosts: HOSTS[environment],
    name: NAMES[environment],
  })
  return {
    ...webhook,
    keysFor: (request, nowMs) => {
      if (oneLine(request, 'paypal-auth-algo') !== 'SHA256withRSA')
        fail('AUTH_MALFORMED', 'paypal-auth-algo must be SHA256withRSA')
      return keysOf(oneLine(request, 'paypal-cert-url') ?? '', nowMs)
    },
  }
}

function authoritiesOf(authorities: unknown): readonly Certificate[] | undefined {
  if (authorities === undefined) return undefined
  if (!Array.isArray(authorities) || authorities.length === 0 || authorities.length > MAX_AUTHORITIES)
    return fail('CONFIG_INVALID', `paypal: "authorities" must be a list of PEM, got ${kindOf(authorities)}`)
  return authorities.flatMap((text: unknown, at) => {
    try {
      return readCertificates(text as string, MAX_AUTHORITIES)
    } catch (cause) {
      return fail('CONFIG_INVALID', `paypal: "authorities[${at}]" must be certificates in PEM`, { cause })
    }
  })
}
