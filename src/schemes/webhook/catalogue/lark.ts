import { hash } from '#backend/hash'
import { aesCbcDecrypt } from '#backend/kdf'
import { base64Decode } from '../../../crypto/encoding.js'
import type { HttpRequest } from '../../../message/message.js'
import { SECONDS } from '../../scheme/times.js'
import { HEX } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { jsonMember } from '../json.js'
import { bareHashKey } from '../odd-keys.js'
import { inField } from '../places.js'
import { plainAnswer } from '../questions.js'
import { secretKeys, type WebhookSecretOptions, windowOf } from '../secrets.js'
import type { Webhook, WebhookAnswer, WebhookSpec } from '../webhook.js'

/** As data. */
export const LARK: WebhookSpec = {
  id: 'lark',
  place: inField('X-Lark-Signature', HEX),
  time: { field: 'x-lark-request-timestamp', unit: SECONDS },
  delivery: { field: 'x-lark-request-nonce', signed: true },
  // The encrypt key stands in place of the line feed: the key puts it there.
  base: ({ time, id, body }) => [`${time}${id}\n`, body],
  covers: ['field:x-lark-request-timestamp', 'field:x-lark-request-nonce'],
  weaknesses: ['bare-hash', 'no-separator', 'no-url', 'no-key-id'],
}

/** The IV stands before the text, and the key is the SHA-256 of the encrypt key. */
async function answerTo({ body }: HttpRequest, secret: Uint8Array): Promise<WebhookAnswer | undefined> {
  const sealed = body instanceof Uint8Array ? jsonMember(body, 'encrypt') : undefined
  const bytes = typeof sealed === 'string' ? base64Decode(sealed) : undefined
  if (bytes === undefined || bytes.length < 32 || bytes.length % 16 !== 0) return undefined
  const text = await aesCbcDecrypt(hash('sha256', secret), bytes.subarray(0, 16), bytes.subarray(16))
  if (text === undefined || jsonMember(text, 'type') !== 'url_verification') return undefined
  const challenge = jsonMember(text, 'challenge')
  const plain = plainAnswer(typeof challenge === 'string' ? challenge : undefined)
  return plain && { ...plain, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ challenge }) }
}

/**
 * Events of Lark and Feishu, signed with the encrypt key of the app: SHA-256 of time, nonce, that key and the body. The body of such
 * events is encrypted with the same key, which is left to the handler. So is the question for the URL (`url_verification`), which
 * carries no signature: the verdict is then a refusal with an `answer`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for an empty or short secret.
 * @see {@link https://open.feishu.cn/document/server-docs/event-subscription-guide/event-subscription-configure-/encrypt-key-encryption-configuration-case | Feishu: encrypt key}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { lark } from 'countersign/webhook/lark'
 *
 * const webhook = lark({ secret: 'an-encrypt-key-of-the-app' })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export function lark(options: WebhookSecretOptions): Webhook {
  const secrets: Uint8Array[] = []
  const keys = secretKeys('lark', options, {
    key: (material) => {
      secrets.push(material.secret)
      return bareHashKey(material)
    },
  })
  const question = async (request: HttpRequest): Promise<WebhookAnswer | undefined> => {
    for (const secret of secrets) {
      const answer = await answerTo(request, secret)
      if (answer !== undefined) return answer
    }
    return undefined
  }
  return webhookOf({ ...LARK, question }, keys, windowOf('lark', options))
}
