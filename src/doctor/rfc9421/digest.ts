import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { checkDigest } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { JSON_MISTAKES } from '../../schemes/scheme/json-mistakes.js'
import { TEXT_MISTAKES } from '../../schemes/scheme/text-mistakes.js'
import type { Finding } from '../diagnosis.js'
import { possible, proven } from '../finding.js'

// Characters of a body that is not written anew in every way: no JSON that people sign is longer.
const MOST_CHARACTERS = 1_048_576

/** The bodies that a sender may have hashed, with what was done to them; each is made when it is asked for. */
export function* otherBodies(body: Uint8Array | null): Generator<readonly [Uint8Array, string]> {
  yield [new Uint8Array(), 'the digest is that of no body']
  yield [utf8('{}'), 'the digest is that of "{}"']
  const text = body === null ? '' : utf8Decode(body)
  if (text === undefined || text.length > MOST_CHARACTERS) return
  for (const { apply, cause } of [...JSON_MISTAKES, ...TEXT_MISTAKES]) {
    const name = cause.replaceAll('$', 'body').replace('signed', 'hashed')
    try {
      for (const [changed, detail] of apply(text)) if (changed !== text) yield [utf8(changed), detail ?? name]
    } catch {
      // A mistake that this body does not allow.
    }
  }
}

/** Forms of the field that a verifier must refuse. */
const FORMS: ReadonlyArray<readonly [pattern: RegExp, cause: string]> = [
  [/^\s*["']/, 'The content digest stands in quotes.'],
  [/^sha-?(?:256|512)\s*:/i, 'There is no "=" between the algorithm and the digest.'],
  [/sha-?(?:256|512)=:?[0-9a-f]{64}(?:[0-9a-f]{64})?:?(?:,|$)/i, 'The content digest is written in hexadecimal.'],
  [/=:[^:]*[-_][^:]*:/, 'The content digest is written in URL-safe base64.'],
  [/sha-?(?:256|512)=[^:]/i, 'The content digest does not stand between colons.'],
  [/^(?:sha256|sha512|SHA-256|SHA-512)=/, 'The name of the algorithm is not "sha-256" or "sha-512".'],
]

/** The digest beside the body. */
export function digestFindings(message: HttpMessage): readonly Finding[] {
  const field = combinedValue(message.fields, 'content-digest')
  const body = message.body instanceof Uint8Array ? message.body : null
  if (field === undefined) {
    const old = combinedValue(message.fields, 'digest')
    return old === undefined
      ? []
      : [
          possible(
            'digest-old-field',
            'The body is hashed in the field Digest, which RFC 9530 replaced.',
            'There is a Digest and no Content-Digest.',
            'Send Content-Digest: sha-256=:…: and cover it.',
          ),
        ]
  }
  // A body that is given and not there was not pasted: nothing is known of its hash.
  const stated = Number(combinedValue(message.fields, 'content-length') ?? 'none')
  if (fits(field, body) || ((body === null || body.length === 0) && stated > 0)) return []
  const form = FORMS.find(([pattern]) => pattern.test(field))
  if (form !== undefined)
    return [
      proven('digest-form', form[1], 'Content-Digest has this form.', 'RFC 9530: Content-Digest: sha-256=:…base64…:'),
    ]
  const of = firstThat(otherBodies(body), ([other]) => fits(field, other))
  return [
    proven(
      'digest-mismatch',
      'The content digest is not that of the body that was sent.',
      of === undefined ? 'The hash of the body is another one.' : of[1],
      'Make the digest of the very bytes that are sent: serialise once, then hash, sign and send.',
    ),
  ]
}

function fits(field: string, body: Uint8Array | null): boolean {
  try {
    checkDigest(field, body)
    return true
  } catch {
    return false
  }
}

function firstThat<T>(items: Iterable<T>, is: (item: T) => boolean): T | undefined {
  for (const item of items) if (is(item)) return item
  return undefined
}
