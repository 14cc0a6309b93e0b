import fc from 'fast-check'
import { ecdsaPrivateKey } from '../../../src/crypto/ecdsa-key.js'
import { base64Decode, utf8 } from '../../../src/crypto/encoding.js'
import { ecdsaSignatureDer, ecdsaSignatureOfDer } from '../../../src/crypto/format/ecdsa-signature.js'
import type { Bytes, HmacKey } from '../../../src/crypto/key.js'
import { type HttpRequest, httpRequest } from '../../../src/message/message.js'
import { arbitraryRequest } from '../../property/rfc9421-messages.js'
import { asScheme } from '../webhooks/as-scheme.js'
import { makeSender, type SenderRow } from '../webhooks/row.js'
import { SENDERS } from '../webhooks/senders.js'
import { HOST, type SchemeRow } from './row.js'

const word = fc.stringMatching(/^[a-z]{3,8}$/)
const pairs = fc
  .uniqueArray(fc.tuple(word, word), { minLength: 1, maxLength: 4, selector: ([name]) => name })
  .map((all) => all.map(([name, value]) => `${name}=${value}`).join('&'))
const object = fc
  .dictionary(word, fc.oneof(fc.string({ maxLength: 8 }), fc.integer()), { noNullPrototype: true, maxKeys: 4 })
  .map((value) => utf8(JSON.stringify(value)))
// A port is signed or left out as the sender likes, so it is not covered where both are tried.
const authority = fc.constantFrom('hooks.example.com', 'a.example', '192.0.2.1')

/** Messages that the sender of a row could send. */
function messagesOf({ shape }: SenderRow): fc.Arbitrary<HttpRequest> {
  if (shape === undefined) return arbitraryRequest
  const parts = fc.record({ request: arbitraryRequest, query: pairs, form: pairs.map(utf8), json: object, authority })
  return parts.map(({ request, query, form, json, authority }) =>
    shape === 'json'
      ? { ...request, body: json }
      : {
          ...request,
          authority,
          method: shape === 'form' ? 'POST' : 'GET',
          target: `/in?${query}`,
          body: shape === 'form' ? form : null,
        },
  )
}

/** SendGrid's key writes DER behind a promise: here the same key does so at once. */
const scalar = base64Decode('ya+p2EW6dRZrXCFXZ7HWk05Qw9s26JsSe4piKxIPZyE=') as Uint8Array
const derKey = (): HmacKey => {
  const { sign, verifyingKey } = ecdsaPrivateKey({ keyId: 'sendgrid', algorithm: 'ecdsa-p256-sha256', scalar })
  return {
    keyId: 'sendgrid',
    algorithm: 'ecdsa-p256-sha256',
    sign: (base: Bytes) => ecdsaSignatureDer(sign(base)),
    verify: (base: Bytes, signature: Uint8Array) => {
      const raw = ecdsaSignatureOfDer(signature, 32)
      return raw !== undefined && verifyingKey.verify(base, raw)
    },
  } as unknown as HmacKey
}

/** The senders of webhooks. */
export const WEBHOOK_SCHEMES: readonly SchemeRow[] = SENDERS.map((row) => {
  const webhook = makeSender(row)
  const scheme = asScheme(webhook)
  const { keys, covered } = webhook
  const key = scheme.id === 'sendgrid' ? derKey() : (keys[0] as HmacKey)
  return {
    name: row.name,
    of: [row.name.split('#')[1] as string],
    signer: { scheme, key },
    verifyingKey: key,
    verifier: scheme,
    arbitraryMessage: messagesOf(row),
    request: httpRequest({
      method: row.method ?? 'POST',
      url: row.url ?? `http://${HOST}/v1/orders?b=2&a=1`,
      ...(row.method === 'GET' ? {} : { body: row.body ?? '{"a":"b"}' }),
    }),
    coversNothing: covered.length === 0,
    runsTogether: webhook.weaknesses.some((one) => one === 'no-separator' || one === 'ambiguous-text'),
    readings: row.readings ?? 1,
    runs: 20,
  }
})
