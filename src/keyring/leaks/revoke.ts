import { utf8Decode } from '../../crypto/encoding.js'
import { assertOptions, fail, isCountersignError, mustBe, type OptionNames } from '../../errors.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { deadline } from '../../support/deadline.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { CLOCK, FUNCTION } from '../../support/option-kinds.js'
import { environmentOfSecret, isWellFormedSecret, type KeyFormat } from '../record/key-format.js'
import type { Environment } from '../record/key-record.js'
import type { ReportedToken } from './judge.js'

/** Why a key is revoked, and where its secret was seen. */
export interface LeakReason {
  /** Why the key is revoked. */
  readonly reason: 'leaked'
  /** Empty where it is not known. */
  readonly url: string
  /** Who reported it, such as `github`. */
  readonly source: string
}

/** A leak, for the audit trail. No secret is in it. */
export type LeakEvent =
  | {
      /** When, ISO 8601. */
      readonly time: string
      /** Says that a key of this service was found in the open. */
      readonly event: 'key.leaked'
      /** `failed`: the look-up or the revocation did; look at the key by hand. */
      readonly outcome: 'revoked' | 'failed'
      /** `undefined` where the look-up failed. */
      readonly keyId: string | undefined
      /** Environment of the key. */
      readonly environment: Environment
      /** What kind of token it is, as the reporter calls it. */
      readonly type: string
      /** Where it was found. */
      readonly url: string
      /** How it was found, in the words of the reporter: `content`, `commit` … */
      readonly source: string
    }
  | { readonly time: string; readonly event: 'leak.refused'; readonly detail: string }

/** How a secret becomes a revoked key. */
export interface LeakRevocation {
  /**
   * The id of the key with this secret, whatever its state, or `undefined`: look it up by its {@link secretIndex}. The secret
   * is of this format; the environment it names decides between keyrings.
   */
  readonly find: (secret: string, environment: Environment) => string | undefined | Promise<string | undefined>
  /** Revokes a key for good. Called again for a key that is revoked already; `KEY_STATE` is taken as just that. */
  readonly revoke: (keyId: string, why: LeakReason) => unknown
  /** Must not wait; what it throws is swallowed. */
  readonly audit?: (event: LeakEvent) => void
}

/** `Omit` of each member. */
type Untimed<E> = E extends unknown ? Omit<E, 'time'> : never

/** Records it in the audit trail, which must not be able to stop a revocation. */
export function notify({ audit }: LeakRevocation, clock: Clock, event: Untimed<LeakEvent>): void {
  const nowMs = clock.now()
  ignoreErrors(() =>
    audit?.({ time: Number.isFinite(nowMs) ? new Date(nowMs).toISOString() : '', ...event } as LeakEvent),
  )
}

/** @throws {CountersignError} `STORE_UNAVAILABLE` for an answer that is no id. */
export async function findKey(
  { find }: LeakRevocation,
  secret: string,
  environment: Environment,
): Promise<string | undefined> {
  const keyId: unknown = await find(secret, environment)
  if (keyId === undefined || (typeof keyId === 'string' && keyId !== '')) return keyId
  fail('STORE_UNAVAILABLE', `"find" must answer a key id or undefined, got ${typeof keyId}`)
}

/** A key that is revoked already is as it should be. */
export async function revokeKey({ revoke }: LeakRevocation, keyId: string, why: LeakReason): Promise<void> {
  try {
    await revoke(keyId, why)
  } catch (error) {
    if (!isCountersignError(error, 'KEY_STATE')) throw error
  }
}

const WORKERS = 8

/**
 * Revokes all it can, each secret once, a few at a time. One that fails or hangs does not stop the others.
 *
 * @returns hashes of the texts that are secrets of a key; `undefined` where anything is left undone
 */
export async function revokeTokens(
  tokens: readonly ReportedToken[],
  revocation: LeakRevocation,
  { clock, storeTimeoutMs, timeoutMs }: { clock: Clock; storeTimeoutMs: number; timeoutMs: number },
): Promise<ReadonlySet<string> | undefined> {
  const groups = new Map<string, ReportedToken[]>()
  for (const token of tokens) {
    if (token.secret === undefined) continue
    const group = groups.get(token.tokenHash)
    if (group === undefined) groups.set(token.tokenHash, [token])
    else group.push(token)
  }
  const known = new Set<string>()
  let complete = true
  let late = false

  const handle = async ([first, ...others]: readonly [ReportedToken, ...ReportedToken[]]): Promise<void> => {
    const environment = first.environment as Environment
    let keyId: string | undefined
    let outcome: 'revoked' | 'failed' = 'revoked'
    const work = async (): Promise<void> => {
      const secret = utf8Decode(first.secret?.reveal() ?? new Uint8Array(0)) as string
      keyId = await findKey(revocation, secret, environment)
      if (keyId !== undefined)
        await revokeKey(revocation, keyId, { reason: 'leaked', url: first.url, source: first.source })
    }
    try {
      await deadline(work(), storeTimeoutMs)
      if (keyId === undefined) return
      known.add(first.tokenHash)
    } catch {
      // What a store throws may hold the secret.
      outcome = 'failed'
      complete = false
    }
    for (const { type, url, source } of [first, ...others])
      notify(revocation, clock, { event: 'key.leaked', outcome, keyId, environment, type, url, source })
  }

  // One queue for all the workers.
  const queue = groups.values() as IterableIterator<readonly [ReportedToken, ...ReportedToken[]]>
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !next.done && !late; next = queue.next()) await handle(next.value)
  }
  try {
    await deadline(Promise.all(Array.from({ length: WORKERS }, worker)), timeoutMs)
  } catch {
    late = true
    complete = false
  }
  return complete ? known : undefined
}

const KNOWN: OptionNames<LeakRevocation & { readonly format: KeyFormat; readonly clock?: Clock }> = {
  find: [FUNCTION, 2],
  revoke: [FUNCTION, 2],
  audit: FUNCTION,
  format: 2,
  clock: CLOCK,
}

/**
 * Revokes the key of a secret for its holder: who has the secret may end it, without a signature and without an
 * account. For a public form or endpoint behind a rate limit.
 *
 * @returns the id of the key, which is revoked now; `undefined` for a text that is no secret of this service
 * @throws {CountersignError} `STORE_UNAVAILABLE` where the look-up or the revocation failed, `ARGUMENT_INVALID` for anything
 *   but a text.
 * @example
 * ```ts
 * import { type Keyring, revokeBySecret } from 'countersign/keyring'
 *
 * declare const keyring: Keyring
 *
 * const keyId = await revokeBySecret('acmes_live_…', {
 *   format: { prefix: 'acme' },
 *   find: (secret) => keyring.findBySecret(secret),
 *   revoke: (id, { reason }) => keyring.revoke(id, { actor: 'holder', reason }),
 * })
 * ```
 */
export async function revokeBySecret(
  secret: string,
  options: LeakRevocation & { readonly format: KeyFormat; readonly clock?: Clock },
): Promise<string | undefined> {
  assertOptions('revokeBySecret', options, KNOWN, {}, 'ARGUMENT_INVALID')
  const { format, find, revoke, clock = { now: Date.now } } = options
  for (const [name, value] of Object.entries({ find, revoke }))
    mustBe(value !== undefined, name, 'a function', value, 'ARGUMENT_INVALID')
  mustBe(typeof secret === 'string', 'secret', 'a text', secret, 'ARGUMENT_INVALID')
  if (!isWellFormedSecret(secret, format)) return undefined
  const environment = environmentOfSecret(secret)
  const seen = { type: '', url: '', source: 'holder', environment } as const
  let keyId: string | undefined
  try {
    keyId = await findKey(options, secret, environment)
    if (keyId === undefined) return undefined
    await revokeKey(options, keyId, { reason: 'leaked', url: seen.url, source: seen.source })
  } catch {
    // Without a cause: what a store throws may hold the secret.
    notify(options, clock, { event: 'key.leaked', outcome: 'failed', keyId, ...seen })
    fail('STORE_UNAVAILABLE', 'the secret could not be looked up or its key not be revoked')
  }
  notify(options, clock, { event: 'key.leaked', outcome: 'revoked', keyId, ...seen })
  return keyId
}
