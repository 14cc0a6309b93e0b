import {
  assertInteger,
  assertOptions,
  invalid,
  kindOf,
  mustBe,
  nearest,
  type OptionNames,
  VERDICT_STATUS,
} from '../errors.js'
import { assertUnit } from '../support/asked.js'
import { handedIn } from './handed-in.js'
import type { VerifierOptions } from './options.js'
import { noReplayProtection } from './policy/policy.js'
import type { VerifyContext } from './verify-context.js'

const KNOWN: OptionNames<VerifierOptions> = {
  schemes: 2,
  keys: 2,
  policy: 2,
  replay: 2,
  clock: 1,
  audit: 1,
  limits: 1,
  storeTimeoutMs: 1,
  explain: 1,
  signatureError: 1,
}
const HINTS = {
  nonces: 'replay',
  replayStore: 'replay',
  limiter: 'limits',
  storeTimeout: 'storeTimeoutMs',
  timeoutMs: 'storeTimeoutMs',
  log: 'audit',
  authorities: 'policy: strictPolicy({ authorities })',
  maxAgeMs: 'policy: strictPolicy({ maxAgeMs })',
  debug: 'explain',
  verbose: 'explain',
}
/** Of what type each member of a context is. */
const CONTEXT: Readonly<Record<keyof VerifyContext, 'string' | 'boolean' | 'number' | 'function'>> = {
  clientIp: 'string',
  scope: 'string',
  streamBody: 'function',
  cost: 'number',
  acceptAbsoluteForm: 'boolean',
  acceptEncodedSlash: 'boolean',
  acceptAnyPath: 'boolean',
  peerIp: 'string',
  ipSource: 'string',
  requestId: 'string',
}
const KNOWN_CONTEXT = CONTEXT as unknown as OptionNames<VerifyContext>

/** Which has no conditional write, and shows late elsewhere what was written. */
const WORKERS_KV = 'a KvNamespace'

/**
 * Refuses what no verifier can be made of, by name and with what to write.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertVerifierOptions(options: VerifierOptions): void {
  assertOptions('createVerifier', options, KNOWN, HINTS)
  const { schemes, keys, policy, replay, clock, audit, limits, storeTimeoutMs = 250, explain } = options
  if (!Array.isArray(schemes) || schemes.length === 0)
    invalid('createVerifier', `"schemes" must be an array with at least one scheme: write [rfc9421Verifier()]`)
  for (const [at, scheme] of schemes.entries()) assertScheme(scheme, at)
  // A Map has get() too, and nothing that checks what it holds.
  const isSource = typeof keys?.get === 'function' && !(keys instanceof Map)
  must(isSource, 'keys', 'a key source with get(), such as staticKeys([…])', keys)
  const isPolicy = typeof policy === 'object' && policy !== null
  must(isPolicy, 'policy', 'made by strictPolicy({ authorities: ["api.example.com"] })', policy)
  const isStore = replay === noReplayProtection || typeof replay?.claim === 'function'
  const unsafe = kindOf(replay) === WORKERS_KV ? ' (Workers KV would accept a message twice)' : ''
  must(isStore, 'replay', `a replay store, such as memoryReplayStore()${unsafe}`, replay)
  must(clock === undefined || typeof clock?.now === 'function', 'clock', 'a clock with now()', clock)
  assertUnit('createVerifier: ', clock)
  const isLog = typeof (audit as { sink?: unknown } | null | undefined)?.sink === 'function'
  must(audit === undefined || typeof audit === 'function', 'audit', `a function${isLog ? ', its "sink"' : ''}`, audit)
  assertInteger('storeTimeoutMs', storeTimeoutMs, 1, 600_000, 'createVerifier: ')
  assertHandedIn('explain', explain, 'an explainer: loopbackOnly()')
  assertHandedIn('limits', limits, 'rateLimits()')
  const { signatureError } = options
  const isWriter = signatureError === undefined || typeof signatureError === 'function'
  must(isWriter, 'signatureError', 'signatureErrors', signatureError)
}

function must(fits: boolean, name: string, says: string, value: unknown, where = 'createVerifier'): void {
  mustBe(fits, name, says, value, 'CONFIG_INVALID', `${where}: `)
}

function assertHandedIn(
  name: 'explain' | 'limits' | 'streamBody',
  value: unknown,
  what: string,
  where = 'createVerifier',
): void {
  must(value === undefined || handedIn.get(value as object) === name, name, what, value, where)
}

function assertScheme(scheme: unknown, at: number): void {
  if (typeof scheme === 'function') {
    // A factory that was not called: its name makes the message concrete.
    const { name } = scheme
    invalid(
      'createVerifier',
      `"schemes[${at}]" must be a scheme, got a function: call it, ${/^\w+$/.test(name) ? name : 'scheme'}()`,
    )
  }
  const { id, parse } = (scheme ?? {}) as { readonly id?: unknown; readonly parse?: unknown }
  const isScheme = typeof id === 'string' && typeof parse === 'function'
  must(isScheme, `schemes[${at}]`, 'a scheme with parse(), such as rfc9421Verifier()', scheme)
}

/**
 * Refuses a context with a name that is not read or a value of another type: a scope under a misspelt name would be no scope.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertContext(where: string, context: VerifyContext): void {
  const isContext = typeof context === 'object' && context !== null && !Array.isArray(context)
  must(isContext, 'context', 'an object such as { scope: "orders:read" }', context, where)
  for (const name in context) {
    const type = Object.hasOwn(CONTEXT, name) ? CONTEXT[name as keyof VerifyContext] : undefined
    const value = context[name as keyof VerifyContext]
    // The name alone: types are no kinds of options.
    if (type === undefined) assertOptions(where, { [name]: value }, KNOWN_CONTEXT, { scopes: 'scope', ip: 'clientIp' })
    else if (type === 'function') assertHandedIn('streamBody', value, 'streamedBody', where)
    else must(value === undefined || typeof value === type, name, `a ${type}`, value, where)
  }
}

/**
 * Refuses to refuse for a reason that is none: an unknown code would be answered as a fault of the host.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertRefusal(code: unknown, detail: unknown): void {
  if (typeof code !== 'string' || !Object.hasOwn(VERDICT_STATUS, code)) {
    const near = typeof code === 'string' ? nearest(code, Object.keys(VERDICT_STATUS)) : undefined
    invalid(
      'refuse',
      `"code" must be the code of a verdict such as "SCOPE_DENIED", got ${kindOf(code)}${near === undefined ? '' : `; did you mean "${near}"?`}`,
    )
  }
  must(typeof detail === 'string', 'detail', 'a string', detail, 'refuse')
}
