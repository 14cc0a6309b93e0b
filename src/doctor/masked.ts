import type { HttpRequest } from '../message/message.js'
import type { Unread } from './capture.js'
import type { Finding } from './diagnosis.js'

// What people and loggers put in place of a value that they do not show.
const MASKED =
  /^(?:[\w-]{1,40} )?(?:[*\u2022\u25cf\u2026#]{3,}|\.{3,}|x{6,}|[<[({]{0,2}(?:redacted|hidden|masked|filtered|removed|omitted|secret|sensitive)[>\])}]{0,2}|[*]{2,}\w{0,8}[*]{2,}|\w{1,12}(?:\*{3,}|\.{3}|\u2026)\w{0,12})$/i
// What is found of the form of a value.
const OF_FORM =
  /^(?:signature-(?:form|length|zero|unreadable)|time-form|nonce-form|key-form|auth-malformed|digest-form|passphrase-(?:plain|other))$/

/** The fields and parameters whose values are masked. */
export function maskedIn({ fields, target }: HttpRequest): readonly string[] {
  const query = target.indexOf('?')
  const pairs = query === -1 ? [] : target.slice(query + 1).split('&')
  return [
    ...fields.filter((_, at) => at % 2 === 0 && MASKED.test((fields[at + 1] as string).trim())),
    ...pairs.flatMap((pair) => {
      const at = pair.indexOf('=')
      return at > 0 && MASKED.test(pair.slice(at + 1)) ? [pair.slice(0, at)] : []
    }),
  ].slice(0, MOST)
}

const MOST = 16

/** Without what is said of the form of masked values, which are not those that were sent. */
export const withoutForms = (findings: readonly Finding[], masked: readonly string[]): readonly Finding[] =>
  masked.length === 0 ? findings : findings.filter(({ id }) => !OF_FORM.test(id))

export const unreadOf = (masked: readonly string[]): readonly Unread[] =>
  masked.map((name) => ({ part: name.slice(0, 64), problem: 'its value is masked, so that nothing is known of it' }))
