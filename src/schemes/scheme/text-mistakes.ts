import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import { base64Of } from './base-text.js'
import type { TextMistake } from './mistakes.js'
import { withoutBlanks } from './text-ends.js'

/** What goes wrong with any text on its way. `$` is the name of the part. */
export const TEXT_MISTAKES: readonly TextMistake[] = [
  {
    id: 'left-out',
    rank: 1,
    cause: 'The $ was not signed at all.',
    fix: 'Sign the $ as well, as it is sent.',
    apply: (text) => (text === '' ? [] : [['']]),
  },
  {
    id: 'line-break',
    rank: 1,
    cause: 'The signed $ has a line break at its end (or has none where the one that was sent has it).',
    fix: 'An editor, echo or a template adds a line break: sign and send the same bytes (printf "%s", curl --data-binary).',
    apply: (text) => [[`${text}\n`], [`${text}\r\n`], [text.replace(/\r?\n$/, '')], [withoutBlanks(text)]],
  },
  {
    id: 'line-endings',
    rank: 1,
    cause: 'The signed $ has other line endings (LF or CRLF) than the one that was sent.',
    fix: 'Read the file as bytes on both sides, and turn off conversion of line endings (git autocrlf).',
    apply: (text) => {
      const crlf = text.replace(/\r?\n/g, '\r\n')
      // Its last line break may have been taken for that of the paste.
      return [[text.replace(/\r\n/g, '\n')], [crlf], ...(crlf === text ? [] : [[`${crlf}\r\n`] as const])]
    },
  },
  {
    id: 'line-endings',
    rank: 2,
    cause: 'The signed $ has other line endings (LF or CRLF) than the one that was sent.',
    fix: 'Read the file as bytes on both sides, and turn off conversion of line endings (git autocrlf).',
    apply: (text) => [[text.replace(/\r?\n\s*/g, '')]],
  },
  {
    id: 'byte-order-mark',
    rank: 2,
    cause: 'A byte order mark stands before the $ on one side.',
    fix: 'Write UTF-8 without a byte order mark (.NET: new UTF8Encoding(false)).',
    apply: (text) => [[text.startsWith('\ufeff') ? text.slice(1) : `\ufeff${text}`]],
  },
  {
    id: 'charset',
    rank: 2,
    cause: 'The $ was encoded in another charset on one side (Latin-1 read as UTF-8, or the other way round).',
    fix: 'Encode the text as UTF-8 once and sign those bytes.',
    apply: charset,
  },
  {
    id: 'base64',
    rank: 2,
    cause: 'The $ was signed before it was put into base64, or after it (a function gateway hands bodies over so).',
    fix: 'Sign and verify the same text: where isBase64Encoded is set, decode the body first.',
    *apply(text) {
      if (text.length > 8 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
        const decoded = utf8Decode(base64Decode(text) ?? new Uint8Array(0))
        if (decoded) yield [decoded]
      }
      yield [base64Of(text)]
    },
  },
  {
    id: 'quoted',
    rank: 3,
    cause: 'The signed $ has quotes around it, or lost those that were sent.',
    fix: 'Sign the $ as it is sent.',
    apply: (text) => [
      [`b'${text}'`, "as Python shows bytes: b'…'"],
      [`"${text}"`],
      [text.replace(/^(["'])(.*)\1$/s, '$2')],
    ],
  },
]

// Windows-1252 is what most programs mean by Latin-1; the difference is in no text that people sign.
function* charset(text: string): Iterable<readonly [string, string]> {
  if (!/[\u0080-\uffff]/.test(text)) return
  const bytes = new TextEncoder().encode(text)
  yield [Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''), 'UTF-8 taken for Latin-1, and encoded again']
  if (/^[\0-\xff]*$/.test(text)) {
    const read = new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0)))
    yield [read, 'Latin-1 taken for UTF-8']
  }
  yield [text.replace(/[\u0080-\uffff]/g, '?'), 'other characters than ASCII replaced by "?"']
  yield [text.normalize('NFC'), 'Unicode normalised (NFC)']
  yield [text.normalize('NFD'), 'Unicode normalised (NFD)']
}
