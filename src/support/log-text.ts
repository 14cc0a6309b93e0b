/** What becomes of untrusted text before it is logged. */

/** The longest text of a log line, in characters. */
const LONGEST = 256

// A shared secret of countersign/keyring, whatever its prefix: see its key format. People paste them into paths, names and reasons.
const SECRET = /([a-z][a-z0-9]{1,15}s_(?:live|test)_)[0-9A-Za-z]{20,}/g

/** The text without what looks like a secret: an audit trail is read by many. */
export const withoutSecrets = (text: string): string =>
  text.includes('s_live_') || text.includes('s_test_') ? text.replace(SECRET, '$1[secret]') : text

export const cut = (text: string, longest: number): string => {
  const plain = withoutSecrets(text)
  return plain.length > longest ? plain.slice(0, longest) : plain
}
export const short = (text: string | undefined): string | undefined => (text === undefined ? text : cut(text, LONGEST))

let lastMs = Number.NaN
let lastTime = ''

/** ISO 8601; '' for what is no time. Busy servers ask several times a millisecond, and formatting costs more than the rest. */
export function isoTime(nowMs: number): string {
  if (nowMs !== lastMs) {
    // ECMA-262 21.4.1.1: beyond that a Date throws. A broken clock is refused elsewhere; here it must not cost the event.
    lastTime = Math.abs(nowMs) <= 8.64e15 ? new Date(nowMs).toISOString() : ''
    lastMs = nowMs
  }
  return lastTime
}

const USER_AGENT = 'user-agent'

/** The first `User-Agent` of a request, cut to 256 characters. */
export function userAgent(fields: readonly string[]): string | undefined {
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string
    if (name.length === USER_AGENT.length && (name === 'User-Agent' || name.toLowerCase() === USER_AGENT))
      return short(fields[i + 1])
  }
  return undefined
}
