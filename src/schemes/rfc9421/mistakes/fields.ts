import { FIELD } from '../../scheme/field-mistakes.js'
import type { TextMistake } from '../../scheme/mistakes.js'

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
