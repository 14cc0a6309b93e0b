import type { TextMistake } from './mistakes.js'

/** What goes wrong with the value of a field. `$` is its name. */
export const FIELD: readonly TextMistake[] = [
  {
    id: 'case',
    rank: 2,
    cause: 'The value of $ was signed in another case.',
    fix: 'Sign values as they are sent; only names are lower case.',
    apply: (text) => [[text.toLowerCase()]],
  },
  {
    id: 'spaces',
    rank: 2,
    cause: 'The value of $ was signed with other white space.',
    fix: 'RFC 9421 2.1: white space around a value is removed, lines are joined with ", ".',
    apply: (text) => [
      [` ${text}`],
      [`${text} `],
      [`${text}\n`, 'with a line break behind it'],
      [`${text}\r\n`, 'with CR LF behind it'],
      [text.replaceAll(', ', ',')],
      [text.replace(/,(?! )/g, ', ')],
      [text.replaceAll('; ', ';')],
      [text.replace(/;(?! )/g, '; ')],
      [text.replace(/\s+/g, ' ')],
    ],
  },
  {
    id: 'list',
    rank: 2,
    cause: 'One value of $ was signed, and more than one has arrived: the field was added on the way, or set twice.',
    fix: 'Set the field once, before signing; a proxy must not add to a covered field.',
    apply: (text) => {
      const all = text.split(/,\s*/)
      return all.length === 1 || all.length > 16
        ? []
        : [
            [all[0] as string, 'the first alone'],
            [all.at(-1) as string, 'the last alone'],
            [all.slice(0, -1).join(', '), 'all but the last'],
            [all.slice(1).join(', '), 'all but the first'],
          ]
    },
  },
  {
    id: 'left-empty',
    rank: 2,
    cause: 'The value of $ was signed as the empty text: the field was not there yet.',
    fix: 'Set every covered field before signing.',
    apply: (text) => [
      [''],
      [text === 'undefined' ? '' : 'undefined', 'the text "undefined"'],
      ['null', 'the text "null"'],
    ],
  },
]

/** The same of Content-Type. */
export const CONTENT_TYPE: readonly TextMistake[] = [
  {
    id: 'parameters',
    rank: 1,
    cause: 'The content type was signed without the parameters (charset) that were sent, or the other way round.',
    fix: 'Set Content-Type yourself before signing; HTTP clients add "; charset=utf-8".',
    apply: (text) => [
      [text.replace(/;.*$/s, '')],
      ...['utf-8', 'UTF-8'].flatMap((one) => [
        [`${text.replace(/;.*$/s, '')}; charset=${one}`] as const,
        [`${text.replace(/;.*$/s, '')};charset=${one}`] as const,
      ]),
    ],
  },
  {
    id: 'other',
    rank: 2,
    cause: 'Another content type was signed than was sent: the HTTP client set its own.',
    fix: 'Set Content-Type before signing and send that.',
    apply: () =>
      [
        'application/json',
        'text/plain;charset=UTF-8',
        'application/x-www-form-urlencoded',
        'application/x-www-form-urlencoded;charset=UTF-8',
        'text/plain',
        'application/octet-stream',
      ].map((one) => [one, one] as const),
  },
  {
    id: 'plus',
    rank: 2,
    cause: 'The "+" of the content type was signed as a space, or percent-encoded: it went through a URL undecoded.',
    fix: 'Encode a content type that stands in a URL: image%2Fsvg%2Bxml. Sign the value of the header as it is sent.',
    apply: (text) => [[text.replaceAll('+', ' ')], [text.replaceAll('+', '%2B')], [encodeURIComponent(text)]],
  },
  ...FIELD,
]
