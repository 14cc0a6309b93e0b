import { ipProblem } from '../../access/ip-rules.js'
import { copyOfPolicy } from '../../access/key-policy.js'
import type { KeyPolicy, KeyRecord } from '../../access/key-record.js'
import { lackedScope, scopeProblem } from '../../access/scope.js'
import { fail, isCountersignError, type VerdictCode } from '../../errors.js'
import { firstValue, hasField } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../message/target.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Policy } from '../policy/policy.js'
import type { EffectivePolicy } from '../policy/scheme-policy.js'
import type { Attempt } from '../refusal.js'
import { refuse } from '../verdict.js'
import { assertBodyCovered } from './coverage.js'
import { keyProblem } from './key-check.js'
import { decoded } from './read-path.js'
import { windowDetail, windowProblem } from './time.js'

const ONLY_DOTS = /\/[.\s]+(?:\/|$)/

/** A policy as the hot path reads it, and what it was made of, so that a member that was exchanged is noticed. */
interface Compiled {
  readonly source: KeyPolicy
  readonly own: KeyPolicy
  /** The prefixes, each with a slash at its end. */
  readonly folders: readonly string[]
  general: EffectivePolicy | undefined
  narrowed: EffectivePolicy | undefined
}

const compiled = /* @__PURE__ */ new WeakMap<KeyPolicy, Compiled>()

/** Written out: runs twice per request. */
const isSame = (one: KeyPolicy, other: KeyPolicy): boolean =>
  one.methods === other.methods &&
  one.pathPrefixes === other.pathPrefixes &&
  one.hosts === other.hosts &&
  one.maxBodyBytes === other.maxBodyBytes &&
  one.maxAgeMs === other.maxAgeMs &&
  one.maxFutureMs === other.maxFutureMs &&
  one.requireNonce === other.requireNonce &&
  one.requireBodyDigest === other.requireBodyDigest

/** Compiled once per policy: reading 256 prefixes costs more than everything else about a request. */
function compiledOf(policy: KeyPolicy): Compiled {
  // What is no object has no entry, and is refused below.
  const known = compiled.get(policy)
  if (known !== undefined && isSame(policy, known.source)) return known
  try {
    const own = copyOfPolicy(policy)
    const folders = (own.pathPrefixes ?? []).map((prefix) => (prefix === '/' ? prefix : `${prefix}/`))
    const made: Compiled = { source: { ...policy }, own, folders, general: undefined, narrowed: undefined }
    compiled.set(policy, made)
    return made
  } catch (error) {
    const why = isCountersignError(error) ? error.message : '"policy" could not be read'
    fail('KEY_SOURCE_FAILED', `the key record has a policy that cannot be meant: ${why}`)
  }
}

// What some hop or router decodes, folds, cuts or strips on its way to a handler: empty segments, parameters, backslashes,
// and the encoded forms of controls, "#", "%", "/", ";", "?" and "\". What is no visible ASCII stands in no path (RFC 3986 2.1).
const FOLDABLE = /\/\/|[;\\#]|[^!-~]|%(?:[01][0-9a-f]|7f|2[35f]|3[bf]|5c)/i

/** Whether a request target lies in one of the folders, whatever a router makes of it. */
function liesUnder(target: string, folders: readonly string[]): boolean {
  const { path } = splitTarget(target)
  // "*" is no path (RFC 9112 3.2.4), and what cannot be read in one way is under nothing.
  if (!path.startsWith('/') || FOLDABLE.test(path)) return false
  // Stryker disable next-line ConditionalExpression: it only saves the call
  const read = path.includes('%') ? decoded(path) : path
  // What is not UTF-8 as well: over-long forms of "." and "/" are what some decoders accept.
  if (read === undefined) return false
  // Segments of dots and spaces: some systems drop the spaces and fold the rest. NFKC: a wide "．" is a dot to others.
  if (ONLY_DOTS.test(read) || (read !== path && /\/[.\s]+(?:\/|$)|[\\;]|\/\//.test(read.normalize('NFKC'))))
    return false
  const folder = `${path}/`
  return folders.some((prefix) => folder.startsWith(prefix))
}

/** The length of the body as far as it is known: what was read of it, or what its head announces. */
function knownLength({ body, fields }: HttpRequest): number {
  if (body === null) return 0
  if (body instanceof Uint8Array) return body.length
  const announced = firstValue(fields, 'content-length')
  return announced === undefined ? 0 : Number(announced)
}

/**
 * Why the key's policy refuses the request; `undefined` when it does not. Asked only after a valid signature. Its limits
 * on bodies are in {@link narrowed}, so that it holds for what is read.
 *
 * @throws {CountersignError} `KEY_SOURCE_FAILED` for a policy that cannot be meant: what it would forbid is unknown.
 */
export function keyPolicyProblem(
  policy: KeyPolicy,
  request: HttpRequest,
  signature: Pick<UntrustedSignature, 'nonce'>,
  { methodOverrideFields }: Pick<Policy, 'methodOverrideFields'>,
): VerdictCode | undefined {
  const { own, folders } = compiledOf(policy)
  const { methods, hosts, maxBodyBytes, requireNonce } = own
  if (methods !== undefined) {
    // A signed override field is genuine, and would still make another method of one that is allowed.
    if (!methods.includes(request.method) || methodOverrideFields.some((name) => hasField(request.fields, name)))
      return 'SCOPE_DENIED'
  }
  if (folders.length > 0 && !liesUnder(request.target, folders)) return 'SCOPE_DENIED'
  if (hosts !== undefined && !hosts.includes(normalizeAuthority(request.authority, request.scheme)))
    return 'HOST_MISMATCH'
  if (requireNonce === true && signature.nonce === undefined) return 'NONCE_MALFORMED'
  // Asked for what is right: a length that is no number is too large.
  return maxBodyBytes !== undefined && !(knownLength(request) <= maxBodyBytes) ? 'BODY_TOO_LARGE' : undefined
}

/**
 * The verifier's policy, narrowed by that of a key: the smaller of each number.
 *
 * @throws {CountersignError} `KEY_SOURCE_FAILED` for a policy of the key that cannot be meant.
 */
export function narrowed(policy: EffectivePolicy, own: KeyPolicy): EffectivePolicy {
  const known = compiledOf(own)
  if (known.general === policy) return known.narrowed as EffectivePolicy
  const { maxBodyBytes = Infinity, maxAgeMs = Infinity, maxFutureMs = Infinity, requireBodyDigest } = known.own
  known.narrowed = {
    ...policy,
    maxBodyBytes: Math.min(policy.maxBodyBytes, maxBodyBytes),
    maxStreamBytes: Math.min(policy.maxStreamBytes, maxBodyBytes),
    maxAgeMs: Math.min(policy.maxAgeMs, maxAgeMs),
    maxFutureMs: Math.min(policy.maxFutureMs, maxFutureMs),
    requireWithBody:
      requireBodyDigest === true && !policy.requireWithBody.includes('body')
        ? [...policy.requireWithBody, 'body']
        : policy.requireWithBody,
    // A window that the key states cannot be met by a signature without a time.
    untimed: Math.min(maxAgeMs, maxFutureMs) === Infinity ? policy.untimed : undefined,
  }
  known.general = policy
  return known.narrowed
}

/** Refuses a key that may not be used now, from here, for this. Returns the policy that holds for it. */
export function usable(
  record: KeyRecord,
  policy: EffectivePolicy,
  { request, context: { clientIp, scope } }: Attempt,
  signature: UntrustedSignature,
  nowMs: number,
): EffectivePolicy {
  const state = keyProblem(record, nowMs) ?? ipProblem(record, clientIp) ?? scopeProblem(record, scope)
  if (state !== undefined) {
    // Only a scope that is needed is denied.
    const lacks = state === 'SCOPE_DENIED' ? lackedScope(scope as string, record) : undefined
    refuse(state, lacks ?? 'the key may not be used for this now, or from here')
  }
  if (record.policy === undefined) return policy
  const own = narrowed(policy, record.policy)
  const outside = windowProblem(signature, own, nowMs)
  if (outside !== undefined) refuse(outside, `the key's own window: ${windowDetail(outside, signature, own, nowMs)}`)
  const problem = keyPolicyProblem(record.policy, request, signature, own)
  if (problem !== undefined) refuse(problem, "the key's own policy does not allow this")
  assertBodyCovered(signature, request, own)
  return own
}
