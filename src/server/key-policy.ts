import { CountersignError, type VerdictCode } from '../errors.js'
import { type HttpRequest, isStream } from '../message/message.js'
import { normalizeAuthority } from '../message/target.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import type { KeyPolicy } from './key-source.js'
import type { Policy } from './policy.js'

const METHOD = /^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,63}$/
// Path characters of RFC 3986 without percent-encoding and parameters: one way to write it.
const PREFIX = /^\/(?:[A-Za-z0-9._~!$&'()*+,=:@-]+(?:\/[A-Za-z0-9._~!$&'()*+,=:@-]+)*)?$/
const MOST = 256

/**
 * Checks the policy of one key before it is stored.
 *
 * @throws {CountersignError} `CONFIG_INVALID` with the name of the member that cannot be meant.
 */
export function assertKeyPolicy(policy: KeyPolicy): void {
  const invalid = (name: string, expected: string): never => {
    throw new CountersignError('CONFIG_INVALID', `"policy.${name}" expected ${expected}`)
  }
  const unknown = Object.keys(policy).find((name) => !Object.hasOwn(CHECKS, name))
  if (unknown !== undefined) throw new CountersignError('CONFIG_INVALID', 'the policy of a key has an unknown member')
  for (const [name, [fits, expected]] of Object.entries(CHECKS)) {
    const value = (policy as Readonly<Record<string, unknown>>)[name]
    if (value !== undefined && !fits(value)) invalid(name, expected)
  }
}

const listOf = (fits: (text: string) => boolean) => (value: unknown) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.length <= MOST &&
  value.every((text) => typeof text === 'string' && text.length <= 1_024 && fits(text))

const within = (from: number, to: number) => (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to

const isBoolean = (value: unknown): boolean => typeof value === 'boolean'
const isPrefix = (text: string): boolean => PREFIX.test(text) && !/\/\.{1,2}(?:\/|$)/.test(text)

const CHECKS: Readonly<Record<keyof KeyPolicy, readonly [(value: unknown) => boolean, string]>> = {
  methods: [listOf((text) => METHOD.test(text)), 'upper-case methods, at least one'],
  pathPrefixes: [listOf(isPrefix), 'paths such as /v1/orders: no query, no dot segments, nothing percent-encoded'],
  hosts: [listOf((text) => /^[a-z0-9.-]+(?::\d{1,5})?$|^\[[0-9a-f:.]+\](?::\d{1,5})?$/.test(text)), 'host names'],
  maxBodyBytes: [within(0, 2 ** 40), 'an integer from 0'],
  maxAgeMs: [within(1, 86_400_000), 'an integer from 1 to 86400000'],
  maxFutureMs: [within(0, 86_400_000), 'an integer from 0 to 86400000'],
  requireNonce: [isBoolean, 'true or false'],
  requireBodyDigest: [isBoolean, 'true or false'],
}

// What some router decodes, folds or strips on its way to a handler: dot segments, empty ones, encoded slashes and dots.
const FOLDABLE = /\/\/|\/\.{1,2}(?:[/;]|$)|%(?:2[ef]|5c|25|00)|;/i

/** Whether a request target lies under one of the prefixes, whatever a router makes of it. */
function liesUnder(target: string, prefixes: readonly string[]): boolean {
  const path = /^[^/?#]+:\/\/[^/?]*/.test(target) ? target.replace(/^[^/?#]+:\/\/[^/?]*/, '') : target
  const query = path.indexOf('?')
  const bare = query === -1 ? path : path.slice(0, query)
  if (FOLDABLE.test(bare)) return false
  return prefixes.some((prefix) => prefix === '/' || bare === prefix || bare.startsWith(`${prefix}/`))
}

const bodyLength = ({ body }: HttpRequest): number => (body instanceof Uint8Array ? body.length : 0)

/** Why the key's own policy refuses the request; `undefined` when it does not. Asked only after a valid signature. */
export function keyPolicyProblem(
  policy: KeyPolicy,
  request: HttpRequest,
  signature: UntrustedSignature,
): VerdictCode | undefined {
  if (policy.methods !== undefined && !policy.methods.includes(request.method)) return 'SCOPE_DENIED'
  if (policy.pathPrefixes !== undefined && !liesUnder(request.target, policy.pathPrefixes)) return 'SCOPE_DENIED'
  if (policy.hosts !== undefined && !policy.hosts.includes(normalizeAuthority(request.authority, request.scheme)))
    return 'HOST_MISMATCH'
  if (policy.requireNonce === true && signature.nonce === undefined) return 'NONCE_MALFORMED'
  if (policy.maxBodyBytes !== undefined && bodyLength(request) > policy.maxBodyBytes) return 'BODY_TOO_LARGE'
  const hasBody = isStream(request.body) || bodyLength(request) > 0
  return policy.requireBodyDigest === true && hasBody && !signature.covers.has('body') ? 'DIGEST_MISSING' : undefined
}

/** The verifier's policy, narrowed by that of a key: the smaller of each number. */
export function narrowed(policy: Policy, own: KeyPolicy): Policy {
  const least = (name: 'maxBodyBytes' | 'maxAgeMs' | 'maxFutureMs'): number =>
    Math.min(policy[name], own[name] ?? Number.POSITIVE_INFINITY)
  return {
    ...policy,
    maxBodyBytes: least('maxBodyBytes'),
    maxStreamBytes: Math.min(policy.maxStreamBytes, own.maxBodyBytes ?? Number.POSITIVE_INFINITY),
    maxAgeMs: least('maxAgeMs'),
    maxFutureMs: least('maxFutureMs'),
  }
}
