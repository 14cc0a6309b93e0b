import { checkDigest } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { isHexInBase64, whichBody } from '../../schemes/scheme/other-bodies.js'
import type { Finding } from '../diagnosis.js'
import { possible, proven } from '../finding.js'

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
  const form = isHexInBase64(/=:([^:]*):/.exec(field)?.[1] ?? '')
    ? 'The content digest is base64 of hexadecimal digits, not of the bytes of the hash.'
    : FORMS.find(([pattern]) => pattern.test(field))?.[1]
  if (form !== undefined)
    return [
      proven('digest-form', form, 'Content-Digest has this form.', 'RFC 9530: Content-Digest: sha-256=:…base64…:'),
    ]
  return [
    proven(
      'digest-mismatch',
      'The content digest is not that of the body that was sent.',
      whichBody(body, (other) => fits(field, other)),
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
