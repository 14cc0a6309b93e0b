import type { Draft } from '../../exchange/spec/draft.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import { READ_TIME } from '../../exchange/verifier/read-texts.js'
import type { Finding } from '../diagnosis.js'
import { proven } from '../finding.js'

const UNITS: Readonly<Record<string, string>> = {
  ms: 'milliseconds since 1970, 13 digits',
  s: 'seconds since 1970, 10 digits',
  'ms or s': 'milliseconds or seconds since 1970',
  'decimal s': 'seconds since 1970, with a fraction',
  iso: 'ISO 8601 in UTC with milliseconds, as 2023-11-14T22:13:20.123Z',
  utc: 'UTC as 2023-11-14T22:13:20',
}

/** The form of the time, and how far it lies from the moment the request was judged at. */
export function timeFindings(spec: ExchangeSpec, draft: Draft, nowMs: number | undefined): readonly Finding[] {
  const { time } = spec
  if (time === undefined || draft.time === '') return []
  const stated = READ_TIME[time.unit](draft.time)
  if (stated === undefined)
    return [
      proven(
        'time-form',
        `The time is not in the form that ${spec.name} takes (${UNITS[time.unit]}).`,
        // Another text than a time may be anything, also a secret that was put into the wrong field.
        `It has ${draft.time.length} characters${/^[\dTZ:.+ -]{1,40}$/.test(draft.time) ? `: "${draft.time}"` : ', and they are no time'}.`,
        `Send the time as ${UNITS[time.unit]}.`,
      ),
    ]
  return nowMs === undefined ? [] : ageFindings(spec, stated - (time.lifeMs ?? 0), nowMs, Number(draft.window) || 0)
}

function ageFindings(spec: ExchangeSpec, stated: number, nowMs: number, window: number): readonly Finding[] {
  const away = stated - nowMs
  // Binance and Bybit refuse what is a second ahead; most others take half a minute.
  const [past, future] =
    spec.window === undefined ? [30_000, 30_000] : [window || Number(spec.window.default) || 5_000, 1_000]
  if (away > future)
    return [
      proven(
        'clock-ahead',
        `The clock of the sender is ${away} ms ahead.`,
        `The request states a time ${away} ms after the moment it was judged at; ${future} ms are allowed.`,
        'Synchronise the clock (NTP), or correct it with the time endpoint (serverClock). A wider window does not help.',
      ),
    ]
  if (-away > past)
    return [
      proven(
        'time-expired',
        `The request is ${-away} ms old.`,
        `It was judged ${-away} ms after the time it states; ${past} ms are allowed.`,
        'Take the time right before sending, behind every queue, and synchronise the clock.',
      ),
    ]
  return []
}
