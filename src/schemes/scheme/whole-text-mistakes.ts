import { hash, hashText } from '#backend/hash'
import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { base64Of, latin1, textOf, utf16 } from './base-text.js'
import type { Mistake } from './mistakes.js'

const NOTHING = new Uint8Array(0)

type Whole = readonly [
  id: string,
  rank: 1 | 2,
  cause: string,
  fix: string,
  texts: (base: Bytes) => ReadonlyArray<readonly [changed: Bytes | undefined, detail?: string]>,
]

const TABLE: readonly Whole[] = [
  [
    'line-break',
    1,
    'The text to sign ends in a line break that does not belong there, or lacks the one that does.',
    'Compare the end of the text: echo, heredocs and templates add a line break, trim() takes one away.',
    (base) => [
      [`${textOf(base)}\n`, 'one too many'],
      [`\n${textOf(base)}`, 'one before the first line'],
      [`${textOf(base)}\r\n`, 'CR LF too many'],
      [textOf(base).replace(/\n$/, ''), 'one missing'],
      [textOf(base).replace(/\n/g, '\r\n'), 'CR LF for LF'],
      [textOf(base).replace(/\n/g, '\\n'), 'the two characters "\\n" in place of line breaks'],
      [textOf(base).replace(/\n/g, ''), 'all missing'],
    ],
  ],
  [
    'space',
    2,
    'A space stands at the end or the start of the text to sign that does not belong there.',
    'Compare the end of the text: templates and joins add a space.',
    (base) => [
      [`${textOf(base)} `, 'at its end'],
      [` ${textOf(base)}`, 'at its start'],
    ],
  ],
  [
    'case',
    2,
    'The text to sign was written in one case before it was signed.',
    'Sign the text as it is.',
    (base) => [
      [textOf(base).toLowerCase(), 'in small letters'],
      [textOf(base).toUpperCase(), 'in capitals'],
    ],
  ],
  [
    'digits-case',
    1,
    'The text to sign has percent-encoding in the other case (%3a for %3A) than it is meant in.',
    "RFC 3986 2.1 writes upper-case digits; .NET's HttpUtility.UrlEncode does not: use Uri.EscapeDataString.",
    (base) => [
      [textOf(base).replace(/%[0-9A-F]{2}/gi, (one) => one.toLowerCase())],
      [textOf(base).replace(/%[0-9a-f]{2}/gi, (one) => one.toUpperCase())],
    ],
  ],
  [
    'encoded',
    2,
    'The text to sign was percent-encoded before it was signed.',
    'Sign the text as it is.',
    (base) => [[encodeURIComponent(textOf(base))], [encodeURI(textOf(base))]],
  ],
  [
    'base64',
    2,
    'The text to sign was put into base64 before it was signed.',
    'Sign the text as it is.',
    (base) => [[base64Of(base)]],
  ],
  [
    'not-base64',
    1,
    'The text was signed as it is, where the base64 of it is what is signed.',
    'Put the text into base64 first; that base64 is sent, and it is what is signed.',
    (base) => [[utf8Decode(base64Decode(textOf(base)) ?? NOTHING)]],
  ],
  [
    'hashed',
    2,
    'The text to sign was hashed before it was signed.',
    'Sign the text: HMAC and signature algorithms hash it themselves.',
    (base) =>
      (['sha256', 'sha512'] as const).flatMap((name) => [
        [hashText(name, base, 'hex'), `its ${name} in hexadecimal`] as const,
        [hashText(name, base, 'base64'), `its ${name} in base64`] as const,
        [hash(name, base), `the bytes of its ${name}`] as const,
      ]),
  ],
  [
    'charset',
    2,
    'The text to sign was encoded in Latin-1 before it was signed, and sent in UTF-8.',
    'Sign the bytes of the text in UTF-8: getBytes(StandardCharsets.UTF_8), encode("utf-8"), Encoding.UTF8.',
    (base) => [[latin1(textOf(base)) ?? base]],
  ],
  [
    'written',
    2,
    'The text to sign was written in another way than as its bytes in UTF-8.',
    'Sign the bytes of the text in UTF-8, without a mark or quotes.',
    (base) => [
      [`"${textOf(base)}"`, 'in quotes'],
      [JSON.stringify(textOf(base)), 'as a text of JSON'],
      [utf16(textOf(base)), 'as UTF-16'],
      [`\ufeff${textOf(base)}`, 'with a byte order mark'],
    ],
  ],
]

/** What is done to the text to sign as a whole. */
export const wholeTextMistakes = <S>(
  writes: (state: S, change: (base: Bytes) => Bytes) => S,
): ReadonlyArray<Mistake<S>> =>
  TABLE.map(([id, rank, cause, fix, texts]) => ({
    id: `text-${id}`,
    part: 'text to sign',
    rank,
    cause,
    fix,
    *apply(state) {
      // As many as there are, whatever the text: each is made when it is asked for.
      for (const [at, [, detail]] of texts('').entries()) {
        const changed = writes(state, (base) => texts(base)[at]?.[0] ?? base)
        yield detail === undefined ? [changed] : [changed, detail]
      }
    },
  }))
