import { ALGORITHMS, type Algorithm } from '../crypto/algorithm.js'
import { base64, utf8Decode } from '../crypto/encoding.js'
import { CountersignError } from '../errors.js'
import { composed, exchangeMistakes } from '../exchange/mistakes/mistakes.js'
import type { ExchangeState } from '../exchange/mistakes/state.js'
import { type Draft, emptyDraft, setTarget } from '../exchange/spec/draft.js'
import type { ExchangeSpec, Header } from '../exchange/spec/spec.js'
import { readRequest } from '../exchange/verifier/read-request.js'
import { READ_TIME, readSignature } from '../exchange/verifier/read-texts.js'
import type { HttpRequest } from '../message/message.js'
import { splitTarget } from '../message/target.js'
import type { Finding } from './diagnosis.js'
import { EXCHANGES } from './exchanges.js'
import type { Received } from './hunt.js'
import type { Subject } from './search.js'
import { type Mac, macsOf } from './secret-keys.js'
import { readingsOf } from './signature-text.js'

/** One way of one exchange. */
export interface Way {
  readonly id: string
  readonly variant: string
  readonly spec: ExchangeSpec
}

/** Every exchange with its variants. */
export const WAYS: readonly Way[] = /* @__PURE__ */ Object.entries(EXCHANGES).flatMap(([id, factory]) =>
  ['', ...factory.variants].map((variant) => ({ id, variant, spec: factory(variant === '' ? {} : { variant }).spec })),
)

export const wayName = ({ id, variant }: Way): string => (variant === '' ? id : `${id}/${variant}`)

const hostsOf = ({ origins, environments = {} }: ExchangeSpec): readonly string[] =>
  [...origins, ...Object.values(environments).flatMap((one) => one.origins)].map((origin) =>
    origin.replace(/^https?:\/\//, ''),
  )

const fieldOf = (fields: readonly string[], name: string): string | undefined => {
  const lower = name.toLowerCase()
  for (let at = 0; at < fields.length; at += 2)
    if ((fields[at] as string).toLowerCase() === lower) return fields[at + 1]
  return undefined
}

/** How well a request fits: the host counts most, then each field of authentication. */
function pointsOf({ spec }: Way, request: HttpRequest): number {
  const host = request.authority.toLowerCase().replace(/:443$/, '')
  let points = hostsOf(spec).includes(host) ? 100 : 0
  const names = (spec.headers ?? []).filter(([, value]) => typeof value !== 'string' || !value.startsWith('='))
  const own = names.filter(([name]) => !/^(?:authorization|key|sign|timestamp|nonce|signature)$/i.test(name))
  const there = own.filter(([name]) => fieldOf(request.fields, name) !== undefined).length
  if (there > 0) points += 10 * there - (own.length - there)
  else if (points > 0) points += names.filter(([name]) => fieldOf(request.fields, name) !== undefined).length
  return points
}

/** The way that a request takes; `undefined` where no exchange's host or fields are there. */
export function wayOf(request: HttpRequest, scheme: string | undefined, variant: string | undefined): Way | undefined {
  const [id, named = variant ?? ''] = (scheme ?? '').split('/')
  const ways = WAYS.filter((way) => (scheme === undefined || way.id === id) && (named === '' || way.variant === named))
  let best: Way | undefined
  let most = scheme === undefined ? 9 : -100
  for (const way of ways) {
    // The same fields in a variant: the first that reads the request.
    const points = pointsOf(way, request) + (reads(way, request) ? 0.5 : 0)
    if (points > most) {
      best = way
      most = points
    }
  }
  return best
}

function reads({ spec }: Way, request: HttpRequest): boolean {
  try {
    return readRequest(spec, request) !== undefined
  } catch {
    return false
  }
}

/** A request as it was signed, read without refusing anything; what an exchange would refuse is in `problem`. */
export interface Reading {
  readonly draft: Draft
  readonly problem: CountersignError | undefined
}

export function readAt({ spec }: Way, request: HttpRequest): Reading {
  try {
    const found = readRequest(spec, request)
    if (found !== undefined) return { draft: found.draft, problem: undefined }
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error
    return { draft: lenient(spec, request), problem: error }
  }
  return {
    draft: lenient(spec, request),
    problem: new CountersignError('AUTH_MISSING', 'nothing of authentication is there'),
  }
}

function assign(draft: Draft, [, value, read]: Header, text: string): void {
  if (read !== undefined) Object.assign(draft, read.exec(text)?.groups)
  else if (typeof value === 'string' && !value.startsWith('=')) draft[value as 'key'] = text.trim()
}

const rawDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function lenient(spec: ExchangeSpec, request: HttpRequest): Draft {
  const draft = emptyDraft()
  const { path, query } = splitTarget(request.target)
  Object.assign(draft, {
    method: request.method,
    scheme: request.scheme,
    host: request.authority,
    fields: request.fields,
  })
  setTarget(draft, path + query)
  draft.body = request.body instanceof Uint8Array ? (utf8Decode(request.body) ?? '') : ''
  for (const header of spec.headers ?? []) {
    const text = fieldOf(request.fields, header[0])
    if (text !== undefined) assign(draft, header, text)
  }
  const { place } = spec
  const all =
    place === undefined ? [] : [...place.list, ...(place.sign === undefined ? [] : [[place.sign, 'sign'] as const])]
  for (const [name, value] of all) {
    if (typeof value !== 'string' || value.startsWith('=')) continue
    for (const part of ['query', 'body'] as const) {
      const text = draft[part]
      const pairs = text.split('&')
      const found = pairs.find((one) => one.startsWith(`${name}=`))
      if (found === undefined || /^\s*[[{]/.test(text)) continue
      draft[value as 'key'] = rawDecoded(found.slice(name.length + 1))
      if (name !== place?.sign) continue
      draft[part] = pairs.filter((one) => one !== found).join('&')
      if (part === 'query') draft.questionMark = draft.query === '' ? '' : '?'
    }
    const member = /^\s*\{/.test(draft.body) ? jsonMember(draft.body, name) : undefined
    if (member !== undefined) draft[value as 'key'] = member
  }
  try {
    spec.read?.(draft)
  } catch {
    // What it refuses is the problem that is reported.
  }
  return draft
}

function jsonMember(text: string, name: string): string | undefined {
  try {
    const value = (JSON.parse(text) as Record<string, unknown>)[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
  } catch {
    return undefined
  }
}

export const exchangeSubject = ({ spec }: Way, draft: Draft): Subject<ExchangeState> => ({
  state: { draft },
  // A token or envelope is what was signed, as it was received.
  compose: (state) =>
    draft.payload !== '' && state.draft === draft && state.write === undefined ? draft.payload : composed(spec, state),
  mistakes: exchangeMistakes(spec),
})

/** The readings of the signature's text; those of another form than the exchange's are mistakes. */
export function receivedAt({ spec }: Way, draft: Draft): readonly Received[] {
  const right = readSignature(spec.keys, undefined, draft.sign)
  const forms = [...new Set(Object.values(spec.keys).map((one) => one.id))].join(' or ')
  const rest = readingsOf(draft.sign)
    .filter(({ bytes }) => right === undefined || bytes.join() !== right.join())
    .map(({ bytes, form, flaw }) => ({
      bytes,
      mistake: {
        id: 'signature-form',
        cause:
          flaw === undefined
            ? `The signature is written in ${form}, where ${spec.name} takes ${forms}.`
            : `The text of the signature is not as it is meant: ${flaw}.`,
        fix: `Write the bytes of the signature as ${forms}.`,
      },
    }))
  return right === undefined ? rest : [{ bytes: right }, ...rest]
}

export function macsAt(
  { spec }: Way,
  draft: Draft,
  secret: Parameters<typeof macsOf>[0],
  passphrase: string,
  received: readonly Received[],
): readonly Mac[] {
  const { secretKey } = spec
  const algorithms = Object.keys(spec.keys).filter((name) => ALGORITHMS[name as Algorithm].family === 'hmac')
  const text = typeof secret === 'string' ? secret.trim() : undefined
  return macsOf(
    secret,
    {
      keyId: draft.key,
      passphrase: passphrase === '' ? draft.passphrase : passphrase,
      right: text === undefined ? undefined : spec.secret?.read(text),
      reading: spec.secret === undefined ? 'as its characters' : `as ${spec.secret.name}`,
      algorithms,
      ...(secretKey !== undefined && {
        own: (bytes: Uint8Array) => {
          const key = secretKey({ keyId: 'doctor', secret: bytes })
          return (base: string | Uint8Array) => key.sign(base)
        },
      }),
    },
    new Set(received.map(({ bytes }) => bytes.length)),
  )
}

const proven = (id: string, cause: string, evidence: string, fix: string): Finding => ({
  id,
  certainty: 'proven',
  cause,
  evidence,
  fix,
})

/** What can be seen without a key. */
export function readingFindings(
  way: Way,
  request: HttpRequest,
  { draft, problem }: Reading,
  nowMs: number | undefined,
): readonly Finding[] {
  const { spec } = way
  const out: Finding[] = []
  for (const [name, value] of spec.headers ?? []) {
    const text = fieldOf(request.fields, name)
    if (
      text === undefined &&
      typeof value === 'string' &&
      (!value.startsWith('=') || spec.id === 'kucoin') &&
      value !== 'window'
    )
      out.push(
        proven(
          'header-missing',
          `The header ${name} is missing.`,
          `The request has ${request.fields.length / 2} headers, and none is ${name}.`,
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
  for (const [name, value] of spec.place?.list ?? [])
    if (typeof value === 'string' && !value.startsWith('=') && value !== 'window' && draft[value as 'key'] === '')
      out.push(
        proven(
          'parameter-missing',
          `The parameter ${name} is missing.`,
          `Neither query nor body has ${name}.`,
          `Add ${name} before signing.`,
        ),
      )
  if (spec.place?.sign !== undefined && draft.sign === '')
    out.push(
      proven(
        'parameter-missing',
        `The parameter ${spec.place.sign} is missing.`,
        `Neither query nor body has ${spec.place.sign}.`,
        'Put the signature behind all other parameters.',
      ),
    )
  const { time } = spec
  if (time !== undefined && draft.time !== '') {
    const stated = READ_TIME[time.unit](draft.time)
    if (stated === undefined)
      out.push(
        proven(
          'time-form',
          `The time is not in the form that ${spec.name} takes (${UNITS[time.unit]}).`,
          `It has ${draft.time.length} characters: ${JSON.stringify(draft.time.slice(0, 40))}.`,
          `Send the time as ${UNITS[time.unit]}.`,
        ),
      )
    else if (nowMs !== undefined)
      out.push(...timeFindings(spec, stated - (time.lifeMs ?? 0), nowMs, Number(draft.window) || 0))
  }
  if (
    spec.passphrase === 'signed' &&
    draft.passphrase !== '' &&
    readSignature(spec.keys, undefined, draft.passphrase) === undefined
  )
    out.push(
      proven(
        'passphrase-plain',
        `The passphrase is sent as it is, where ${spec.name} takes its signature.`,
        'Its text is not base64 of 32 bytes.',
        'Send base64(HMAC-SHA256(secret, passphrase)) and the key version that says so.',
      ),
    )
  if (problem !== undefined && out.length === 0 && problem.code !== 'AUTH_MISSING')
    out.push({
      id: problem.code.toLowerCase().replaceAll('_', '-'),
      certainty: 'likely',
      cause: `The request is not in the form that ${spec.name} takes.`,
      evidence: problem.message,
      fix: `Follow ${spec.docs}.`,
    })
  return out
}

const UNITS: Readonly<Record<string, string>> = {
  ms: 'milliseconds since 1970, 13 digits',
  s: 'seconds since 1970, 10 digits',
  'ms or s': 'milliseconds or seconds since 1970',
  'decimal s': 'seconds since 1970, with a fraction',
  iso: 'ISO 8601 in UTC with milliseconds, as 2023-11-14T22:13:20.123Z',
  utc: 'UTC as 2023-11-14T22:13:20',
}

function timeFindings(spec: ExchangeSpec, stated: number, nowMs: number, window: number): readonly Finding[] {
  const away = stated - nowMs
  // Binance and Bybit refuse what is a second ahead; most others take half a minute.
  const [past, future] =
    spec.window === undefined ? [30_000, 30_000] : [window || Number(spec.window.default) || 5_000, 1_000]
  if (away > future)
    return [
      proven(
        'clock-ahead',
        `The clock of the sender is ${away} ms ahead.`,
        `The request states a time ${away} ms behind the moment it was judged at; ${future} ms are allowed.`,
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

/** Whether a signed passphrase is that of the account. */
export function passphraseFinding(
  { spec }: Way,
  draft: Draft,
  macs: readonly Mac[],
  passphrase: string,
): Finding | undefined {
  if (passphrase === '' || draft.passphrase === '') return undefined
  const shown = spec.passphrase === 'signed' ? macs[0] && base64(macs[0].sign(passphrase)) : passphrase
  if (spec.passphrase === 'in-base' || shown === draft.passphrase) return undefined
  return proven(
    'passphrase-other',
    'The passphrase of the request is not that of the account.',
    'It differs from the one that was given here.',
    'Send the passphrase that was chosen when this API key was made; it is not the password of the account.',
  )
}
