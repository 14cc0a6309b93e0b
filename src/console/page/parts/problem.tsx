import type { JSX } from 'preact'
import { usePage } from '../context.js'
import type { TextKey } from '../text/en.js'
import { problemOf } from '../wire.js'

const BY_CODE: Readonly<Record<string, TextKey>> = {
  NETWORK: 'problemNetwork',
  SESSION_REQUIRED: 'problemSession',
  CSRF: 'problemSession',
  RATE_LIMITED: 'problemRate',
  STORE_CONFLICT: 'problemConflict',
  STORE_UNAVAILABLE: 'problemStore',
  KEY_NOT_FOUND: 'problemNotFound',
  SCOPE_DENIED: 'problemScope',
  NOT_ADMINISTRATOR: 'problemAdmin',
  KEY_WEAK: 'problemWeak',
  REASON_REQUIRED: 'problemReason',
  LIFE_TOO_LONG: 'problemLife',
  ADDRESSES_REQUIRED: 'problemAddresses',
}

/** Why something did not work, in the reader's language, with the portal's words where it has any. */
export function Problem({
  error,
  onRetry,
}: {
  error: unknown
  onRetry?: (() => void) | undefined
}): JSX.Element | null {
  const { say } = usePage()
  if (error === undefined) return null
  const { code = '', detail, status, retryAfter } = problemOf(error)
  const key = BY_CODE[code]
  return (
    <div class="note bad" role="alert">
      <p>
        <strong>{key === undefined ? say('problemOther', { code: code || `HTTP ${status}` }) : say(key)}</strong>
      </p>
      {detail !== undefined && code !== 'NETWORK' && code !== 'KEY_NOT_FOUND' && <p class="detail">{detail}</p>}
      {retryAfter !== undefined && <p>{say('problemWait', { seconds: retryAfter })}</p>}
      {onRetry !== undefined && (
        <button type="button" onClick={onRetry}>
          {say('tryAgain')}
        </button>
      )}
    </div>
  )
}
