import type { Finding } from '../diagnosis.js'
import { proven } from '../finding.js'

/** Forms that a verifier must refuse, by what gives them away. */
const FORBIDDEN: ReadonlyArray<
  readonly [id: string, field: 'input' | 'signature', pattern: RegExp, cause: string, fix: string]
> = [
  [
    'cavage',
    'signature',
    /keyId\s*=\s*"/,
    'The Signature field is that of draft-cavage, the predecessor of RFC 9421.',
    'Use a library for RFC 9421 on both sides; the two are not compatible.',
  ],
  [
    'component-upper-case',
    'input',
    /"[^"]*[A-Z][^"]*"(?=[^)]*\))/,
    'A covered component is written with capitals.',
    'RFC 9421 2.1: component names are lower case, in Signature-Input and in the base.',
  ],
  [
    'component-unquoted',
    'input',
    /\(\s*[@a-z][^"]*\)/,
    'The covered components stand without quotes.',
    'RFC 9421 2.3: each component is a quoted string: ("@method" "@path").',
  ],
  [
    'components-joined',
    'input',
    /\(\s*"[^"]*[^"\s]\s+[^"\s][^"]*"[^)]*\)/,
    'Several covered components stand in one pair of quotes.',
    'RFC 9421 2.3: each component is a string of its own: ("@authority" "@path").',
  ],
  [
    'component-commas',
    'input',
    /"\s*,\s*"/,
    'The covered components are separated by commas.',
    'RFC 9651 3.1.1: the items of an inner list are separated by spaces.',
  ],
  [
    'created-not-integer',
    'input',
    /;\s*(?:created|expires)=(?:"|\d+\.\d|\d{4}-)/,
    'created or expires is no integer.',
    'RFC 9421 2.3: write whole seconds since 1970 without quotes.',
  ],
  [
    'parameter-unquoted',
    'input',
    /;\s*(?:keyid|alg|nonce|tag)=[^"\s]/,
    'keyid, alg, nonce or tag stands without quotes.',
    'RFC 9421 2.3: these are strings: keyid="…".',
  ],
  [
    'signature-without-colons',
    'signature',
    // Behind a label only: base64 ends in "==".
    /(?:^|,)\s*[a-z*][\w.*-]*=\s*[^:\s]/,
    'The signature does not stand between colons.',
    'RFC 9651 3.3.5: a byte sequence is base64 between colons: sig1=:…:',
  ],
  [
    'signature-quoted',
    'signature',
    /=:?\s*(?:b?'|")/,
    'The signature stands in quotes, or is the text that Python prints for bytes.',
    'RFC 9651 3.3.5: a byte sequence is base64 between colons: sig1=:…: In Python: base64.b64encode(signature).decode().',
  ],
  [
    'signature-form',
    'signature',
    /=:[^:]*%(?:25)?[0-9A-Fa-f]{2}[^:]*:/,
    'The signature is percent-encoded.',
    'RFC 9651 3.3.5: base64 as it is, between colons; a field is no URL.',
  ],
  [
    'signature-unpadded',
    'signature',
    // Without "=" where the length asks for it.
    /=:(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2,3}:/,
    'The signature is base64 without its padding.',
    'RFC 9651 3.3.5: write the "=" at the end; Node\'s "base64url" and Go\'s RawStdEncoding leave it out.',
  ],
  [
    'signature-base64url',
    'signature',
    /=:[^:]*[-_][^:]*:/,
    'The signature is URL-safe base64.',
    'RFC 9651 3.3.5: use standard base64 ("+" and "/") with padding.',
  ],
]

/** The forms of the two fields that a verifier must refuse. */
export function forbidden(input: string, signature: string): readonly Finding[] {
  return FORBIDDEN.filter(([, field, pattern]) => pattern.test(field === 'input' ? input : signature)).map(
    ([id, field, , cause, fix]) =>
      proven(id, cause, `${field === 'input' ? 'Signature-Input' : 'Signature'} has this form.`, fix),
  )
}
