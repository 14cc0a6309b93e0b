import { type Algorithm, isAlgorithm } from '../crypto/algorithm.js'
import { CountersignError } from '../errors.js'
import type { Coverage } from '../schemes/scheme.js'

/** What a server demands of a message. Made by a preset: {@link strictPolicy} or {@link tradingPolicy}. */
export interface Policy {
  /** How old a signature may be. */
  readonly maxAgeMs: number
  /** How far in the future its time may lie; shorter, because an honest clock is rarely ahead. */
  readonly maxFutureMs: number
  /** The longest span from `created` to `expires` that is believed. */
  readonly maxLifetimeMs: number
  readonly requireNonce: boolean
  /** What every signature must cover. */
  readonly require: readonly Coverage[]
  /** What a signature must cover besides when the message has a body. */
  readonly requireWithBody: readonly Coverage[]
  /** Algorithms that may be used at all; the key's own is the one that counts. */
  readonly algorithms: readonly Algorithm[] | undefined
  /** The host names (with a port where it is not the default) this server answers for. */
  readonly authorities: readonly string[]
  /** Largest body that is read into memory. */
  readonly maxBodyBytes: number
  /** Largest body that is handed out while it arrives. */
  readonly maxStreamBytes: number
  /** Which signature is judged when a message has several; without it exactly one is allowed. */
  readonly select: { readonly label?: string; readonly tag?: string } | undefined
  /** Content codings a signed body may have; the digest is over the coded bytes. */
  readonly contentCodings: readonly string[]
  /** A method-override field is refused unless it is covered. */
  readonly methodOverrideFields: readonly string[]
}

/** What a preset leaves to you. */
export interface PolicyOptions extends Partial<Omit<Policy, 'authorities'>> {
  /** `['api.example.com']`: the names this server is reached by. A request signed for another host is refused. */
  readonly authorities: readonly string[]
}

const STRICT: Omit<Policy, 'authorities'> = {
  maxAgeMs: 300_000,
  maxFutureMs: 5_000,
  maxLifetimeMs: 3_600_000,
  requireNonce: true,
  require: ['method', 'authority', 'path', 'query'],
  requireWithBody: ['body'],
  algorithms: undefined,
  maxBodyBytes: 1_048_576,
  maxStreamBytes: 1_073_741_824,
  select: undefined,
  contentCodings: ['identity'],
  methodOverrideFields: ['x-http-method-override', 'x-http-method', 'x-method-override'],
}

/**
 * Five minutes back, five seconds forward, a nonce, and everything that decides what a request does: method, authority,
 * path, query, body.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a value that cannot be safe.
 * @example
 * ```ts
 * import { strictPolicy } from 'countersign/server'
 *
 * const policy = strictPolicy({ authorities: ['api.example.com'], maxBodyBytes: 65_536 })
 * ```
 */
export const strictPolicy = (options: PolicyOptions): Policy => checkedPolicy({ ...STRICT, ...options })

/**
 * {@link strictPolicy} with the windows of a trading venue: sixty seconds back, one second forward.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a value that cannot be safe.
 * @example
 * ```ts
 * import { tradingPolicy } from 'countersign/server'
 *
 * const policy = tradingPolicy({ authorities: ['trade.example.com'] })
 * ```
 */
export const tradingPolicy = (options: PolicyOptions): Policy =>
  checkedPolicy({ ...STRICT, maxAgeMs: 60_000, maxFutureMs: 1_000, maxLifetimeMs: 60_000, ...options })

const HOUR = 3_600_000

/** Refuses a policy that would let everything through, at set-up instead of on the first attack. */
export function checkedPolicy(policy: Policy): Policy {
  const { authorities, algorithms, require, requireWithBody, select } = policy
  const range = (name: keyof Policy, from: number, to: number): void => {
    const value = policy[name]
    if (!Number.isSafeInteger(value) || (value as number) < from || (value as number) > to) {
      throw new CountersignError('CONFIG_INVALID', `policy "${name}" expected an integer from ${from} to ${to}`)
    }
  }
  range('maxAgeMs', 1_000, 24 * HOUR)
  range('maxFutureMs', 0, policy.maxAgeMs)
  range('maxLifetimeMs', 1_000, 24 * HOUR)
  range('maxBodyBytes', 0, 2 ** 31)
  range('maxStreamBytes', 0, 2 ** 53 - 1)
  if (
    !Array.isArray(authorities) ||
    authorities.length === 0 ||
    !authorities.every((one) => typeof one === 'string' && one.length > 0)
  ) {
    throw new CountersignError('CONFIG_INVALID', 'policy "authorities" expected at least one host name of this server')
  }
  if (authorities.some((one) => /:(?:80|443)$/.test(one))) {
    throw new CountersignError('CONFIG_INVALID', 'policy "authorities" expected no default port: it is never compared')
  }
  if (require.length === 0)
    throw new CountersignError('CONFIG_INVALID', 'policy "require" expected at least one component')
  if (!Array.isArray(requireWithBody))
    throw new CountersignError('CONFIG_INVALID', 'policy "requireWithBody" expected an array')
  if (algorithms !== undefined && (algorithms.length === 0 || !algorithms.every(isAlgorithm))) {
    throw new CountersignError('CONFIG_INVALID', 'policy "algorithms" expected names of supported algorithms')
  }
  if (select !== undefined && select.label === undefined && select.tag === undefined) {
    throw new CountersignError('CONFIG_INVALID', 'policy "select" expected a label or a tag')
  }
  return Object.freeze({ ...policy, authorities: authorities.map((one) => one.toLowerCase()) })
}
