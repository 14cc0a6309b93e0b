import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { noReplayProtection, type VerifierOptions, type VerifyContext } from './options.js'
import { listed } from './policy-values.js'
import type { RateLimits } from './rate-limit.js'

const KNOWN: OptionNames<VerifierOptions> = {
  schemes: 1,
  keys: 1,
  policy: 1,
  replay: 1,
  clock: 1,
  audit: 1,
  limits: 1,
  storeTimeoutMs: 1,
}
const HINTS = {
  nonces: 'replay',
  replayStore: 'replay',
  limiter: 'limits',
  authorities: 'policy: strictPolicy({ authorities })',
  maxAgeMs: 'policy: strictPolicy({ maxAgeMs })',
}
const KNOWN_LIMITS: OptionNames<RateLimits> = { peer: 1, key: 1, owner: 1 }
const KNOWN_CONTEXT: OptionNames<VerifyContext> = {
  clientIp: 1,
  scope: 1,
  streamBody: 1,
  cost: 1,
  peerIp: 1,
  ipSource: 1,
  requestId: 1,
}

const invalid = (text: string): never => {
  throw new CountersignError('CONFIG_INVALID', `createVerifier: ${text}`)
}

/**
 * Refuses what no verifier can be made of, by name and with what to write.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertVerifierOptions(options: VerifierOptions): void {
  assertOptions('createVerifier', listed('createVerifier', options), KNOWN, HINTS)
  const { schemes, keys, policy, replay, clock, audit, limits = {}, storeTimeoutMs = 250 } = options
  if (!Array.isArray(schemes) || schemes.length === 0)
    invalid(`"schemes" must be an array with at least one scheme: write [rfc9421Verifier()]`)
  for (const [at, scheme] of schemes.entries()) assertScheme(scheme, at)
  if (typeof keys?.get !== 'function')
    invalid(`"keys" must be a key source with get(), such as staticKeys([…]), got ${kindOf(keys)}`)
  if (typeof policy !== 'object' || policy === null)
    invalid(
      `"policy" must be a policy: write strictPolicy({ authorities: ["api.example.com"] }), got ${kindOf(policy)}`,
    )
  if (replay !== noReplayProtection && typeof replay?.claim !== 'function')
    invalid(`"replay" must be a replay store, such as memoryReplayStore(), got ${kindOf(replay)}`)
  if (clock !== undefined && typeof clock?.now !== 'function')
    invalid(`"clock" must be a clock with now(), got ${kindOf(clock)}`)
  if (audit !== undefined && typeof audit !== 'function') invalid(`"audit" must be a function, got ${kindOf(audit)}`)
  if (!Number.isSafeInteger(storeTimeoutMs) || storeTimeoutMs < 1 || storeTimeoutMs > 600_000)
    invalid(`"storeTimeoutMs" must be an integer from 1 to 600000, got ${kindOf(storeTimeoutMs)}`)
  assertOptions('createVerifier: "limits"', limits, KNOWN_LIMITS)
  for (const [name, limiter] of Object.entries(limits))
    if (limiter !== undefined && typeof limiter?.take !== 'function')
      invalid(`"limits.${name}" must be a limiter with take(), got ${kindOf(limiter)}`)
}

function assertScheme(scheme: unknown, at: number): void {
  if (typeof scheme === 'function') {
    // A factory that was not called: with its name, what to write can be said.
    const { name } = scheme
    invalid(`"schemes[${at}]" must be a scheme, got a function: call it, ${/^\w+$/.test(name) ? name : 'scheme'}()`)
  }
  const { id, parse } = (scheme ?? {}) as { readonly id?: unknown; readonly parse?: unknown }
  if (typeof id !== 'string' || typeof parse !== 'function')
    invalid(`"schemes[${at}]" must be a scheme with parse(), such as rfc9421Verifier(), got ${kindOf(scheme)}`)
}

/**
 * Refuses a name in the context that is not read: a scope under a misspelt name would be no scope.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertContext(context: VerifyContext): void {
  for (const name in context)
    if (!Object.hasOwn(KNOWN_CONTEXT, name)) assertOptions('verify', context, KNOWN_CONTEXT, { scopes: 'scope' })
}
