import { base64Decode } from '../../crypto/encoding.js'
import { derReader } from '../../crypto/format/der.js'
import type { VerifyingKey } from '../../crypto/key.js'

const HALF = 32
// Two integers of 33 bytes with their headers, and the header around both: 72 bytes are 96 characters.
const MAX_TEXT = 96

/** `r ‖ s` of a DER signature (RFC 3279 2.2.3); `undefined` for anything but the one DER of two numbers of P-256. */
function fixedWidth(der: Uint8Array): Uint8Array | undefined {
  try {
    const outer = derReader(der)
    const inner = outer.inside()
    outer.end()
    const r = inner.integer()
    const s = inner.integer()
    inner.end()
    if (r.length > HALF || s.length > HALF) return undefined
    const out = new Uint8Array(2 * HALF)
    out.set(r, HALF - r.length)
    out.set(s, 2 * HALF - s.length)
    return out
  } catch {
    return undefined
  }
}

/** Whether a base64 DER signature over these exact bytes is the key's. One spelling of a signature only; never throws. */
export async function isSignedBy(key: VerifyingKey, body: Uint8Array, signature: string): Promise<boolean> {
  const der = signature.length > MAX_TEXT ? undefined : base64Decode(signature)
  const fixed = der && fixedWidth(der)
  return fixed !== undefined && (await key.verify(body, fixed)) === true
}
