import fc from 'fast-check'
import { utf8 } from '../../src/crypto/encoding.js'
import type { HmacKey } from '../../src/crypto/key.js'
import type { HttpRequest } from '../../src/message/message.js'
import { makeSender, type SenderRow } from '../contract/webhooks/row.js'
import { SENDERS } from '../contract/webhooks/senders.js'
import { arbitraryRequest } from './rfc9421-messages.js'
import { schemeLaws } from './scheme-laws.js'

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

/** SendGrid's signatures are DER, which its key writes behind a promise; it is held to the tests of deliveries. */
const answersAtOnce = (key: HmacKey): boolean => key.sign('') instanceof Uint8Array

for (const row of SENDERS) {
  const { scheme, keys } = makeSender(row)
  const key = keys[0] as HmacKey
  if (!answersAtOnce(key)) continue
  schemeLaws(row.name, {
    signer: { scheme, key },
    verifyingKey: key,
    verifier: scheme,
    arbitraryMessage: messagesOf(row),
    coversNothing: scheme.demands?.require.length === 0,
    readings: row.readings ?? 1,
    runs: 20,
  })
}
