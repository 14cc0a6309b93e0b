import { assertOptions, isCountersignError, mustBe, type OptionKind, type OptionNames } from '../../errors.js'
import type { Clock } from '../../sources/monotonic-clock.js'
import { anyProblemText } from '../../support/any-problem.js'
import { isVisible } from '../../support/ascii.js'
import { cappedBytes } from '../../support/body.js'
import { deadline } from '../../support/deadline.js'
import { CLOCK, FUNCTION, MEMBERS, whole } from '../../support/option-kinds.js'
import { PROBLEM_TYPE } from '../../support/problem.js'
import { assertPrefix, type KeyFormat } from '../record/key-format.js'
import type { ReportedToken } from './judge.js'
import { judgeLeakReport } from './judge.js'
import { type LeakReportKeys, reporterKeys } from './reporter-keys.js'
import { type LeakRevocation, notify, revokeTokens } from './revoke.js'

/** Set-up of {@link createLeakReportHandler}. Sizes in bytes, times in milliseconds. */
export interface LeakReportOptions extends LeakRevocation {
  /** How ids and secrets of this service look: `{ prefix }`. */
  readonly format: KeyFormat
  /** The reporter's public keys, or how to fetch them: `githubReportKeys()`. */
  readonly publicKeys: LeakReportKeys
  /** Default 1 MiB, which holds some thousand matches. */
  readonly maxBodyBytes?: number
  /** A report with more matches is refused as a whole. Default 1000. */
  readonly maxTokens?: number
  /** For one `find` and `revoke`. Default 2 000. */
  readonly storeTimeoutMs?: number
  /** For the whole answer. Default 20 000: GitHub waits for 30 seconds. */
  readonly timeoutMs?: number
  /** Default: this machine's. */
  readonly clock?: Clock
}

const LONGEST_KEY_ID = 256

function checked(options: LeakReportOptions): Required<Omit<LeakReportOptions, 'audit'>> & LeakReportOptions {
  const { format, publicKeys, find, revoke } = options
  const limits = {
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
    maxTokens: options.maxTokens ?? 1_000,
    storeTimeoutMs: options.storeTimeoutMs ?? 2_000,
    timeoutMs: options.timeoutMs ?? 20_000,
  }
  assertPrefix(format?.prefix)
  mustBe(publicKeys !== undefined, 'publicKeys', REPORTER_KEYS[1], publicKeys)
  for (const [name, value] of Object.entries({ find, revoke })) mustBe(value !== undefined, name, 'a function', value)
  return { ...options, ...limits, clock: options.clock ?? { now: Date.now } }
}

export const REPORTER_KEYS: OptionKind = [
  (value) => typeof value === 'function' || (Array.isArray(value) && value.length > 0),
  'a list of at least one key, or a function that fetches it, such as githubReportKeys()',
]

/** The names of {@link LeakReportOptions}. */
export const LEAK_REPORT_NAMES: OptionNames<LeakReportOptions> = {
  format: [MEMBERS, 2],
  publicKeys: [REPORTER_KEYS, 2],
  find: [FUNCTION, 2],
  revoke: [FUNCTION, 2],
  audit: FUNCTION,
  maxBodyBytes: whole(1),
  maxTokens: whole(1),
  storeTimeoutMs: whole(1),
  timeoutMs: whole(1),
  clock: CLOCK,
}

/**
 * A Fetch handler for the reports of a secret scanning partner, in GitHub's form: a POST with a JSON array of
 * `{ token, type, url, source }`, signed with ECDSA P-256 and SHA-256 over the raw body, by the headers
 * `Github-Public-Key-Identifier` and `Github-Public-Key-Signature`.
 *
 * Each secret of this format that `find` returns a key for is revoked with the reason `leaked` and reported to `audit` as
 * `key.leaked`. The answer is GitHub's feedback, an array of `{ token_hash, token_type, label }`: a secret that was ever a key
 * of this service is a `true_positive`, also when it was revoked before; the secret itself is never repeated.
 *
 * - 401 `LEAK_REPORT_REFUSED` where the signature is not the reporter's; nothing was looked at
 * - 400 or 413 for a signed body that is no report, or one too large; nothing was revoked
 * - 500 where a look-up or a revocation failed: all the others were revoked, and the reporter may send it all again
 * - 503 while the reporter's public keys cannot be fetched
 *
 * @throws {CountersignError} `CONFIG_INVALID`; the handler rejects with `BODY_CONSUMED` where something read the body before.
 * @see {@link https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program | GitHub, secret scanning partner program}
 * @example
 * ```ts
 * import { createLeakReportHandler, githubReportKeys, type Keyring } from 'countersign/keyring'
 *
 * declare const keyring: Keyring
 *
 * export const POST = createLeakReportHandler({
 *   format: { prefix: 'acme' },
 *   publicKeys: githubReportKeys(),
 *   find: (secret) => keyring.findBySecret(secret),
 *   revoke: (keyId, { reason, source }) => keyring.revoke(keyId, { actor: 'leak-report', reason: `${reason}: ${source}` }),
 *   audit: (event) => console.log(JSON.stringify(event)),
 * })
 * ```
 */
export function createLeakReportHandler(options: LeakReportOptions): (request: Request) => Promise<Response> {
  assertOptions('createLeakReportHandler', options, LEAK_REPORT_NAMES)
  const settings = checked(options)
  const { format, maxBodyBytes, maxTokens, storeTimeoutMs, timeoutMs, clock } = settings
  const keyOf = reporterKeys(settings.publicKeys, { clock, timeoutMs: Math.min(timeoutMs, 5_000) })

  const refuse = (status: 400 | 401 | 413, detail: string): Response => {
    notify(settings, clock, { event: 'leak.refused', detail })
    return leakProblem(status)
  }

  return async (request) => {
    if (request.method !== 'POST') return leakProblem(405)
    const keyId = request.headers.get('github-public-key-identifier') ?? ''
    const signature = request.headers.get('github-public-key-signature')
    // Before a byte of the body is kept for an unknown sender.
    if (!isVisible(keyId, LONGEST_KEY_ID) || signature === null)
      return refuse(401, 'the report must have the headers of a signed one')
    let body: Uint8Array
    try {
      body = await deadline(cappedBytes(request, maxBodyBytes), timeoutMs)
    } catch (error) {
      if (isCountersignError(error, 'BODY_CONSUMED')) throw error
      return isCountersignError(error, 'BODY_TOO_LARGE')
        ? refuse(413, `the body must have at most ${maxBodyBytes} bytes`)
        : refuse(400, 'the body could not be read to its end')
    }
    let key: Awaited<ReturnType<typeof keyOf>>
    try {
      key = await keyOf(keyId)
    } catch {
      return leakProblem(503)
    }
    const judged = await judgeLeakReport({ body, signature, key, format, maxTokens })
    if (!judged.ok) return refuse(judged.status, judged.detail)
    const known = await revokeTokens(judged.tokens, settings, { clock, storeTimeoutMs, timeoutMs })
    return known === undefined ? leakProblem(500) : leakAnswer(judged.tokens, known)
  }
}

type LeakStatus = 400 | 401 | 405 | 413 | 500 | 503

const HEADERS: Readonly<Partial<Record<LeakStatus, Readonly<Record<string, string>>>>> = {
  // RFC 9110 11.6.1: a 401 carries at least one challenge.
  401: { 'www-authenticate': 'Signature' },
  405: { allow: 'POST' },
  503: { 'retry-after': '60' },
}

/** RFC 9457 problem details that depend on the status alone. */
export function leakProblem(status: LeakStatus): Response {
  const code = status === 400 || status === 401 || status === 413 ? { code: 'LEAK_REPORT_REFUSED' } : {}
  return new Response(anyProblemText(status, code), {
    status,
    headers: { 'cache-control': 'no-store', 'content-type': PROBLEM_TYPE, ...HEADERS[status] },
  })
}

/** GitHub's feedback, one entry a match: `token_hash` in place of the token, which goes nowhere any more. */
export const leakAnswer = (tokens: readonly ReportedToken[], known: ReadonlySet<string>): Response =>
  new Response(
    JSON.stringify(
      tokens.map(({ tokenHash, type }) => ({
        token_hash: tokenHash,
        token_type: type,
        label: known.has(tokenHash) ? 'true_positive' : 'false_positive',
      })),
    ),
    { status: 200, headers: { 'cache-control': 'no-store', 'content-type': 'application/json' } },
  )
