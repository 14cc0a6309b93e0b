import { VERDICT_STATUS, type VerdictCode } from '../errors.js'
import type { ClockSpec, TokenSpec } from '../exchange/spec/spec.js'
import { select } from '../support/selector.js'
import type { Permission } from './accounts.js'
import type { ExchangeAnswers, Part, TimeRule } from './answers.js'
import type { Facts, Refusal, Said } from './refusal.js'

/** The answer for the narrower of two reasons at an exchange that has one answer for both. */
const WIDER: Readonly<Partial<Record<VerdictCode, VerdictCode>>> = {
  TIMESTAMP_EXPIRED: 'SIGNATURE_INVALID',
  TIMESTAMP_FUTURE: 'TIMESTAMP_EXPIRED',
  TIMESTAMP_MALFORMED: 'TIMESTAMP_EXPIRED',
  NONCE_MALFORMED: 'REPLAY',
  REPLAY: 'SIGNATURE_INVALID',
  SIGNATURE_MALFORMED: 'SIGNATURE_INVALID',
  DIGEST_MISMATCH: 'SIGNATURE_INVALID',
  AUTH_DUPLICATE: 'AUTH_MALFORMED',
  AUTH_MALFORMED: 'AUTH_MISSING',
  AUTH_MISSING: 'SIGNATURE_INVALID',
  PASSPHRASE_INVALID: 'KEY_UNKNOWN',
  KEY_DISABLED: 'KEY_UNKNOWN',
  KEY_REVOKED: 'KEY_UNKNOWN',
  KEY_EXPIRED: 'KEY_UNKNOWN',
  KEY_NOT_YET_VALID: 'KEY_UNKNOWN',
  KEY_UNKNOWN: 'SIGNATURE_INVALID',
  IP_UNDETERMINED: 'IP_DENIED',
  IP_DENIED: 'SCOPE_DENIED',
  SCOPE_DENIED: 'SIGNATURE_INVALID',
}

/**
 * An exchange's refusal for a reason. Where nothing is known of it, or the reason is the mock's own (a body too large): the status
 * a server of this package would answer with, and `{ error, message }` with the verdict code.
 */
export function refusalFor({ refusals = {}, missing = {} }: ExchangeAnswers, code: VerdictCode, part?: Part): Refusal {
  const own = part === undefined ? undefined : missing[part]
  if (own !== undefined) return own
  for (let one: VerdictCode | undefined = code; one !== undefined; one = WIDER[one]) {
    const found = refusals[one]
    if (found !== undefined) return found
  }
  return [
    VERDICT_STATUS[code],
    ({ name }) => ({ error: code, message: name === '' ? 'request refused' : `${name} is missing` }),
  ]
}

/** The body of an answer. */
export const bodyOf = (said: Said, facts: Facts): unknown => (typeof said === 'function' ? said(facts) : said)

/** The time rule of an exchange of which nothing else is known. */
export const TIME_RULE: Required<TimeRule> = { pastMs: 30_000, futureMs: 1_000 }

const NEEDS: NonNullable<ExchangeAnswers['needs']> = [
  [/^(?:GET|HEAD) /, 'read'],
  [/withdraw|transfer/i, 'withdraw'],
  [/./, 'trade'],
]

/** What a request needs of its key: reading, trading, or moving funds. */
export const needOf = ({ needs = [] }: ExchangeAnswers, what: string): Permission | undefined =>
  [...needs, ...NEEDS].find(([pattern]) => pattern.test(what))?.[1]

/** JSON with one value, at the place of a selector. */
const answerWith = (selector: string, value: unknown): unknown =>
  selector === ''
    ? value
    : selector
        .split('.')
        .reduceRight<unknown>((inner, name) => (/^\d+$/.test(name) ? [inner] : { [name]: inner }), value)

const WRITTEN = {
  ms: (nowMs: number) => nowMs,
  s: (nowMs: number) => nowMs / 1000,
  iso: (nowMs: number) => new Date(nowMs).toISOString(),
} as const

/** An answer in which an exchange's clock finds this time. */
export const timeAnswer = ({ time = 'time', unit = 'ms' }: ClockSpec, nowMs: number): unknown =>
  answerWith(time, WRITTEN[unit](nowMs))

/** An answer in which an exchange's login finds this token: its own, unless a variant wants another. */
export const tokenAnswer = ({ token: selector }: TokenSpec, token: string, own: unknown): unknown =>
  select(own, selector) === token ? own : answerWith(selector, token)
