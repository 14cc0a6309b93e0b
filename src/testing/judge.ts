import { ipProblem } from '../access/ip-rules.js'
import { isCountersignError, VERDICT_STATUS, type VerdictCode } from '../errors.js'
import type { Draft } from '../exchange/spec/draft.js'
import type { ExchangeSpec } from '../exchange/spec/spec.js'
import type { UntrustedSignature } from '../schemes/scheme.js'
import { baseFor, keyProblem, matchesPassphrase } from '../server/steps/key-check.js'
import type { Account, Permission } from './accounts.js'
import type { EndRule, NonceTimeRule, TimeRule } from './answers.js'
import type { NonceMemory } from './nonces.js'

/** What a judgement is made with. */
export interface Court {
  readonly spec: ExchangeSpec
  readonly accounts: ReadonlyMap<string, Account>
  readonly nonces: NonceMemory
  readonly window: Required<TimeRule>
  /** At exchanges whose nonces are times. */
  readonly nonceTime: NonceTimeRule | undefined
  now(): number
}

/** A signature that was found, and what it came with. */
export interface Claimed {
  readonly draft: Draft
  readonly signature: UntrustedSignature
  readonly clientIp: string | undefined
  /** What the request needs of its key; absent where any key will do. */
  readonly need?: Permission | undefined
  /** How old its time may be, where that is not the exchange's rule for requests. */
  readonly pastMs?: number | undefined
  /** Where an order states an end of its own. */
  readonly ends?: EndRule | undefined
}

/** Why an exchange would refuse, or the account that was proven. */
export type Judgement =
  | { readonly code: undefined; readonly account: Account }
  | {
      readonly code: VerdictCode
      readonly account?: never
      /** What is asked for has ended, not the request. */
      readonly ended?: boolean
    }

/** The verdict code of something thrown by a parser; anything else is a bug and goes on. */
export function codeOf(error: unknown): VerdictCode {
  if (isCountersignError(error) && Object.hasOwn(VERDICT_STATUS, error.code)) return error.code as VerdictCode
  // A target or a query that cannot have been signed.
  if (isCountersignError(error, 'MESSAGE_MALFORMED')) return 'AUTH_MALFORMED'
  throw error
}

/**
 * Judges a signature in an exchange's order: key, time, signature, passphrase, state of the key, address, permission, nonce. The
 * nonce is used up last, and only by a holder of the key.
 */
export async function judge(court: Court, claimed: Claimed): Promise<Judgement> {
  const { draft, signature, clientIp, need, ends } = claimed
  const account = court.accounts.get(signature.keyId ?? '')
  if (account === undefined) return { code: 'KEY_UNKNOWN' }
  const { record } = account
  try {
    const code =
      timeProblem(court, claimed) ??
      ((await isSigned(signature, account)) ? undefined : 'SIGNATURE_INVALID') ??
      ((await matchesPassphrase(signature, record)) ? undefined : 'PASSPHRASE_INVALID') ??
      keyProblem(record, court.now()) ??
      ipProblem(record, clientIp) ??
      (need === undefined || account.permissions.has(need) ? undefined : 'SCOPE_DENIED')
    if (code !== undefined) return { code }
    if ((ends?.endMs(draft) ?? Number.POSITIVE_INFINITY) <= court.now())
      return { code: 'TIMESTAMP_EXPIRED', ended: true }
    const isNew = draft.nonce === '' || court.nonces.claim(account.keyId, draft.nonce)
    return isNew ? { code: undefined, account } : { code: 'REPLAY' }
  } catch (error) {
    return { code: codeOf(error) }
  }
}

/**
 * Binance, "Timing security": `timestamp < serverTime + 1000 && serverTime - timestamp <= recvWindow`, which is the rule of
 * most. Where the time is an expiry, only that counts.
 */
function timeProblem(court: Court, { draft, signature, pastMs }: Claimed): VerdictCode | undefined {
  const { createdMs, expiresMs, endMs = Number.POSITIVE_INFINITY } = signature
  const { spec, window, nonceTime } = court
  const nowMs = court.now()
  // An end that the sender states for this request, beside its time or nonce.
  if (draft.expires !== '' && !(endMs > nowMs)) return 'TIMESTAMP_EXPIRED'
  if (nonceTime !== undefined && draft.time === '') return nonceProblem(nonceTime, draft.nonce, nowMs)
  if (expiresMs !== undefined) return expiresMs > nowMs ? undefined : 'TIMESTAMP_EXPIRED'
  if (draft.time === '' || createdMs === undefined) return undefined
  const stated = draft.window === '' ? undefined : Number(draft.window)
  if (stated !== undefined && !(stated > 0 && stated <= (spec.window?.max ?? Number.POSITIVE_INFINITY)))
    return 'TIMESTAMP_MALFORMED'
  if (!(createdMs < nowMs + window.futureMs)) return 'TIMESTAMP_FUTURE'
  return nowMs - createdMs <= (stated ?? pastMs ?? window.pastMs) ? undefined : 'TIMESTAMP_EXPIRED'
}

function nonceProblem(
  { unit, from = 0, pastMs, futureMs }: NonceTimeRule,
  nonce: string,
  nowMs: number,
): VerdictCode | undefined {
  // A number that the account counts itself is no time.
  if (!/^\d{1,20}$/.test(nonce) || Number(nonce) < from) return undefined
  const madeMs = Number(nonce) / (unit === 'us' ? 1000 : 1)
  if (madeMs > nowMs + futureMs) return 'TIMESTAMP_FUTURE'
  return nowMs - madeMs <= pastMs ? undefined : 'TIMESTAMP_EXPIRED'
}

/** A signature of another algorithm than the key's is just a wrong one. */
async function isSigned(signature: UntrustedSignature, { record }: Account): Promise<boolean> {
  const { claimedAlgorithm } = signature
  if (claimedAlgorithm !== undefined && claimedAlgorithm !== record.key.algorithm) return false
  return (await record.key.verify(baseFor(signature, record), signature.signature)) === true
}
