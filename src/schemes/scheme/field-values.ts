import { FIELD } from './field-mistakes.js'
import type { TextMistake } from './mistakes.js'

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

// What each version of Azure Storage brought is signed with its date.
const AZURE_VERSIONS = [
  ...['2015-02-21', '2015-04-05', '2015-12-11', '2016-05-31', '2017-04-17', '2017-07-29', '2017-11-09', '2018-03-28'],
  ...['2018-11-09', '2019-02-02', '2019-07-07', '2019-10-10', '2019-12-12', '2020-02-10', '2020-04-08', '2020-06-12'],
  ...['2020-08-04', '2020-10-02', '2020-12-06', '2021-02-12', '2021-04-10', '2021-06-08', '2021-08-06', '2021-10-04'],
  ...['2021-12-02', '2022-11-02', '2023-01-03', '2023-05-03', '2023-08-03', '2023-11-03', '2024-05-04', '2024-08-04'],
  ...['2024-11-04', '2025-01-05', '2025-05-05', '2025-07-05', '2025-11-05'],
]

const LENGTHS = 4_096

/** The same of fields that the older schemes sign, and RFC 9421 hardly ever. */
const OLDER: Readonly<Record<string, readonly TextMistake[]>> = {
  ...REWRITTEN,
  'x-ms-version': rewritten(...AZURE_VERSIONS),
  'transfer-encoding': rewritten('chunked', ''),
  expect: rewritten('100-continue', ''),
  'cache-control': rewritten('no-cache', 'max-age=0', 'no-store'),
  'accept-language': rewritten('*', 'en', 'en-US', 'en-US,en;q=0.9'),
  'content-length': [
    {
      id: 'other',
      rank: 1,
      alone: true,
      cause:
        'Another Content-Length was signed than was sent: the body was changed or replaced after signing, or counted in characters.',
      fix: 'Sign the length in bytes of the body that is sent, or leave Content-Length out of what is signed.',
      *apply() {
        for (let length = 0; length < LENGTHS; length++) yield [String(length), String(length)]
      },
    },
    ...FIELD,
  ],
}

/** What goes wrong with the value of one field, by its name in lower case. */
export const fieldValueMistakes = (name: string): readonly TextMistake[] =>
  Object.hasOwn(OLDER, name) ? (OLDER[name] ?? FIELD) : FIELD
