import { CountersignError, type ErrorCode } from '../../errors.js'

/** RFC 9651 4.1.6: a String. Small, because the signer needs nothing else of the serialiser. */
export function quoted(text: string, name: string, code: ErrorCode = 'ARGUMENT_INVALID'): string {
  // Nonces and tags hold nothing to escape; this runs for every request.
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`
  if (!/^[ -~]*$/.test(text)) throw new CountersignError(code, `"${name}": expected printable ASCII`)
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
