import type { TextMistake } from '../../scheme/mistakes.js'

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
      [text.replaceAll(', ', ',')],
      [text.replace(/,(?! )/g, ', ')],
      [text.replaceAll('; ', ';')],
      [text.replace(/;(?! )/g, '; ')],
    ],
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
  ...FIELD,
]

const rewritten = (...values: readonly string[]): readonly TextMistake[] => [
  {
    id: 'other',
    rank: 1,
    cause: 'Another value of $ was signed than was sent: a proxy or the HTTP client wrote its own.',
    fix: 'Do not cover fields that proxies and HTTP clients rewrite, or set them yourself and keep proxies from it.',
    apply: () => values.map((one) => [one, one] as const),
  },
  ...FIELD,
]

const DRIFT_S = 30

/** Fields that are often rewritten on the way, with what clients and proxies write into them. */
export const REWRITTEN: Readonly<Record<string, readonly TextMistake[]>> = {
  accept: rewritten(
    '*/*',
    'application/json',
    'application/json, text/plain, */*',
    'application/activity+json',
    'application/ld+json',
    'application/ld+json; profile="https://www.w3.org/ns/activitystreams"',
    'application/activity+json, application/ld+json',
  ),
  'accept-encoding': rewritten('gzip, deflate, br', 'gzip, deflate', 'gzip', 'br, gzip, deflate', 'identity', '*'),
  connection: rewritten('keep-alive', 'close'),
  date: [
    {
      id: 'other',
      rank: 2,
      cause: 'Another date was signed than was sent: the clock was read twice.',
      fix: 'Make the text of the date once, and use it for signing and for sending.',
      *apply(text) {
        const ms = Date.parse(text)
        if (Number.isNaN(ms)) return
        for (let away = 1; away <= DRIFT_S; away++)
          for (const other of [-away, away]) yield [new Date(ms + other * 1_000).toUTCString(), `${other} s`]
        yield [new Date(ms).toISOString(), 'as ISO 8601']
      },
    },
    ...FIELD,
  ],
}
