import { hex, utf8Decode } from '../crypto/encoding.js'
import type { Bytes } from '../crypto/key.js'
import type { Finding } from './diagnosis.js'
import { likely } from './finding.js'
import type { Found } from './hunt.js'

/** What is signed, as text; in hexadecimal where it is none. */
export const shownText = (base: Bytes): string => (typeof base === 'string' ? base : (utf8Decode(base) ?? hex(base)))

/** What the text to sign of the other side says, where it differs. */
export function textFindings(
  found: Found | undefined,
  shown: string | undefined,
  expected: Bytes | undefined,
): readonly Finding[] {
  if (shown === undefined || expected === undefined || shown === expected) return []
  if (found !== undefined)
    return found.made.map(({ id, cause, fix, detail }) =>
      likely(
        id,
        cause,
        `${detail === '' ? 'With this change' : detail}: the text to sign becomes the one that the other side shows.`,
        fix,
      ),
    )
  return [
    likely(
      'text-differs',
      'The other side signs another text.',
      'Its text differs from that of this request where it is marked.',
      'Compare the two texts.',
    ),
  ]
}
