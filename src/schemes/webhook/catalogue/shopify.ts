import { fail } from '../../../errors.js'
import { SECONDS } from '../../scheme/times.js'
import { BASE64, HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { byText, inQuery, oneParameter, type Parameter, queryOf, timeInQuery } from '../parameters.js'
import { inField } from '../places.js'
import { type SecretForm, secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { SignedParts, Webhook, WebhookSpec } from '../webhook.js'

// https://shopify.dev/docs/apps/build/authentication-authorization: those of access; the client secret may start with shpss_.
const NOT: SecretForm['not'] = [/^shp(at|ca|pa|ua)_/, 'the client secret of the app, got an access token']

/** As data. */
export const SHOPIFY: WebhookSpec = {
  id: 'shopify',
  place: inField('X-Shopify-Hmac-SHA256', BASE64),
  delivery: { field: 'x-shopify-webhook-id', signed: false },
  base: ({ body }) => [body],
  weaknesses: ['no-time', 'unsigned-id', 'no-url', 'no-key-id'],
}

const without = (all: readonly Parameter[], ...names: readonly string[]): readonly Parameter[] =>
  all.filter(([name]) => !names.includes(name))

/** Values by name, in their order. @throws {CountersignError} `AUTH_DUPLICATE` where a name may not be repeated and is. */
function grouped(
  all: readonly Parameter[],
  repeated: (name: string) => boolean,
): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>()
  for (const [name, value] of all) {
    const known = out.get(name)
    if (known === undefined) out.set(name, [value])
    else if (repeated(name)) known.push(value)
    else fail('AUTH_DUPLICATE', 'a parameter of the query stands twice')
  }
  return out
}

const LIST = /\[\]$/

// shopify_python_api, session.py: a list is written as JSON with a space after each comma; percent signs, in names the equals sign,
// and then every ampersand are escaped.
function delimited({ request }: SignedParts): readonly string[] {
  const pairs = [...grouped(without(queryOf(request), 'hmac', 'signature'), (name) => LIST.test(name))].map(
    ([name, values]) => {
      const key = name.replace(LIST, '').replaceAll('%', '%25').replaceAll('=', '%3D')
      const value = LIST.test(name) ? `[${values.map((one) => JSON.stringify(one)).join(', ')}]` : (values[0] as string)
      return `${key}=${value.replaceAll('%', '%25')}`.replaceAll('&', '%26')
    },
  )
  return [pairs.sort(byText).join('&')]
}

// shopify-api-js and shopify_api of Ruby: the sorted query, encoded as a form.
function encoded({ request }: SignedParts): readonly string[] {
  const all = without(queryOf(request), 'hmac', 'signature')
  grouped(all, (name) => LIST.test(name))
  return [new URLSearchParams(all.toSorted(([a], [b]) => byText(a, b)).map(([a, b]) => [a, b])).toString()]
}

/** As data. */
export const SHOPIFY_OAUTH: WebhookSpec = {
  id: 'shopify-oauth',
  place: inQuery('hmac', HEX),
  time: { place: timeInQuery('timestamp'), unit: SECONDS },
  base: delimited,
  alternatives: [encoded],
  covers: ['query-parameters'],
  withoutBody: true,
  // 90 seconds in the official package.
  toleranceMs: 90_000,
  weaknesses: ['no-body', 'no-url', 'no-key-id'],
}

/** As data. */
export const SHOPIFY_PROXY: WebhookSpec = {
  id: 'shopify-proxy',
  place: inQuery('signature', HEX),
  time: { place: timeInQuery('timestamp'), unit: SECONDS },
  base: ({ request }) => {
    const all = without(queryOf(request), 'signature')
    // A list may be repeated; a time that stands twice would be two.
    oneParameter(all, 'timestamp')
    return [...grouped(all, () => true)].map(([name, values]) => `${name}=${values.join(',')}`).sort(byText)
  },
  covers: ['query-parameters'],
  withoutBody: true,
  toleranceMs: 90_000,
  weaknesses: ['ambiguous-text', 'no-body', 'no-url', 'no-key-id'],
}

/**
 * Webhooks of Shopify: HMAC-SHA256 of the body with the client secret of the app. No time is signed: pass `deliveries`, so that one
 * that comes again is recognised by what is signed as well as by its id.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://shopify.dev/docs/apps/build/webhooks/subscribe/https | Shopify: deliver webhooks through HTTPS}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { shopify } from 'countersign/webhook/shopify'
 *
 * const webhook = shopify({ secret: 'a-client-secret-of-the-app' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const shopify = (options: Omit<WebhookSecretOptions, 'toleranceMs'>): Webhook =>
  webhookOf(SHOPIFY, secretKeys('shopify', options, { untimed: true, not: NOT }))

const window = (id: string, options: WebhookSecretOptions) => ({ futureMs: 90_000, ...windowOf(id, options) })

/**
 * Requests by which a shop opens an app: the query is signed (`hmac`), with its time, which may be 90 seconds old. Two escapes are in
 * use, and either is taken.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant | Shopify: authorization code grant}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { shopifyOauth } from 'countersign/webhook/shopify'
 *
 * const callback = shopifyOauth({ secret: 'a-client-secret-of-the-app' })
 * export const receive = (request: Request) => receiveWebhook(callback, request)
 * ```
 */
export const shopifyOauth = (options: WebhookSecretOptions): Webhook =>
  webhookOf(SHOPIFY_OAUTH, secretKeys('shopify-oauth', options, { not: NOT }), window('shopify-oauth', options))

/**
 * Requests that reach an app through a shop's proxy: the query is signed (`signature`), its parameters sorted and joined without
 * marks, so a text can be read in more than one way. Neither body nor path is signed.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://shopify.dev/docs/apps/build/online-store/app-proxies/authenticate-app-proxies | Shopify: authenticate app proxies}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { shopifyProxy } from 'countersign/webhook/shopify'
 *
 * const proxied = shopifyProxy({ secret: 'a-client-secret-of-the-app' })
 * export const receive = (request: Request) => receiveWebhook(proxied, request)
 * ```
 */
export const shopifyProxy = (options: WebhookSecretOptions): Webhook =>
  webhookOf(SHOPIFY_PROXY, secretKeys('shopify-proxy', options, { not: NOT }), window('shopify-proxy', options))
