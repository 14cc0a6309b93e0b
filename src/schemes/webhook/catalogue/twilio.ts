import { sha256Text } from '#backend/sha256'
import { equalBytes, hexDecode, utf8 } from '../../../crypto/encoding.js'
import { checkedSha1Key } from '../../../crypto/hmac-sha1-key.js'
import { fail } from '../../../errors.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { byText, formOf, oneParameter, queryOf } from '../parameters.js'
import { inField } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import { atPublicUrl, type PublicUrlOption, urlVariants } from '../signed-url.js'
import type { SignedParts, Webhook, WebhookSpec } from '../webhook.js'

/** Options of {@link twilio}. */
export interface TwilioOptions extends Omit<WebhookSecretOptions, 'toleranceMs'>, PublicUrlOption {
  /** Secrets of shared keys (`webhooks_sharedkey_…`), where webhook rules sign with one in place of the auth token. */
  readonly sharedKey?: WebhookSecretOptions['secret']
}

/** What Twilio's own library calls them. */
const HINTS: Readonly<Record<string, string>> = { authToken: 'secret', url: 'publicUrl', webhookUrl: 'publicUrl' }

/** The parameters of the form: by name, equal values once, names and values joined as they are. */
function formText({ body }: SignedParts): string {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of formOf(body)) {
    const known = values.get(name)
    if (known === undefined) values.set(name, new Set([value]))
    else known.add(value)
  }
  return [...values.keys()]
    .sort(byText)
    .flatMap((name) => [...(values.get(name) as Set<string>)].sort(byText).map((value) => name + value))
    .join('')
}

/** A body that is no form is bound by its hash in the query; every other body is read as a form. */
function bodyText(parts: SignedParts): string {
  const stated = oneParameter(queryOf(parts.request), 'bodySHA256')
  if (stated === undefined) return formText(parts)
  const own = utf8(sha256Text(parts.body, 'hex'))
  if (hexDecode(stated) === undefined || !equalBytes(utf8(stated), own))
    fail('DIGEST_MISMATCH', '"bodySHA256" of the query is not the hash of the body')
  return ''
}

/** As data. */
export const TWILIO: WebhookSpec = {
  id: 'twilio',
  place: inField('X-Twilio-Signature', BASE64),
  base: (parts) => [urlVariants(parts.request)[0] + bodyText(parts)],
  // Some products sign the URL with its port, although nothing sends it.
  alternatives: [(parts) => [urlVariants(parts.request)[1] + bodyText(parts)]],
  covers: ['scheme', 'authority', 'path', 'query', 'parameters'],
  withoutBody: true,
  weaknesses: ['sha1', 'no-time', 'ambiguous-text', 'no-key-id'],
}

/**
 * Requests of Twilio, by the auth token (HMAC-SHA1) or by shared keys (either hash: the length of the signature decides). The whole
 * URL is signed, with the sorted parameters of a form, or with the hash of another body in `bodySHA256`. Names and values are joined
 * without marks, so a text can be read in more than one way. Neither time nor id is signed: with `deliveries`
 * one that comes again is recognised, and so is an equal one, such as the same digit pressed twice in a call. Behind a proxy state `publicUrl`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://www.twilio.com/docs/usage/webhooks/webhooks-security | Twilio: webhooks security}
 * @see {@link https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys | Twilio: sign webhooks with shared keys}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { twilio } from 'countersign/webhook/twilio'
 *
 * const webhook = twilio({ secret: 'an-auth-token-of-the-account', publicUrl: 'https://hooks.example.com' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export function twilio(options: TwilioOptions): Webhook {
  for (const [name, meant] of Object.entries(HINTS))
    if (Object.hasOwn(Object(options), name))
      fail('CONFIG_INVALID', `twilio: unknown option ${JSON.stringify(name)}; did you mean ${JSON.stringify(meant)}?`)
  const form = { untimed: true, more: { publicUrl: 1, sharedKey: 1 } } as const
  const keys = secretKeys('twilio', options, { ...form, key: checkedSha1Key })
  const { publicUrl, sharedKey, allowShortSecret = false } = options
  const shared = sharedKey === undefined ? undefined : { secret: sharedKey, allowShortSecret }
  return webhookOf(atPublicUrl(TWILIO, publicUrl), [
    ...keys,
    ...(shared === undefined
      ? []
      : [...secretKeys('twilio-shared', shared), ...secretKeys('twilio-shared', shared, { key: checkedSha1Key })]),
  ])
}
