import { base64url, base64urlDecode } from '../../crypto/encoding.js'
import { hmacKey } from '../../crypto/hmac-key.js'
import { drawBytes } from '../../crypto/random.js'
import type { Secret } from '../../crypto/secret.js'
import { fail } from '../../errors.js'

/** Tokens that show that a request comes from a page which this origin gave to this session. */
export interface CsrfTokens {
  of(sessionId: string): string
  /** In constant time, over decoded bytes. */
  fits(sessionId: string, token: string | null): boolean
}

const MAC_BYTES = 32

/**
 * The token of a session is an HMAC over its id: nothing is stored, it is good on every process that has the secret, and one of
 * another session fits nothing. OWASP's cheat sheet calls it the "signed double-submit" pattern, bound to the session.
 *
 * @throws {CountersignError} `KEY_WEAK` for a secret of less than 32 bytes.
 * @see {@link https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html | OWASP}
 */
export function csrfTokens(secret: Uint8Array | Secret = drawBytes(MAC_BYTES)): CsrfTokens {
  if (!(secret.length >= MAC_BYTES)) fail('KEY_WEAK', `"csrfSecret" must be at least ${MAC_BYTES} bytes`)
  const key = hmacKey({ keyId: 'portal-csrf', algorithm: 'hmac-sha256', secret })
  // Its own words in front: the secret may be one that other things are derived from.
  const base = (sessionId: string): string => `countersign portal csrf\n${sessionId}`
  return {
    of: (sessionId) => base64url(key.sign(base(sessionId))),
    fits: (sessionId, token) => {
      const bytes = token === null || token.length > 64 ? undefined : base64urlDecode(token)
      return bytes?.length === MAC_BYTES && key.verify(base(sessionId), bytes)
    },
  }
}
