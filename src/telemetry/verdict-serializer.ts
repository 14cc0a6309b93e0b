import { mustBe } from '../errors.js'
import type { Verdict } from '../server/verdict.js'
import { short } from '../support/log-text.js'

/** A verdict as it may stand in a log. */
export interface LoggedVerdict {
  /** Whether the request was accepted. */
  readonly ok: boolean
  /** Proven where `ok`, claimed otherwise. */
  readonly keyId: string | undefined
  /** Who owns the key, where one was proven. */
  readonly owner?: string | undefined
  /** The id of the scheme. */
  readonly scheme?: string
  /** Why it was refused, as a word for programs. */
  readonly code?: string
  /** The status of the answer to a refused request. */
  readonly status?: number
  /** Why it was refused, for people. */
  readonly detail?: string
  /** Method of the request. */
  readonly method: string
  /** Without the query, which may hold personal data and signatures. */
  readonly path: string
  /** The address of the client. */
  readonly clientIp: string | undefined
}

/**
 * A serializer of pino (and of whatever takes a function of a value) for verdicts: who and why, without the record, its key, the
 * body, the fields, the query and the nonce. Texts of clients are cut to a fixed length.
 *
 * @example
 * ```ts
 * import type { Verdict } from 'countersign/server'
 * import { verdictSerializer } from 'countersign/telemetry'
 *
 * // const log = pino({ serializers })
 * // log.info({ verdict }, 'judged')
 * export const serializers = { verdict: verdictSerializer }
 * export const line = (verdict: Verdict) => JSON.stringify(verdictSerializer(verdict))
 * ```
 */
export function verdictSerializer(verdict: Verdict): LoggedVerdict {
  mustBe(
    typeof verdict?.request?.target === 'string',
    'verdict',
    'a verdict',
    verdict,
    'ARGUMENT_INVALID',
    'verdictSerializer: ',
  )
  const { method, target } = verdict.request
  const where = {
    method: short(method) ?? '',
    path: short(target.split('?')[0] as string) ?? '',
    clientIp: verdict.clientIp,
  }
  return verdict.ok
    ? { ok: true, keyId: short(verdict.keyId), owner: verdict.owner, scheme: verdict.scheme, ...where }
    : {
        ok: false,
        keyId: short(verdict.claimedKeyId),
        code: verdict.code,
        status: verdict.status,
        detail: verdict.detail,
        ...where,
      }
}
