import type { HashSpec } from '../../algorithm.js'
import { equalBytes } from '../../equal.js'
import type { Mac } from '../backend.js'
import { HASHES, toBytes } from './hash.js'

/** HMAC (RFC 2104) over noble's SHA-2, from hash states that have already absorbed the pads. */
export function hmac({ hash, blockBytes }: HashSpec, secret: Uint8Array): Mac {
  const H = HASHES[hash]
  const key = secret.length > blockBytes ? H(secret) : secret
  const pad = (byte: number): Uint8Array => Uint8Array.from({ length: blockBytes }, (_, i) => byte ^ (key[i] ?? 0))
  const inner = H.create().update(pad(0x36))
  const outer = H.create().update(pad(0x5c))
  const sign: Mac['sign'] = (base) =>
    outer
      .clone()
      .update(inner.clone().update(toBytes(base)).digest())
      .digest()
  return {
    sign,
    verify: (base, signature) => equalBytes(sign(base), signature),
  }
}
