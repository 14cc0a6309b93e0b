import { utf8Decode } from '../../crypto/encoding.js'
import type { Draft } from '../../exchange/spec/draft.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import type { HttpRequest } from '../../message/message.js'
import type { Finding } from '../diagnosis.js'
import { likely, possible, proven } from '../finding.js'
import type { Search } from '../hunt.js'
import { contentTypeFindings } from './content-type.js'
import { sentValue } from './fields.js'
import { plainPassphrase } from './passphrase.js'
import { placedFindings } from './placed.js'
import type { Reading } from './reading.js'
import { timeFindings } from './time.js'
import { tokenFindings } from './token.js'
import type { Way } from './way.js'

// What says that a field is of authentication, in the names of all exchanges.
const AUTH = /^(?!content-|sec-).*(?:api-?key|access-?key|sign(?:ature)?$|payload|nonce|passphrase)/i

const KEY_FIELD = /^(?!sec-)[\w-]*(?:api|access)-?key$/i

/** The fields of another version of the API, where none of those is there that this one has. */
function otherVersion(spec: ExchangeSpec, { fields }: HttpRequest): Finding | undefined {
  const own = (spec.headers ?? []).filter(([, value]) => typeof value !== 'string' || !value.startsWith('='))
  const others = fields.filter((name, at) => at % 2 === 0 && AUTH.test(name))
  if (own.length < 2 || others.length < 2 || own.some(([name]) => sentValue(fields, name) !== undefined))
    return undefined
  return possible(
    'other-version',
    `The request has the fields of another API than the one of ${spec.name} that is known here.`,
    `It has ${others.slice(0, 4).join(', ')}, and none of ${own.map(([name]) => name).join(', ')}.`,
    `Compare the version in the path with that of the page that was followed; the one that is known here is ${spec.docs}.`,
  )
}

/** Headers that are missing, or have quotes around them. */
function headerFindings(spec: ExchangeSpec, request: HttpRequest): readonly Finding[] {
  const { fields } = request
  const other = otherVersion(spec, request)
  if (other !== undefined) return [other]
  const out: Finding[] = []
  for (const [name, value] of spec.headers ?? []) {
    const text = sentValue(fields, name)
    // A constant is of no account, but at KuCoin it says how the passphrase is to be read.
    // A window may be left out, as a nonce may where a request has none unless a variant makes it.
    const isFree = value === 'window' || (value === 'nonce' && spec.nonce === undefined)
    const asked = typeof value === 'string' && (!value.startsWith('=') || spec.id === 'kucoin') && !isFree
    const instead = value === 'key' ? fields.find((one, at) => at % 2 === 0 && KEY_FIELD.test(one)) : undefined
    if (text === undefined && asked)
      out.push(
        proven(
          'header-missing',
          instead === undefined
            ? `The header ${name} is missing.`
            : `The header ${name} is missing: the API key stands in ${instead}, which is that of another exchange or version.`,
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

const BODIES: ReadonlyArray<readonly [is: RegExp, id: string, what: string]> = [
  [/^\ufeff/, 'body-byte-order-mark', 'A byte order mark stands before the body'],
  [/^"[\s\S]*"$/, 'body-quoted', 'The body is a text in quotes, as a serialiser of JSON writes one'],
  [/^[A-Za-z0-9+/]{16,}={0,2}$/, 'body-base64', 'The body is in base64'],
]

/** A body in which no parameter can be found, whatever it holds. */
function otherBody({ name, place }: ExchangeSpec, { body }: Draft): readonly Finding[] | undefined {
  if (body === '' && place?.parts.includes('query') === false)
    return [
      proven(
        'body-missing',
        `The body is not there, in which ${name} takes the parameters.`,
        'The request has no body.',
        'Send the parameters in the body; a redirect, or a client for which the method has no body, drops them.',
      ),
    ]
  const found = BODIES.find(([is]) => is.test(body))
  return (
    found && [
      proven(
        found[1],
        `${found[2]}, so that ${name} finds no parameter in it.`,
        `It has ${body.length} characters, and its parameters cannot be read.`,
        'Send the characters of the body themselves, as they were signed.',
      ),
    ]
  )
}

// Exchanges that hold the nonce to their clock, with the digits that it has today.
const NONCE_TIMES: Readonly<Record<string, readonly [unit: string, digits: number]>> = {
  aster: ['microseconds', 16],
  hyperliquid: ['milliseconds', 13],
}
const UNITS: Readonly<Record<number, string>> = {
  10: 'seconds',
  13: 'milliseconds',
  16: 'microseconds',
  19: 'nanoseconds',
}

/** A nonce that is a time in another unit, or that counts and is no whole number. */
function nonceFindings({ id, nonce, name }: ExchangeSpec, draft: Draft): readonly Finding[] {
  if (nonce === undefined || draft.nonce === '') return []
  const [unit, digits] = NONCE_TIMES[id] ?? []
  const got = UNITS[draft.nonce.length]
  if (unit !== undefined && /^\d+$/.test(draft.nonce) && draft.nonce.length !== digits && got !== undefined)
    return [
      proven(
        'nonce-unit',
        `The nonce is a time in ${got}, where ${name} takes ${unit}.`,
        `It has ${draft.nonce.length} digits, and not ${digits}.`,
        `Write the time in ${unit} since 1970, larger with every request.`,
      ),
    ]
  if (nonce.pattern.test(draft.nonce)) return []
  if (!nonce.pattern.test('1700000000123') || !/^[\d.,eE+ -]{1,40}$/.test(draft.nonce)) return []
  return [
    proven(
      'nonce-form',
      `The nonce is no whole number, as ${name} takes it.`,
      `It is "${draft.nonce}".`,
      'Write it as whole digits, without a fraction, exponent, separator or space: str(int(time.time() * 1000)).',
    ),
  ]
}

const DAY_MS = 86_400_000

/** A nonce that counts seconds, where another program of the same key counts in a smaller unit. */
const coarseNonce = ({ nonce, name }: ExchangeSpec, draft: Draft, nowMs: number | undefined): readonly Finding[] =>
  nowMs !== undefined &&
  nonce?.pattern.test('1700000000123') === true &&
  /^\d{10}$/.test(draft.nonce) &&
  Math.abs(Number(draft.nonce) * 1000 - nowMs) < DAY_MS
    ? [
        possible(
          'nonce-unit',
          `The nonce counts seconds: a second request within one has the same, and it is smaller than any in milliseconds that ${name} has seen of this key.`,
          'It has 10 digits, and is the time of the request in seconds.',
          'Take milliseconds or microseconds, larger with every request of the key; where a smaller unit was used before, keep it or make a new key.',
        ),
      ]
    : []

// Of a method whose parameters are read from the query alone; BitMEX reads a body there as well.
const QUERY_METHODS = /^(?:GET|HEAD)$/

/** Parameters in the body of a GET, as `json=` and `data=` of Python and `data` of axios put them there. */
function bodyOfGet({ id, name }: ExchangeSpec, { method, body }: HttpRequest): readonly Finding[] {
  if (id === 'bitmex' || !QUERY_METHODS.test(method) || !(body instanceof Uint8Array)) return []
  const text = utf8Decode(body.subarray(0, 512)) ?? ''
  if (!/^\s*\{\s*"|^[\w.[\]-]{1,64}=/.test(text)) return []
  return [
    likely(
      'body-of-get',
      `The parameters of a ${method} stand in a body, where ${name} reads and signs those of the query.`,
      `The request is a ${method}, has a body of ${body.length} bytes, and ${name} reads none with this method.`,
      'Pass them as the query (params in requests, httpx and axios; http_build_query in PHP), and sign that very text; json and data make a body.',
    ),
  ]
}

// A number of JSON that its value is not written as: 1.0, 1e-5, 0.10.
const SPELT = /(?<=[:,[]\s{0,4})-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?=\s*[,}\]])/g

/** Numbers that a server which reads the values first writes otherwise, where values are signed and not characters. */
function numberFindings({ place, name }: ExchangeSpec, { body }: Draft): readonly Finding[] {
  if (place?.sign === undefined || !place.parts.includes('json') || !/^\s*\{/.test(body)) return []
  const spelt = [...body.slice(0, 65_536).matchAll(SPELT)]
    .map(([one]) => one)
    .find((one) => String(Number(one)) !== one)
  if (spelt === undefined) return []
  return [
    possible(
      'numbers-spelt',
      `A number of the body is spelt in another way than ${name} may write it when it signs the values.`,
      `It is ${spelt}, whose shortest form is ${String(Number(spelt))}.`,
      'Send prices and amounts as text ("1.0" in quotes), and sign that text.',
    ),
  ]
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
  const parameters = parameterFindings(spec, draft)
  const out = [
    ...tokenFindings(way, draft, search),
    ...placedFindings(spec, request),
    ...bodyOfGet(spec, request),
    ...headerFindings(spec, request),
    ...(parameters.length === 0 ? [] : (otherBody(spec, draft) ?? parameters)),
    ...timeFindings(spec, draft, nowMs),
    ...nonceFindings(spec, draft),
    ...numberFindings(spec, draft),
    ...plainPassphrase(spec, draft),
    ...contentTypeFindings(spec, request),
  ]
  const coarse = coarseNonce(spec, draft, nowMs)
  if (problem === undefined || out.length > 0) return [...out, ...coarse]
  if (problem.code === 'AUTH_MISSING')
    return [
      proven(
        'signature-missing',
        `The request has nothing of the authentication of ${spec.name}: no signature, key or time is where they are read.`,
        'No field or parameter of it is there, or it stands in another one.',
        `Sign the request, and put key and signature where ${spec.docs} has them.`,
      ),
    ]
  const id = problem.code.toLowerCase().replaceAll('_', '-')
  return [
    likely(id, `The request is not in the form that ${spec.name} takes.`, problem.message, `Follow ${spec.docs}.`),
  ]
}
