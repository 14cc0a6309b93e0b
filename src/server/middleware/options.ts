import { assertOptions, fail, type KnownOptions, kindOf, type OptionNames } from '../../errors.js'
import { handedIn } from '../handed-in.js'
import type { MiddlewareOptions } from './gate.js'
import { PUBLIC_URL_HINTS, PUBLIC_URL_OPTIONS } from './public-url.js'

/** The options of every middleware. */
export const MIDDLEWARE_OPTIONS: OptionNames<MiddlewareOptions> = {
  ...PUBLIC_URL_OPTIONS,
  acceptAbsoluteForm: 1,
  acceptEncodedSlash: 1,
  acceptAnyPath: 1,
  scope: 1,
  routes: 1,
  streamBody: 1,
  exemptPreflight: 1,
  requestId: 1,
  cost: 1,
  onError: 1,
}

const HINTS: Readonly<Record<string, string>> = { ...PUBLIC_URL_HINTS, scopes: 'scope', cors: 'exemptPreflight' }

const KINDS: Readonly<Record<string, 'boolean' | 'function'>> = {
  acceptAbsoluteForm: 'boolean',
  acceptEncodedSlash: 'boolean',
  acceptAnyPath: 'boolean',
  streamBody: 'function',
  exemptPreflight: 'boolean',
  requestId: 'function',
  onError: 'function',
  peer: 'function',
  target: 'function',
  only: 'function',
  preflight: 'function',
}

/**
 * Checks the names of a middleware's options, and the values that would silently be taken for something else.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function assertMiddlewareOptions(
  where: string,
  options: unknown,
  known: KnownOptions = MIDDLEWARE_OPTIONS,
): void {
  assertOptions(where, options, known, HINTS)
  for (const [name, value] of Object.entries(options ?? {})) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
    if (kind === undefined || value === undefined) continue
    if (name === 'streamBody' ? handedIn.get(value as object) === name : typeof value === kind) continue
    const expected = kind === 'boolean' ? 'true or false' : name === 'streamBody' ? 'streamedBody' : 'a function'
    fail('CONFIG_INVALID', `"${name}" must be ${expected}, got ${kindOf(value)}`)
  }
}
