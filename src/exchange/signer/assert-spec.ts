import { isAlgorithm, isKeyAlgorithm } from '../../crypto/algorithm.js'
import {
  assertNeeded,
  assertOptions,
  invalid,
  kindOf,
  type OptionKind,
  type OptionNames,
  urlKind,
} from '../../errors.js'
import { isSecure } from '../../message/target.js'
import { coverageProblem } from '../../schemes/scheme/coverage-words.js'
import { FUNCTION, having, LIST, MEMBERS, oneOf, TEXT, whole } from '../../support/option-kinds.js'
import { emptyDraft } from '../spec/draft.js'
import type { Output } from '../spec/outputs.js'
import type { ClockSpec, Environment, ExchangeSpec, MessageSpec, NonceFormat, TokenSpec } from '../spec/spec.js'

// With these flags a pattern remembers where it was.
const PATTERN: OptionKind = [
  (value) => value instanceof RegExp && !value.global && !value.sticky,
  'a regular expression without the flags g and y',
]
const TRUE: OptionKind = [(value) => value === true, 'true, or left out']
const PATH: OptionKind = [(value) => typeof value === 'string' && value.startsWith('/'), 'a path that begins with "/"']
const SELECTOR: OptionKind = [
  (value) => typeof value === 'string' && /^(?:[\w-]+(?:\.[\w-]+)*)?$/.test(value),
  'the path to it in the answer, names and positions joined by dots, such as "data.0.ts"',
]
const TIME = having('one of timestamp, such as timestamp.milliseconds', 'write')
const OUTPUT: OptionKind = [
  (value) => typeof (value as Output | null)?.encode === 'function' && typeof (value as Output).encoding === 'string',
  'one of encoding, such as encoding.hex',
]
const WORDS: OptionKind = [
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of names',
]
const ALGORITHM_LIST: OptionKind = [
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string' && isAlgorithm(one)),
  'a list of algorithms',
]
const TARGETS = ['query', 'form', 'json']
const INTO: OptionKind = [
  (value) =>
    TARGETS.includes(value as string) ||
    (MEMBERS[0](value) &&
      'other' in (value as object) &&
      Object.values(value as object).every((one) => TARGETS.includes(one as string))),
  '"query", "form", "json", or a table by method with "other": { GET: "query", other: "form" }',
]
/** A placeholder alone, or an object of them: any other text would be sent as it stands. */
const TEMPLATE: OptionKind = [
  (value) => (typeof value === 'object' && value !== null) || /^[$#@][\w.$]+$/.test(String(value)),
  'an object with placeholders such as "$key" and "$sign", or one placeholder',
]

const SPEC: OptionNames<ExchangeSpec> = {
  ...{
    id: [TEXT, 2],
    name: [TEXT, 2],
    docs: [TEXT, 2],
    origins: [LIST, 2],
    onlyOrigins: TRUE,
    socketUrl: TEXT,
    environments: MEMBERS,
    options: WORDS,
    constants: MEMBERS,
  },
  ...{
    end: MEMBERS,
    keys: [MEMBERS, 2],
    secretKey: FUNCTION,
    secret: having('one of the encodings of a secret', 'read'),
  },
  ...{ time: TIME, nonce: MEMBERS, window: MEMBERS, passphrase: oneOf('shown', 'signed', 'in-base') },
  ...{ headers: LIST, place: having('a placement, such as inQuery()', 'put', 'putSign') },
  ...{
    base: [FUNCTION, 2],
    covers: [LIST, 2],
    onlyForms: TRUE,
    notCovered: FUNCTION,
    body: oneOf('json', 'any'),
  },
  ...{ params: MEMBERS, read: FUNCTION, clock: MEMBERS, messages: MEMBERS, token: MEMBERS },
  // Of an exchange that is made of one of this package.
  ...{ passphraseOf: FUNCTION, windowOf: FUNCTION, learningClock: FUNCTION },
}
const NONCE: OptionNames<NonceFormat> = {
  pattern: [PATTERN, 2],
  nonces: [having('a source of nonces with next()', 'next'), 2],
  increasing: TRUE,
}
const WINDOW: OptionNames<NonNullable<ExchangeSpec['window']>> = {
  default: [[(value) => typeof value === 'string' && /^(?:\d+)?$/.test(value), 'digits as text, or "" for none'], 2],
  max: [whole(1), 2],
  optional: TRUE,
  decimals: TRUE,
}
const ENVIRONMENT: OptionNames<Environment> = {
  origins: [LIST, 2],
  socketUrl: TEXT,
  headers: LIST,
  constants: MEMBERS,
}
const CLOCK: OptionNames<ClockSpec> = {
  path: PATH,
  time: SELECTOR,
  unit: oneOf('ms', 's', 'iso'),
  error: [PATTERN, 2],
  status200: TRUE,
}
const TOKEN: OptionNames<TokenSpec> = {
  method: [TEXT, 2],
  path: [PATH, 2],
  token: [SELECTOR, 2],
  template: TEMPLATE,
  query: [(value) => typeof value === 'string' && value.includes('$token'), 'text with "$token" in it'],
  lifeMs: whole(1),
}
const PARAMS: OptionNames<NonNullable<ExchangeSpec['params']>> = {
  lists: 1,
  objects: WORDS,
  sorted: [(value) => typeof value === 'boolean', 'true or false'],
  into: INTO,
  postInQuery: PATTERN,
  plus: TRUE,
  wrap: having('a body around the parameters, such as callBody()', 'write', 'paramsOf'),
}
const MESSAGE: OptionNames<MessageSpec> = {
  ...{
    time: TIME,
    nonce: MEMBERS,
    lifeMs: whole(1),
    algorithms: ALGORITHM_LIST,
    output: OUTPUT,
    base: [FUNCTION, 2],
  },
  ...{ template: TEMPLATE, args: MEMBERS, keyArgs: MEMBERS, headers: LIST, query: LIST, read: FUNCTION, path: PATH },
}
const OLD_MESSAGE = { form: 'template', send: 'template' }

/** What a value of a header or pair may name: the texts of a draft. */
const TEXTS: readonly string[] = Object.entries(emptyDraft()).flatMap(([name, value]) =>
  typeof value === 'string' && name !== 'questionMark' ? [name] : [],
)

/** Refuses an unknown member, one that cannot be right, and one that is needed and not there. */
function assertMembers<T extends object>(
  where: string,
  value: T,
  known: OptionNames<T>,
  hints: Readonly<Record<string, string>> = {},
): void {
  assertOptions(where, value, known, hints)
  assertNeeded(where, value, known)
}

/**
 * Refuses an exchange whose requests could not be signed, or would leave without a part of their authentication.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with the member's name.
 */
export function assertSpec(spec: ExchangeSpec, sources: Partial<ExchangeSpec> = spec): void {
  const where = 'defineExchange'
  assertMembers(where, spec, SPEC)
  const { keys, covers, headers, place, nonce, window, environments = {}, clock, params, messages = {}, token } = spec
  for (const [name, output] of Object.entries(keys)) {
    if (!isKeyAlgorithm(name))
      invalid(where, `"keys" must name algorithms such as "hmac-sha256", got "${name.slice(0, 64)}"`)
    if (!OUTPUT[0](output)) invalid(where, `"keys" of "${name}" must be ${OUTPUT[1]}, got ${kindOf(output)}`)
  }
  for (const [at, fact] of covers.entries()) {
    const problem = coverageProblem(fact)
    if (problem !== undefined) invalid(where, `"covers[${at}]" ${problem}`)
  }
  assertPairs(where, 'headers', headers, sources)
  assertPairs(`${where}: "place"`, 'list', place?.list, sources)
  if (place?.sign === undefined && !isShown(headers) && !isShown(place?.list))
    invalid(where, 'a header or "place" must show the signature: ["X-Sign", "sign"]')
  if (nonce !== undefined) assertMembers(`${where}: "nonce"`, nonce, NONCE)
  if (window !== undefined) assertMembers(`${where}: "window"`, window, WINDOW)
  if (clock !== undefined) assertMembers(`${where}: "clock"`, clock, CLOCK, { read: 'time', hidden: 'status200' })
  if (token !== undefined) assertMembers(`${where}: "token"`, token, TOKEN, { form: 'template' })
  if (params !== undefined) assertMembers(`${where}: "params"`, params, PARAMS)
  assertOrigins(where, spec.origins)
  for (const [name, one] of Object.entries(environments)) {
    const place = `${where}: "environments.${name}"`
    assertMembers(place, one, ENVIRONMENT)
    assertOrigins(place, one.origins)
    assertPairs(place, 'headers', one.headers, sources)
  }
  for (const [name, message] of Object.entries(messages))
    assertMessage(`${where}: "messages.${name}"`, message, sources)
}

function assertMessage(where: string, message: MessageSpec, shared: Partial<ExchangeSpec>): void {
  assertMembers(where, message, MESSAGE, OLD_MESSAGE)
  const { template, headers, query, nonce } = message
  if (template === undefined && headers === undefined && query === undefined)
    invalid(where, '"template", "headers" or "query" must state what is sent')
  const sources = { ...shared, ...message }
  assertPairs(where, 'headers', headers, sources)
  assertPairs(where, 'query', query, sources)
  if (nonce !== undefined) assertMembers(`${where}: "nonce"`, nonce, NONCE)
}

/** Whether one of the values can hold the signature, or what was signed with it (a token). */
const isShown = (pairs: readonly (readonly unknown[])[] = []): boolean =>
  pairs.some(([, value]) => value === 'sign' || typeof value === 'function')

/** Texts of a draft that stay empty, and are then left out, where the data does not say how they are made. */
const MADE = ['time', 'nonce', 'window', 'passphrase'] as const

/** Names with what stands behind them: a text of the draft, `=text`, or a function. */
function assertPairs(where: string, name: string, pairs: unknown, sources: Partial<ExchangeSpec>): void {
  if (pairs === undefined) return
  if (!Array.isArray(pairs)) invalid(where, `"${name}" must be a list of [name, value], got ${kindOf(pairs)}`)
  for (const [at, pair] of pairs.entries()) {
    const [key, value, read] = (Array.isArray(pair) ? pair : []) as readonly unknown[]
    const own = `"${name}[${at}]"`
    if (typeof key !== 'string' || key === '') invalid(where, `${own} must be [name, value], got ${kindOf(pair)}`)
    if (typeof value !== 'function' && !(typeof value === 'string' && (value.startsWith('=') || TEXTS.includes(value))))
      invalid(
        where,
        `${own} must have one of ${TEXTS.join(', ')} for its value, "=text" or a function, got ${
          typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : kindOf(value)
        }`,
      )
    const made = MADE.find((one) => one === value)
    if (made !== undefined && sources[made] === undefined)
      invalid(
        where,
        `${own} shows the ${made}, so that "${made}" must be given: by the exchange, or by one of the variants in the second argument`,
      )
    if (read !== undefined && !(read instanceof RegExp))
      invalid(where, `${own} must have a regular expression as its third member, got ${kindOf(read)}`)
  }
}

/** An origin is signed for as it stands there: as everywhere, what is not encrypted does not leave the machine. */
function assertOrigins(where: string, origins: unknown): void {
  if (!Array.isArray(origins) || origins.length === 0) invalid(where, '"origins" must be a list of https://host[:port]')
  for (const one of origins as readonly unknown[])
    if (typeof one !== 'string' || !isSecure(one, {}))
      invalid(
        where,
        `"origins" must be https://host[:port] each, got ${
          typeof one === 'string' && /^http:/.test(one) ? 'plain http to another machine' : urlKind(one)
        }`,
      )
}
