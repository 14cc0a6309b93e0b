import type { Finding } from '../diagnosis.js'
import { possible, proven } from '../finding.js'

/** What stands between parentheses: the list of components of each signature. */
function lists(text: string): readonly string[] {
  const out: string[] = []
  for (let at = text.indexOf('('); at !== -1; ) {
    const end = text.indexOf(')', at)
    if (end === -1) break
    out.push(text.slice(at + 1, end))
    at = text.indexOf('(', end)
  }
  return out
}

/** The components in quotes; not the values of their parameters. */
const quoted = (list: string): readonly string[] =>
  [...list.matchAll(/(=?)"([^"]*)"/g)].filter(([, sign]) => sign === '').map(([, , name]) => name as string)

/** What stands between the colons behind each "=". */
function sequences(text: string): readonly string[] {
  const parts = text.split(':')
  return parts.filter((_, at) => at > 0 && at < parts.length - 1 && parts[at - 1]?.endsWith('='))
}

const fits =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text)
const inSequence =
  (pattern: RegExp) =>
  (text: string): boolean =>
    sequences(text).some((one) => pattern.test(one))

/** Forms that a verifier must refuse, by what gives them away. */
const FORBIDDEN: ReadonlyArray<
  readonly [id: string, field: 'input' | 'signature', is: (text: string) => boolean, cause: string, fix: string]
> = [
  [
    'cavage',
    'signature',
    fits(/keyId\s*=\s*"/),
    'The Signature field is that of draft-cavage, the predecessor of RFC 9421.',
    'Use a library for RFC 9421 on both sides; the two are not compatible.',
  ],
  [
    'component-cavage',
    'input',
    (text) =>
      lists(`${text})`).some((list) => /"\((?:request-target|created|expires)/.test(list)) ||
      /"\((?:request-target|created|expires)\)"/.test(text),
    'A covered component has a name of draft-cavage, the predecessor of RFC 9421.',
    'RFC 9421 2.2: "(request-target)" is "@request-target" (or "@method" and "@path"), "(created)" the parameter created; cover "@authority" and "content-digest" in place of host and digest.',
  ],
  [
    'component-upper-case',
    'input',
    (text) => lists(text).some((list) => quoted(list).some(fits(/[A-Z]/))),
    'A covered component is written with capitals.',
    'RFC 9421 2.1: component names are lower case, in Signature-Input and in the base.',
  ],
  [
    'component-unquoted',
    'input',
    (text) => lists(text).some((list) => /^\s*[@a-z]/.test(list) && !list.includes('"')),
    'The covered components stand without quotes.',
    'RFC 9421 2.3: each component is a quoted string: ("@method" "@path").',
  ],
  [
    'components-joined',
    'input',
    (text) => lists(text).some((list) => /\S\s+\S/.test(/^\s*"([^"]*)"/.exec(list)?.[1] ?? '')),
    'Several covered components stand in one pair of quotes.',
    'RFC 9421 2.3: each component is a string of its own: ("@authority" "@path").',
  ],
  [
    'component-commas',
    'input',
    fits(/"\s*,\s*"/),
    'The covered components are separated by commas.',
    'RFC 9651 3.1.1: the items of an inner list are separated by spaces.',
  ],
  [
    'created-not-integer',
    'input',
    fits(/;\s*(?:created|expires)=(?:"|\d+\.\d|\d{4}-)/),
    'created or expires is no integer.',
    'RFC 9421 2.3: write whole seconds since 1970 without quotes.',
  ],
  [
    'parameter-unquoted',
    'input',
    fits(/;\s*(?:keyid|alg|nonce|tag)=[^"\s]/),
    'keyid, alg, nonce or tag stands without quotes.',
    'RFC 9421 2.3: these are strings: keyid="…".',
  ],
  [
    'signature-without-colons',
    'signature',
    // Behind a label only: base64 ends in "==".
    fits(/(?:^|,)\s*[a-z*][\w.*-]*=\s*[^:\s]/),
    'The signature does not stand between colons.',
    'RFC 9651 3.3.5: a byte sequence is base64 between colons: sig1=:…:',
  ],
  [
    'signature-quoted',
    'signature',
    // Behind a label only: a parameter of the signature may well be a text.
    fits(/(?:^|,)\s*[a-z*][\w.*-]*=:?\s*(?:b?'|")/),
    'The signature stands in quotes, or is the text that Python prints for bytes.',
    'RFC 9651 3.3.5: a byte sequence is base64 between colons: sig1=:…: In Python: base64.b64encode(signature).decode().',
  ],
  [
    'signature-form',
    'signature',
    inSequence(/%(?:25)?[0-9A-Fa-f]{2}/),
    'The signature is percent-encoded.',
    'RFC 9651 3.3.5: base64 as it is, between colons; a field is no URL.',
  ],
  [
    'signature-unpadded',
    'signature',
    // Without "=" where the length asks for it.
    inSequence(/^(?:[A-Za-z0-9+/]{4})*[A-Za-z0-9+/]{2,3}$/),
    'The signature is base64 without its padding.',
    'RFC 9651 3.3.5: write the "=" at the end; Node\'s "base64url" and Go\'s RawStdEncoding leave it out.',
  ],
  [
    'signature-base64url',
    'signature',
    inSequence(/[-_]/),
    'The signature is URL-safe base64.',
    'RFC 9651 3.3.5: use standard base64 ("+" and "/") with padding.',
  ],
]

/** The forms of the two fields that a verifier must refuse. */
export function forbidden(input: string, signature: string): readonly Finding[] {
  return FORBIDDEN.filter(([, field, is]) => is(field === 'input' ? input : signature)).map(
    ([id, field, , cause, fix]) =>
      proven(id, cause, `${field === 'input' ? 'Signature-Input' : 'Signature'} has this form.`, fix),
  )
}

/** A field with other white space than its serialisation has; one in any other form cannot be read. */
export const spelt = (input: string, params: string): readonly Finding[] =>
  input.includes(params)
    ? []
    : [
        possible(
          'signature-input-spelt',
          'Signature-Input is spelt in another way than its parameters are signed: with white space, or numbers and texts in another form.',
          `What is signed is ${params.slice(0, 200)}`,
          'Send the very text that is signed (RFC 9421 2.3, serialised as RFC 9651 4.1 does): a verifier that takes the field as it arrives has another base. A gateway must not write it anew.',
        ),
      ]
