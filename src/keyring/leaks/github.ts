import { utf8Decode } from '../../crypto/encoding.js'
import { Secret } from '../../crypto/secret.js'
import { assertOptions, CountersignError, fail, isCountersignError } from '../../errors.js'
import { cappedBytes } from '../../support/body.js'
import { deadline } from '../../support/deadline.js'
import { defined } from '../../support/defined.js'
import { FUNCTION, milliseconds } from '../../support/option-kinds.js'
import type { LeakReportKey } from './reporter-keys.js'

/** Where GitHub publishes the keys of its secret scanning. */
export const GITHUB_REPORT_KEYS_URL = 'https://api.github.com/meta/public_keys/secret_scanning'

const MAX_BYTES = 65_536

const refused = (): CountersignError =>
  new CountersignError(
    'DIRECTORY_REFUSED',
    'public keys must be GitHub\'s JSON: "public_keys" with "key_identifier" and "key"',
  )

/**
 * The keys of GitHub's own JSON document, `{ "public_keys": [{ "key_identifier", "key", "is_current" }] }`.
 *
 * A key that is no longer current is taken as well: GitHub still lists it, reports may be on their way under it, and a
 * missed leak is worse than a revoked key, for which a forger would have to know the secret.
 */
function readKeys(document: unknown): readonly LeakReportKey[] {
  const list = (document as { public_keys?: unknown } | null | undefined)?.public_keys
  if (!Array.isArray(list)) throw refused()
  return list.map((entry: { key_identifier?: unknown; key?: unknown } | null) => {
    const { key_identifier: keyId, key: publicKey } = entry ?? {}
    if (typeof keyId !== 'string' || typeof publicKey !== 'string') throw refused()
    return { keyId, publicKey }
  })
}

/**
 * How to fetch the public keys that GitHub signs its leak reports with; the `publicKeys` of {@link createLeakReportHandler}.
 * One request, at most 64 KiB, no redirects.
 *
 * @param options `token` is a personal access token without any scope, which only raises GitHub's rate limit
 * @throws {CountersignError} from the fetch, `DIRECTORY_UNAVAILABLE` for no answer in time or another status than 200,
 *   `DIRECTORY_REFUSED` for another document.
 * @see {@link https://docs.github.com/en/code-security/secret-scanning/secret-scanning-partnership-program/secret-scanning-partner-program#implement-signature-verification-in-your-secret-alert-service | GitHub, signature verification}
 * @example
 * ```ts
 * import { githubReportKeys } from 'countersign/keyring'
 *
 * const keys = await githubReportKeys()()
 * console.log(keys.map(({ keyId }) => keyId))
 * ```
 */
export function githubReportKeys(
  options: {
    /** Default `globalThis.fetch`. */
    readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
    /** Default GitHub's. */
    readonly url?: string
    /** A personal access token without any scope, which only raises GitHub's rate limit. Default none. */
    readonly token?: Secret
    /** How long it may take, in milliseconds. Default 5 000. */
    readonly timeoutMs?: number
  } = {},
): () => Promise<readonly LeakReportKey[]> {
  assertOptions('githubReportKeys', options, {
    fetch: FUNCTION,
    url: [(value) => typeof value === 'string' && URL.canParse(value), 'a URL'],
    token: [(value) => value instanceof Secret, 'a Secret: Secret.fromText(token)'],
    timeoutMs: milliseconds(1, 600_000),
  })
  const { fetch = globalThis.fetch, url = GITHUB_REPORT_KEYS_URL, token, timeoutMs = 5_000 } = options
  const load = async (signal: AbortSignal): Promise<readonly LeakReportKey[]> => {
    const authorization = token && `Bearer ${utf8Decode(token.reveal())}`
    const response = await fetch(url, {
      redirect: 'error',
      headers: defined({ accept: 'application/json', authorization }),
      signal,
    })
    if (response.status !== 200)
      fail('DIRECTORY_UNAVAILABLE', `public keys must come with status 200, got ${response.status}`)
    const text = utf8Decode(await cappedBytes(response, MAX_BYTES))
    try {
      return readKeys(JSON.parse(text ?? ''))
    } catch {
      throw refused()
    }
  }
  return async () => {
    const controller = new AbortController()
    try {
      return await deadline(load(controller.signal), timeoutMs)
    } catch (error) {
      // Without its cause: an error of fetch may hold the request, and with it the token.
      throw isCountersignError(error) && error.code.startsWith('DIRECTORY_')
        ? error
        : new CountersignError('DIRECTORY_UNAVAILABLE', 'public keys could not be fetched')
    } finally {
      controller.abort()
    }
  }
}
