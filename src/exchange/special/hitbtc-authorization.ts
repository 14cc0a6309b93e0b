import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import type { Draft } from '../spec/draft.js'

/** Key, signature, time and window in one field. */
export const authorization = ({ key, sign, time, window }: Draft): string =>
  `HS256 ${btoa([key, sign, time, ...(window === '' ? [] : [window])].join(':'))}`

/** Takes apart what {@link authorization} put together, which was read as a whole. */
export function readAuthorization(draft: Draft): void {
  const text = utf8Decode(base64Decode(draft.sign) ?? new Uint8Array()) ?? ''
  const found = /^([^:]+):([^:]+):([^:]+)(?::([1-9][\d.]*))?$/.exec(text)
  if (found === null) fail('AUTH_MALFORMED', '"Authorization" must be base64 of key, signature, time and window')
  const [, key, sign, time, window = ''] = found as unknown as [string, string, string, string, string?]
  Object.assign(draft, { key, sign, time, window })
}
