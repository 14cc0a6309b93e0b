import type { VerdictCode } from '../../errors.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { EffectivePolicy } from '../policy/scheme-policy.js'

/**
 * Whether a signature's time lies in the window; `undefined` when it does. The comparisons ask for what is right, so that
 * a NaN can only ever refuse.
 */
export function windowProblem(
  { createdMs, expiresMs }: Pick<UntrustedSignature, 'createdMs' | 'expiresMs'>,
  policy: Pick<EffectivePolicy, 'maxAgeMs' | 'maxFutureMs' | 'maxLifetimeMs' | 'untimed'>,
  nowMs: number,
): VerdictCode | undefined {
  if (createdMs === undefined) {
    if (policy.untimed === undefined) return 'TIMESTAMP_MALFORMED'
    if (expiresMs === undefined) return undefined
    if (!(expiresMs > nowMs)) return 'TIMESTAMP_EXPIRED'
    return expiresMs - nowMs <= policy.maxLifetimeMs ? undefined : 'TIMESTAMP_MALFORMED'
  }
  if (!(createdMs <= nowMs + policy.maxFutureMs)) return 'TIMESTAMP_FUTURE'
  if (!(createdMs >= nowMs - policy.maxAgeMs)) return 'TIMESTAMP_EXPIRED'
  if (expiresMs !== undefined) {
    if (!(expiresMs >= createdMs && expiresMs - createdMs <= policy.maxLifetimeMs)) return 'TIMESTAMP_MALFORMED'
    if (!(expiresMs > nowMs)) return 'TIMESTAMP_EXPIRED'
  }
  return undefined
}

/** By how much a signature's time is off, for logs: it shows whose clock is wrong. */
export function windowDetail(
  code: VerdictCode,
  { createdMs, expiresMs }: Pick<UntrustedSignature, 'createdMs' | 'expiresMs'>,
  { maxAgeMs, maxFutureMs }: Pick<EffectivePolicy, 'maxAgeMs' | 'maxFutureMs'>,
  nowMs: number,
): string {
  if (code === 'TIMESTAMP_MALFORMED') return 'the signature has no time, or a lifetime that is not allowed'
  const agoMs = Math.round(nowMs - (createdMs ?? nowMs))
  if (code === 'TIMESTAMP_FUTURE')
    return `signed ${-agoMs} ms ahead of the clock of this server, ${maxFutureMs} are allowed`
  return agoMs > maxAgeMs
    ? `signed ${agoMs} ms ago by the clock of this server, ${maxAgeMs} are allowed`
    : `the signature expired ${Math.round(nowMs - (expiresMs as number))} ms ago by the clock of this server`
}

/** From this moment the window refuses the signature whatever else happens; until then its nonce must be remembered. */
export const forgottenAt = (
  createdMs: number,
  expiresMs: number | undefined,
  policy: Pick<EffectivePolicy, 'maxAgeMs'>,
): number => Math.min(createdMs + policy.maxAgeMs, expiresMs ?? Number.POSITIVE_INFINITY) + 1
