import { select } from '../support/selector.js'

/** Where a server's JSON answer states its time. */
export interface AnswerTime {
  /** Names and positions joined by dots: `serverTime`, `data.0.ts`; '' where the answer is the time. */
  readonly time: string
  /** `s` are seconds with or without a fraction, `iso` is a date as text. Default `ms`. */
  readonly unit?: 'ms' | 's' | 'iso' | undefined
}

/** A number, also where it is written as text. */
const numberOf = (value: unknown): number | undefined =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value)) ? Number(value) : undefined

const READ = {
  ms: numberOf,
  s: (value: unknown) => {
    const seconds = numberOf(value)
    return seconds === undefined ? undefined : Math.round(seconds * 1000)
  },
  iso: (value: unknown) => (typeof value === 'string' ? Date.parse(value) : undefined),
} as const

/** The milliseconds since the epoch in an answer; `undefined` or no integer where it states none. */
export const answerTime = (answer: unknown, { time, unit = 'ms' }: AnswerTime): number | undefined =>
  READ[unit](select(answer, time))
