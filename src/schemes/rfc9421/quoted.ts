import { CountersignError } from '../../errors.js'

/** RFC 9651 4.1.6: a String. Small, because the signer needs nothing else of the serialiser. */
export function quoted(text: string, name: string): string {
  if (!/^[ -~]*$/.test(text)) throw new CountersignError('ARGUMENT_INVALID', `"${name}": expected printable ASCII`)
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
