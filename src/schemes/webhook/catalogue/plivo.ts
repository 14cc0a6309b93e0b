import { fail } from '../../../errors.js'
import { splitTarget } from '../../../message/target.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { byText, formOf, type Parameter, queryOf } from '../parameters.js'
import { MAX_SIGNATURES, oneLine, signatureBytes } from '../places.js'
import { secretKeys, type WebhookSecretOptions } from '../secrets.js'
import { atPublicUrl, type PublicUrlOption } from '../signed-url.js'
import type { SignaturePlace, SignedParts, Webhook, WebhookSpec } from '../webhook.js'

/** Options of {@link plivo}. */
export interface PlivoOptions extends Omit<WebhookSecretOptions, 'toleranceMs'>, PublicUrlOption {}

// Voice calls carry the first, messages the second, which is made with the token of the main account.
const FIELDS = ['x-plivo-signature-v3', 'x-plivo-signature-ma-v3'] as const

const IN_LISTS: SignaturePlace = {
  codec: BASE64,
  read: (request) => {
    const lists = FIELDS.flatMap((field) => oneLine(request, field) ?? [])
    if (lists.length === 0) return undefined
    const all = lists.join(',').split(',')
    if (all.length > MAX_SIGNATURES) return fail('AUTH_TOO_LARGE', `${FIELDS[0]} has too many signatures`)
    return { signatures: all.map((one) => signatureBytes(one.replace(/^[ \t]+/, ''), BASE64, FIELDS[0])) }
  },
  write: (signatures) => ['X-Plivo-Signature-V3', signatures.join(',')],
}

/** Sorted by name, then by value; names and values decoded, and joined as they are. */
const sorted = (all: readonly Parameter[], mark: string): readonly string[] =>
  all.toSorted(([a, x], [b, y]) => byText(a, b) || byText(x, y)).map(([name, value]) => `${name}${mark}${value}`)

function textOf({ request, body, id }: SignedParts): readonly string[] {
  const { scheme, authority, target } = request
  const query = sorted(queryOf(request), '=').join('&')
  const form = request.method === 'GET' ? '' : sorted(formOf(body), '').join('')
  const mark = query === '' && form === '' ? '' : '?'
  const dot = query !== '' && form !== '' ? '.' : ''
  return [`${scheme}://${authority}${splitTarget(target).path}${mark}${query}${dot}${form}.${id}`]
}

/** As data. */
export const PLIVO: WebhookSpec = {
  id: 'plivo',
  place: IN_LISTS,
  delivery: { field: 'x-plivo-signature-v3-nonce', signed: true },
  base: textOf,
  covers: ['scheme', 'authority', 'path', 'query-parameters', 'parameters', 'field:x-plivo-signature-v3-nonce'],
  withoutBody: true,
  weaknesses: ['no-time', 'ambiguous-text', 'no-key-id'],
}

/**
 * Requests of Plivo with a signature of version 3: the URL with its parameters sorted, the sorted parameters of the form, and a
 * nonce. Names and values are joined without marks, so a text can be read in more than one way. No time is signed: pass `deliveries`,
 * so that each nonce counts once. Behind a proxy state `publicUrl`. The secret is the auth token.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://www.plivo.com/docs/voice/concepts/signature-validation | Plivo: signature validation}
 * @example
 * ```ts
 * import { memoryDeliveries, receiveWebhook } from 'countersign/webhook'
 * import { plivo } from 'countersign/webhook/plivo'
 *
 * const webhook = plivo({ secret: 'an-auth-token-of-the-account', publicUrl: 'https://hooks.example.com' })
 * const deliveries = memoryDeliveries()
 * export const receive = (request: Request) => receiveWebhook(webhook, request, { deliveries })
 * ```
 */
export const plivo = (options: PlivoOptions): Webhook => {
  const keys = secretKeys('plivo', options, { untimed: true, more: { publicUrl: 1 } })
  return webhookOf(atPublicUrl(PLIVO, options.publicUrl), keys)
}
