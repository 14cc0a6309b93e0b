import type { Draft } from '../../exchange/spec/draft.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import type { HttpRequest } from '../../message/message.js'
import type { Finding } from '../diagnosis.js'
import { likely, proven } from '../finding.js'
import type { Search } from '../hunt.js'
import { contentTypeFindings } from './content-type.js'
import { sentValue } from './fields.js'
import { plainPassphrase } from './passphrase.js'
import { placedFindings } from './placed.js'
import type { Reading } from './reading.js'
import { timeFindings } from './time.js'
import { tokenFindings } from './token.js'
import type { Way } from './way.js'

/** Headers that are missing, or have quotes around them. */
function headerFindings(spec: ExchangeSpec, { fields }: HttpRequest): readonly Finding[] {
  const out: Finding[] = []
  for (const [name, value] of spec.headers ?? []) {
    const text = sentValue(fields, name)
    // A constant is of no account, but at KuCoin it says how the passphrase is to be read.
    // A window may be left out, as a nonce may where a request has none unless a variant makes it.
    const isFree = value === 'window' || (value === 'nonce' && spec.nonce === undefined)
    const asked = typeof value === 'string' && (!value.startsWith('=') || spec.id === 'kucoin') && !isFree
    if (text === undefined && asked)
      out.push(
        proven(
          'header-missing',
          `The header ${name} is missing.`,
          `The request has ${fields.length / 2} headers, and none is ${name}.`,
          `Send ${name}${value === 'passphrase' ? ': the passphrase that was chosen when the API key was made' : ''}.`,
        ),
      )
    if (text !== undefined && /^["']|["']$/.test(text))
      out.push(
        proven(
          'header-quoted',
          `The value of ${name} has quotes around it.`,
          `${name} starts or ends with a quote.`,
          'Take the quotes out of the .env file or template.',
        ),
      )
  }
  return out
}

/** Parameters that are missing from query and body. */
function parameterFindings({ place }: ExchangeSpec, draft: Draft): readonly Finding[] {
  const absent = (name: string, fix: string): Finding =>
    proven('parameter-missing', `The parameter ${name} is missing.`, `Neither query nor body has ${name}.`, fix)
  const out: Finding[] = []
  for (const [name, value] of place?.list ?? [])
    if (typeof value === 'string' && !value.startsWith('=') && value !== 'window' && draft[value as 'key'] === '')
      out.push(absent(name, `Add ${name} before signing.`))
  if (place?.sign !== undefined && draft.sign === '')
    out.push(absent(place.sign, 'Put the signature behind all other parameters.'))
  return out
}

/** What can be seen without a key. */
export function readingFindings(
  way: Way,
  request: HttpRequest,
  { draft, problem }: Reading,
  nowMs: number | undefined,
  search: Search,
): readonly Finding[] {
  const { spec } = way
  const out = [
    ...tokenFindings(way, draft, search),
    ...placedFindings(spec, request),
    ...headerFindings(spec, request),
    ...parameterFindings(spec, draft),
    ...timeFindings(spec, draft, nowMs),
    ...plainPassphrase(spec, draft),
    ...contentTypeFindings(spec, request),
  ]
  if (problem === undefined || out.length > 0 || problem.code === 'AUTH_MISSING') return out
  const id = problem.code.toLowerCase().replaceAll('_', '-')
  return [
    likely(id, `The request is not in the form that ${spec.name} takes.`, problem.message, `Follow ${spec.docs}.`),
  ]
}
