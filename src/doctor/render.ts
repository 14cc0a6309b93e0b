import { mustBe } from '../errors.js'
import type { DiagnosedLine, Diagnosis } from './diagnosis.js'

const MARKS: Readonly<Record<string, string>> = { '\t': '→', '\r': '␍', '\n': '␊', '\ufeff': '␂', '\u00a0': '⍽' }
const visible = (text: string): string =>
  text.replace(/[\t\r\n\ufeff\u00a0]/g, (one) => MARKS[one] as string).replace(/ /g, '·')

function lines({ kind, expected = '', signed = '', marks }: DiagnosedLine): readonly string[] {
  if (kind === 'same') return [`    ${expected}`]
  if (kind === 'missing') return [`  - ${visible(expected)}`]
  if (kind === 'extra') return [`  + ${visible(signed)}`]
  const under = (range: readonly [number, number] | undefined): string =>
    range === undefined ? '' : `    ${' '.repeat(range[0])}${'^'.repeat(Math.max(1, range[1] - range[0]))}`
  return [`  - ${visible(expected)}`, under(marks?.[0]), `  + ${visible(signed)}`, under(marks?.[1])]
}

const VERDICTS: Readonly<Record<Diagnosis['signature'], string>> = {
  fits: 'The signature fits the request and the key, but the request is refused for what is found below.',
  explained: 'The signature does not fit the request; what is found below explains it.',
  unexplained: 'The signature does not fit the request, and no mistake that is known leads to it.',
  untested: 'The signature was not tested: that takes its key, a signature that can be read, and all that is signed.',
}

/**
 * A diagnosis as plain text for a terminal: findings first, then the text to sign. `-` is what is verified, `+` what was signed.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no diagnosis, such as the promise of one.
 * @example
 * ```ts
 * import { diagnose, renderDiagnosis } from 'countersign/doctor'
 *
 * declare const pasted: string
 * console.log(renderDiagnosis(await diagnose(pasted, { secret: 'the secret' })))
 * ```
 */
export function renderDiagnosis(diagnosis: Diagnosis): string {
  mustBe(
    Array.isArray((diagnosis as Diagnosis | undefined)?.findings),
    'diagnosis',
    'what diagnose() found',
    diagnosis,
    'ARGUMENT_INVALID',
    'renderDiagnosis: ',
  )
  const { scheme, verified, signature, findings, base, tried, unread } = diagnosis
  const out: string[] = [
    `Scheme: ${scheme ?? 'none found'}`,
    verified ? 'The signature fits the request and the key.' : VERDICTS[signature],
  ]
  for (const [at, { certainty, cause, evidence, fix }] of findings.entries())
    out.push('', `${at + 1}. ${cause} (${certainty})`, `   Evidence: ${evidence}`, `   Fix: ${fix}`)
  if (base.length > 0) out.push('', 'Text to sign:', ...base.flatMap(lines))
  if (unread.length > 0) out.push('', 'Not read:', ...unread.map(({ part, problem }) => `  ${part}: ${problem}`))
  out.push('', `${tried} ${tried === 1 ? 'hypothesis' : 'hypotheses'} tested.`)
  return out.join('\n')
}
