import { hashText } from '#backend/hash'
import { combinedValue } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { isHexInBase64, whichBody } from '../../scheme/other-bodies.js'
import type { Problem } from '../../scheme/scheme-reading.js'

/** Whether the field Digest is that of the body, and of which other one it is. */
export function digestProblems(request: HttpRequest): readonly Problem[] {
  const field = combinedValue(request.fields, 'digest')
  const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array(0)
  if (field === undefined)
    return bytes.length === 0
      ? []
      : [
          problem(
            'digest-missing',
            'The request has a body and no Digest.',
            'Nothing that is signed is bound to the body, and servers such as Mastodon refuse that.',
            'Send Digest: SHA-256=… of the body, and sign it.',
            'likely',
          ),
        ]
  const [, name = '', stated = ''] = /^\s*(sha-?(?:256|512))=(.*)$/i.exec(field.split(',', 1)[0] ?? '') ?? []
  if (name === '')
    return [
      problem(
        'digest-form',
        'The digest is not in the form of the field.',
        'It does not begin with the name of an algorithm and "=".',
        'Digest: SHA-256=base64 (RFC 3230).',
      ),
    ]
  const kind = /512/.test(name) ? 'sha512' : 'sha256'
  if (hashText(kind, bytes, 'base64') === stated)
    // RFC 3230 4.1.1: names are not sensitive to case; Mastodon before 3.3 and others compare them so.
    return name === name.toUpperCase()
      ? []
      : [
          problem(
            'digest-algorithm-case',
            'The algorithm of Digest is written in small letters, which some servers do not take.',
            `It is "${name}".`,
            'Write "SHA-256=", in capitals and with the hyphen.',
            'possible',
          ),
        ]
  if (
    !/^[A-Za-z0-9+/]+={0,2}$/.test(stated) ||
    /^[0-9a-f]{64}(?:[0-9a-f]{64})?$/i.test(stated) ||
    isHexInBase64(stated)
  )
    return [
      problem(
        'digest-form',
        'The digest is not the bytes of the hash in base64.',
        'It is hexadecimal (or base64 of that), URL-safe base64 or other text.',
        'Digest: SHA-256=base64 of the bytes of the hash.',
      ),
    ]
  return [
    problem(
      'digest-mismatch',
      'The digest is not that of the body that was sent.',
      whichBody(bytes, (other) => hashText(kind, other, 'base64') === stated),
      'Make the digest of the very bytes that are sent: serialise once, then hash, sign and send.',
    ),
  ]
}

const problem = (
  id: string,
  cause: string,
  evidence: string,
  fix: string,
  certainty: Problem['certainty'] = 'proven',
): Problem => ({ id, certainty, cause, evidence, fix })
