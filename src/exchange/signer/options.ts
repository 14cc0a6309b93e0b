import { assertOptions, fail, type KnownOptions, kindOf, nearest } from '../../errors.js'
import { AS_SYMBOL } from '../../message/target.js'
import { type ExchangeOptions, keyCallOf } from '../spec/credentials.js'
import type { Environment, ExchangeSpec, ExchangeVariant } from '../spec/spec.js'

export const BASE_URL = 'a URL of https, with a path or without'

const COMMON = { apiKey: 1, secret: 1, key: 1, origin: 1, baseUrl: 1, variant: 1, environment: 1 } as const

/** The environment with real money. */
export const LIVE = 'live'

/** The rules that a call of a factory is for, and the environment they were chosen in. */
export interface Chosen {
  readonly spec: ExchangeSpec
  readonly environment: string
  /** Hosts that only the other environments have: a key of one must not sign for another. */
  readonly foreign: readonly string[]
  /** The same of sockets. */
  readonly foreignSockets: readonly string[]
}

/** What one exchange may lack. An option that it lacks is known, so that code for any exchange may leave it undefined. */
const PARTS: ReadonlyArray<readonly [option: keyof ExchangeOptions & string, part: keyof ExchangeSpec, lacks: string]> =
  [
    ['passphrase', 'passphrase', 'has no passphrase'],
    ['recvWindow', 'window', 'has no receive window'],
    ['nonces', 'nonce', 'signs no nonce'],
  ]

/** Where requests go. Left out it is the live API; that is never the meaning of a value that is not there. */
const PLACES = [
  ['environment', 'the name of an environment'],
  ['origin', 'https://host[:port]'],
  ['baseUrl', BASE_URL],
] as const

// What other libraries call it. None of these may be dropped in silence: the next request would be a live order.
const TEST = /^_?(?:is|use|enable)?_?(?:test|sand_?box|demo|paper|simulat|stag|uat|dry|live)/i
const PLACE = /^(?:base|api|rest|server|proxy)?[_-]?(?:url|uri|urls|end_?point|host|host_?name|domain|server|path)$/i
const SECRET = /^(?:api)?[_-]?(?:secret|secret_?key|private_?key|secret_?access_?key)$/i
// What key files call the two, at exchanges with key pairs.
const NAMED = /^(?:name|account|key_?name|key_?id|api_?key_?name|kid)$/i
const PHRASE = /^(?:api)?[_-]?(?:password|pass|memo|phrase|pass_?phrase)$/i

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(' or ')

/** What to write in place of a name that is not known here, for a person; `undefined` where the nearest spelling is the best guess. */
function hintFor(name: string, spec: ExchangeSpec): string | undefined {
  if (TEST.test(name)) {
    const names = Object.keys(spec.environments ?? {})
    const [first] = names
    if (first === undefined)
      return fail(
        'CONFIG_INVALID',
        `${spec.name}: unknown option "${name.slice(0, 64)}"; ${spec.name} has no environment besides the live one`,
      )
    return `environment: "${names.find((one) => name.toLowerCase().includes(one)) ?? first}"`
  }
  if (name === 'allowInsecure') return AS_SYMBOL
  if (PLACE.test(name)) return 'baseUrl'
  if (spec.secretKey === undefined && (NAMED.test(name) || SECRET.test(name))) return `"key": ${keyCallOf(spec)}`
  if (SECRET.test(name)) return 'secret'
  if (PHRASE.test(name) && spec.passphrase !== undefined) return 'passphrase'
  return undefined
}

/** A variant as a whole. What it does not have is `undefined`, which reads as absent everywhere. */
export const variantOf = (spec: ExchangeSpec, own: ExchangeVariant | undefined): ExchangeSpec =>
  ({ ...spec, ...own }) as ExchangeSpec

/**
 * The rules that some options are for: the variant, in its environment, with every name of the options checked.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function choose(
  spec: ExchangeSpec,
  variants: Readonly<Record<string, ExchangeVariant>>,
  options: ExchangeOptions,
): Chosen {
  // Anything but an object is refused before it is read.
  if (typeof options !== 'object' || options === null) assertOptions(spec.name, options, {})
  for (const [name, must] of PLACES) {
    const value: unknown = options[name]
    // A variable that is not set must not place live orders.
    if (value === null || (value === undefined && Object.hasOwn(options, name)))
      fail('CONFIG_INVALID', `"${name}" must be ${must}, got ${value}: leave it out for the live API`)
  }
  const { variant } = options
  const names = Object.keys(variants)
  const own =
    variant === undefined ? spec : Object.hasOwn(variants, variant) ? variantOf(spec, variants[variant]) : undefined
  if (own === undefined)
    return fail(
      'CONFIG_INVALID',
      names.length === 0
        ? `"variant" must be left out at ${spec.name}, which has no variants`
        : `"variant" must be ${quoted(names)} at ${spec.name}, got ${shown(variant)}`,
    )
  const known: Record<string, KnownOptions[string]> = { ...COMMON }
  const lacking: string[] = []
  for (const [option, part, lacks] of PARTS) {
    if (own[part] !== undefined) known[option] = 1
    else if (options[option] === undefined) lacking.push(option)
    else
      fail(
        'CONFIG_INVALID',
        `${own.name}: unknown option "${option}"; ${own.name} ${lacks}${variant === undefined ? '' : ' in this variant'}`,
      )
  }
  for (const option of own.options ?? []) known[option] = 1
  if (own.end?.state === 'closed') known['allowClosed'] = 1
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name) && !lacking.includes(name))
  const hints = Object.fromEntries(
    unknown.map((name) => [name, hintFor(name, own) ?? nearest(name, Object.keys(known))]),
  )
  // It has the names of all that is unknown.
  assertOptions(own.name, hints, known, hints)
  return inEnvironment(own, options)
}

const shown = (value: unknown): string =>
  typeof value === 'string' && value !== '' ? JSON.stringify(value.slice(0, 64)) : kindOf(value)

/** The options that only this exchange has. */
export function ownOptions(
  { options = [], constants }: ExchangeSpec,
  given: object,
): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = { ...constants }
  for (const name of options) if (Object.hasOwn(given, name)) own[name] = given[name as keyof typeof given]
  return own
}

/** The rules in one environment: its hosts, and what its requests show besides. */
function inEnvironment(spec: ExchangeSpec, { environment, origin }: ExchangeOptions): Chosen {
  const { environments = {}, name } = spec
  const all: Readonly<Record<string, Environment>> = { [LIVE]: spec, ...environments }
  const names = Object.keys(all)
  const isOf = (one: string): boolean => all[one]?.origins.includes(origin as string) === true
  // A host belongs to its environment, whether that is given too or not.
  const home = names.find(isOf)
  const chosen = environment ?? home ?? LIVE
  if (!Object.hasOwn(all, chosen))
    fail('CONFIG_INVALID', `"environment" must be ${quoted(names)} at ${name}, got ${shown(environment)}`)
  if (home !== undefined && !isOf(chosen))
    fail('CONFIG_INVALID', `"origin" must be a host of the environment "${chosen}" at ${name}, got one of "${home}"`)
  const foreign = Object.values(all).flatMap(({ origins }) =>
    origins.filter((one) => all[chosen]?.origins.includes(one) === false),
  )
  const foreignSockets = names.flatMap((one) => (one === chosen ? [] : (all[one]?.socketUrl ?? [])))
  if (chosen === LIVE) return { spec, environment: LIVE, foreign, foreignSockets }
  const { headers = [], ...where } = all[chosen] as Environment
  const { socketUrl: _, ...rest } = spec
  return {
    spec: { ...rest, ...where, headers: [...(spec.headers ?? []), ...headers] },
    environment: chosen,
    foreign,
    foreignSockets,
  }
}
