import { ALGORITHMS } from '../../../crypto/algorithm.js'
import { ecdsaPrivateKey, ecdsaVerifyingKey } from '../../../crypto/ecdsa-key.js'
import { base64Decode } from '../../../crypto/encoding.js'
import { ecdsaPublicReader } from '../../../crypto/format/ecdsa-format.js'
import { ecdsaSignatureDer, ecdsaSignatureOfDer } from '../../../crypto/format/ecdsa-signature.js'
import { readPublicKey } from '../../../crypto/format/read-key.js'
import { fail } from '../../../errors.js'
import { SECONDS } from '../../scheme/times.js'
import { BASE64 } from '../codecs.js'
import { webhookOf } from '../define-webhook.js'
import { inField } from '../places.js'
import { type PublicKeyForm, publicKeys, signingKey, type WebhookPublicKeyOptions } from '../public-keys.js'
import { windowOf } from '../secrets.js'
import type { Webhook, WebhookKey, WebhookSpec } from '../webhook.js'

/** As data. */
export const SENDGRID: WebhookSpec = {
  id: 'sendgrid',
  // In DER, which is what base64 holds here.
  place: inField('X-Twilio-Email-Event-Webhook-Signature', BASE64),
  time: { field: 'x-twilio-email-event-webhook-timestamp', unit: SECONDS },
  base: ({ time, body }) => [time, body],
  covers: ['field:x-twilio-email-event-webhook-timestamp'],
  weaknesses: ['no-separator', 'no-url', 'no-key-id'],
}

const ALGORITHM = 'ecdsa-p256-sha256'
const WIDTH = 32

/** The key with signatures as the sender writes them. */
function derKey({ keyId, algorithm, sign, verify }: WebhookKey): WebhookKey {
  return {
    keyId,
    algorithm,
    verify: (base, signature) => {
      const raw = ecdsaSignatureOfDer(signature, WIDTH)
      return raw !== undefined && verify(base, raw)
    },
    ...(sign !== undefined && {
      sign: async (base: Parameters<typeof sign>[0]) => ecdsaSignatureDer(await sign(base)),
    }),
  }
}

const FORM: PublicKeyForm = {
  verifying: (keyId, text) => {
    const spki = base64Decode(text) ?? fail('CONFIG_INVALID', 'the key must be base64')
    const point = readPublicKey(ecdsaPublicReader, ALGORITHMS[ALGORITHM], spki, 'der')
    return derKey(ecdsaVerifyingKey({ keyId, algorithm: ALGORITHM, point }))
  },
  signing: (keyId, text) => {
    const scalar = base64Decode(text) ?? fail('CONFIG_INVALID', 'the key must be base64')
    return derKey(signingKey(ecdsaPrivateKey({ keyId, algorithm: ALGORITHM, scalar })))
  },
}

/**
 * The signed event webhook of SendGrid: ECDSA over P-256. The public key is the base64 of its settings; a private key is the base64
 * of the 32 bytes of its scalar. The body is signed as it came, to the last line break. It carries no id, so a duplicate is
 * recognised by what is signed; each event in it has an `sg_event_id` of its own.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant, `KEY_WEAK` for a public key that is none.
 * @see {@link https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features | SendGrid: event webhook security}
 * @example
 * ```ts
 * import { receiveWebhook } from 'countersign/webhook'
 * import { sendgrid } from 'countersign/webhook/sendgrid'
 *
 * declare const publicKey: string
 * const webhook = sendgrid({ publicKey })
 * export const receive = (request: Request) => receiveWebhook(webhook, request)
 * ```
 */
export const sendgrid = (options: WebhookPublicKeyOptions): Webhook =>
  webhookOf(SENDGRID, publicKeys('sendgrid', options, FORM), windowOf('sendgrid', options))
