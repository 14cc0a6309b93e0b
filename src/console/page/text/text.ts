import type { TextKey, Texts } from './en.js'

const LANGUAGES = ['en', 'de', 'ja', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

const TABLES: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => (await import('./en.js')).en,
  de: async () => (await import('./de.js')).de,
  ja: async () => (await import('./ja.js')).ja,
  zh: async () => (await import('./zh.js')).zh,
}

/** The first of the wished languages that there is a table for. */
export const languageOf = (wished: readonly string[]): Language =>
  wished
    .map((one) => one.toLowerCase().split('-')[0])
    .flatMap((one) => LANGUAGES.find((known) => known === one) ?? [])[0] ?? 'en'

/** The texts of one language, and how it writes numbers and times. */
export interface Say {
  readonly language: Language
  /** The text of that name with `{places}` filled in. What is filled in is text, never markup. */
  (key: TextKey, places?: Readonly<Record<string, string | number>>): string
  number(value: number): string
  /** `12 Nov 2026, 14:03` */
  moment(ms: number): string
  day(ms: number): string
  /** `3 days`, the largest unit that fits, to the nearest: a life of 90 days is 90 days a second later, too. */
  span(ms: number): string
  /** `3 days ago`, `in 2 hours` */
  from(ms: number, nowMs: number): string
  /** `1:02:03` for a countdown below a day. */
  countdown(ms: number): string
}

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const
const unitOf = (ms: number): readonly [unit: (typeof UNITS)[number][0], length: number] =>
  UNITS.find(([, length]) => ms >= length) ?? ['second', 1_000]

/** @param formats how numbers and times are written, such as `en-GB`; a tag of that language, or it is not used */
export async function sayIn(language: Language, own: Partial<Texts> = {}, formats: string = language): Promise<Say> {
  const table: Texts = { ...(await TABLES[language]()), ...own }
  const locale = languageOf([formats]) === language ? formats : language
  const numbers = new Intl.NumberFormat(locale)
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const days = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const say = (key: TextKey, places: Readonly<Record<string, string | number>> = {}): string =>
    table[key].replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = places[name]
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value
    })
  const span = (ms: number): string => {
    const [unit, length] = unitOf(ms)
    return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(
      Math.max(0, Math.round(ms / length)),
    )
  }
  return Object.assign(say, {
    language,
    number: (value: number) => numbers.format(value),
    moment: (ms: number) => moments.format(ms),
    day: (ms: number) => days.format(ms),
    span,
    from: (ms: number, nowMs: number) => {
      const [unit, length] = unitOf(Math.abs(ms - nowMs))
      return relative.format((ms > nowMs ? Math.round : Math.trunc)((ms - nowMs) / length), unit)
    },
    countdown: (ms: number) => {
      if (ms >= 86_400_000) return span(ms)
      const seconds = Math.max(0, Math.ceil(ms / 1_000))
      const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
      return `${h}:${String(m).padStart(2, '0')}:${String(s).padStart(2, '0')}`
    },
  })
}
