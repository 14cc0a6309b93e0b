import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'

/** RFC 7617 2: the name ends at the first colon. */
export function basic({ key, sign }: Draft): string {
  if (key.includes(':')) fail('ARGUMENT_INVALID', '"apiKey" must have no colon at Luno')
  return `Basic ${btoa(`${key}:${sign}`)}`
}

/** Takes key and secret out of what {@link basic} wrote; both stand in `sign` until then. */
export function readBasic(draft: Draft): void {
  const bytes = base64Decode(draft.sign)
  const [, key, secret] = /^([^:]+):(.+)$/s.exec((bytes && utf8Decode(bytes)) ?? '') ?? []
  if (key === undefined || secret === undefined)
    fail('AUTH_MALFORMED', 'the credentials must be padded base64 of a key, a colon and a secret')
  draft.key = key
  draft.sign = secret
}
