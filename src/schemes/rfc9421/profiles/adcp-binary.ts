import { fail } from '../../../errors.js'

// Outside of strings: a byte sequence, or what looks like one.
const SEQUENCE = /:([A-Za-z0-9+/_-]*={0,2}):/g

/**
 * A field of AdCP 3.0 and 3.1 as RFC 9651 writes it: there byte sequences are base64url without padding. A field that mixes both
 * alphabets is refused; two readings of one text are never tried.
 *
 * @param mark What is put behind a byte sequence in standard base64. Digests are published so, and signed as they are written. A
 *   signature with a parameter is refused where it is chosen; that of another party beside it does not count.
 *
 * @throws {CountersignError} `SIGNATURE_MALFORMED`.
 */
export const standardBinary = (field: string, mark = ''): string =>
  field.replace(SEQUENCE, (_, text: string) => {
    if (/[-_]/.test(text) && /[+/=]/.test(text))
      fail('SIGNATURE_MALFORMED', 'rfc9421/adcp: a byte sequence mixes the alphabets of base64 and base64url')
    const bare = text.replace(/=+/, '')
    return `:${bare
      .replace(/-/g, '+')
      .replace(/_/g, '/')
      .padEnd(Math.ceil(bare.length / 4) * 4, '=')}:${/[+/=]/.test(text) ? mark : ''}`
  })

/** The same the other way round, for signers. */
export const legacyBinary = (field: string): string =>
  field.replace(SEQUENCE, (_, text: string) => `:${text.replace(/=+/, '').replace(/\+/g, '-').replace(/\//g, '_')}:`)
