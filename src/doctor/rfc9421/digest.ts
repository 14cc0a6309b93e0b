import { utf8, utf8Decode } from '../../crypto/encoding.js'
import { checkDigest } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { JSON_MISTAKES } from '../../schemes/scheme/json-mistakes.js'
import { TEXT_MISTAKES } from '../../schemes/scheme/text-mistakes.js'
import type { Finding } from '../diagnosis.js'
import { possible, proven } from '../finding.js'

/** The bodies that a sender may have hashed, with what was done to them. */
export function otherBodies(body: Uint8Array | null): ReadonlyArray<readonly [Uint8Array, string]> {
  const text = body === null ? '' : utf8Decode(body)
  const out: Array<readonly [Uint8Array, string]> = [
    [new Uint8Array(), 'the digest is that of no body'],
    [utf8('{}'), 'the digest is that of "{}"'],
  ]
  if (text === undefined) return out
  for (const { apply, cause } of [...JSON_MISTAKES, ...TEXT_MISTAKES])
    for (const [changed, detail] of safely(() => [...apply(text)]))
      out.push([utf8(changed), detail ?? cause.replaceAll('$', 'body').replace('signed', 'hashed')])
  return out
}

function safely<T>(make: () => readonly T[]): readonly T[] {
  try {
    return make()
  } catch {
    return []
  }
}

/** The digest beside the body. */
export function digestFindings(request: HttpRequest): readonly Finding[] {
  const field = combinedValue(request.fields, 'content-digest')
  const body = request.body instanceof Uint8Array ? request.body : null
  if (field === undefined) {
    const old = combinedValue(request.fields, 'digest')
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
  if (fits(field, body)) return []
  if (/sha-?(?:256|512)=[^:]/i.test(field))
    return [
      proven(
        'digest-form',
        'The content digest does not stand between colons.',
        'Content-Digest has the form of the older Digest field.',
        'RFC 9530: Content-Digest: sha-256=:…base64…:',
      ),
    ]
  const of = otherBodies(body).find(([other]) => fits(field, other))
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
