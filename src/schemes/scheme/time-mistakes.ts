import type { TextMistake } from './mistakes.js'

/** A time in any of the forms that exchanges take, in milliseconds; `undefined` for other text. */
export function millisecondsOf(text: string): number | undefined {
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000)
  if (/^\d{13}$/.test(text)) return Number(text)
  if (/^\d{16}$/.test(text)) return Math.floor(Number(text) / 1000)
  if (/^\d{19}$/.test(text)) return Math.floor(Number(text) / 1e6)
  if (/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} /.test(text)) {
    const ms = Date.parse(text)
    return Number.isNaN(ms) ? undefined : ms
  }
  const date = /^\d{4}-\d\d-\d\dT/.test(text)
    ? Date.parse(/Z|[+-]\d\d:?\d\d$/.test(text) ? text : `${text}Z`)
    : Number.NaN
  return Number.isNaN(date) ? undefined : date
}

const FORMS: ReadonlyArray<readonly [name: string, write: (ms: number) => string]> = [
  ['milliseconds', String],
  ['seconds', (ms) => String(Math.floor(ms / 1000))],
  ['seconds, rounded', (ms) => String(Math.round(ms / 1000))],
  ['seconds with a fraction', (ms) => String(ms / 1000)],
  ['seconds as a float', (ms) => `${Math.floor(ms / 1000)}.0`],
  ['milliseconds as a float', (ms) => `${ms}.0`],
  ['microseconds', (ms) => `${ms}000`],
  ['nanoseconds', (ms) => `${ms}000000`],
  ['ISO 8601 with milliseconds', (ms) => new Date(ms).toISOString()],
  ['ISO 8601 without milliseconds', (ms) => `${new Date(ms).toISOString().slice(0, 19)}Z`],
  ['ISO 8601 with microseconds', (ms) => new Date(ms).toISOString().replace('Z', '000Z')],
  ['ISO 8601 without "Z"', (ms) => new Date(ms).toISOString().slice(0, 23)],
  ['ISO 8601 without "Z" and milliseconds', (ms) => new Date(ms).toISOString().slice(0, 19)],
  ['ISO 8601 with +00:00', (ms) => new Date(ms).toISOString().replace('Z', '+00:00')],
  ['a date of HTTP', (ms) => new Date(ms).toUTCString()],
]

/** How far two readings of a clock in one program lie apart. */
const DRIFT_MS = 3_000
const DRIFT_S = 30

/** What goes wrong with the time. */
export const TIME_MISTAKES: readonly TextMistake[] = [
  {
    id: 'unit',
    rank: 1,
    cause: 'The time was signed in another form than it was sent in.',
    fix: 'Make the text of the time once, and use it for signing and for sending.',
    *apply(text) {
      const ms = millisecondsOf(text)
      if (ms !== undefined) for (const [name, write] of FORMS) yield [write(ms), `as ${name}`]
    },
  },
  {
    id: 'unit',
    rank: 2,
    alone: true,
    cause: 'The time was signed in milliseconds, and sent in whole seconds.',
    fix: 'Make the text of the time once, and use it for signing and for sending.',
    *apply(text) {
      const [, seconds, zone = ''] = /^(\d{10}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(Z?)$/.exec(text) ?? []
      if (seconds === undefined) return
      const dot = seconds.length === 10 ? '' : '.'
      // What the fraction was is in no part of the request.
      for (let part = 0; part < 1000; part++)
        yield [`${seconds}${dot}${String(part).padStart(3, '0')}${zone}`, 'as milliseconds']
    },
  },
  {
    id: 'zone',
    rank: 2,
    cause: 'The time was signed in the zone of the machine, and sent in UTC, or the other way round.',
    fix: 'Write times in UTC on both: toISOString(), datetime.now(timezone.utc), Instant.now().',
    *apply(text) {
      const ms = millisecondsOf(text)
      const written = ms === undefined ? undefined : FORMS.find(([, write]) => write(ms) === text)?.[1]
      if (ms === undefined || written === undefined) return
      for (let half = -24; half <= 28; half++)
        if (half !== 0) yield [written(ms + half * 1_800_000), `${half / 2} h away`]
    },
  },
  {
    id: 'left-out',
    rank: 1,
    cause: 'The time was not signed.',
    fix: 'Put the time into the text to sign, as it is sent.',
    apply: () => [['']],
  },
  {
    id: 'other',
    rank: 2,
    cause: 'Another time was signed than was sent: the clock was read twice.',
    fix: 'Read the clock once, keep the text, and use it for signing and for sending.',
    *apply(text) {
      const ms = millisecondsOf(text)
      const written = ms === undefined ? undefined : FORMS.find(([, write]) => write(ms) === text)?.[1]
      if (ms === undefined || written === undefined) return
      const inSeconds = written(ms + 1) === text
      const [step, unit, most] = inSeconds ? ([1000, 's', DRIFT_S] as const) : ([1, 'ms', DRIFT_MS] as const)
      for (let away = 1; away <= most; away++) {
        yield [written(ms - away * step), `${away} ${unit} earlier`]
        yield [written(ms + away * step), `${away} ${unit} later`]
      }
    },
  },
]
