import type { CHash } from '@noble/hashes/utils.js'
import type { HashName } from '../../algorithm.js'
import { equalBytes, utf8 } from '../../encoding.js'
import type { Mac } from '../backend.js'
import { HASHES } from './hash.js'
import { sha256 } from './one-hash.js'

/** HMAC (RFC 2104) over one of noble's hashes, from hash states that have already absorbed the pads. */
export function mac(H: CHash, secret: Uint8Array): Mac {
  const length = H.blockLen
  const key = secret.length > length ? H(secret) : secret
  const padded = (byte: number) => H.create().update(Uint8Array.from({ length }, (_, i) => byte ^ (key[i] ?? 0)))
  const inner = padded(0x36)
  const outer = padded(0x5c)
  const sign: Mac['sign'] = (base) =>
    outer
      .clone()
      .update(
        inner
          .clone()
          .update(typeof base === 'string' ? utf8(base) : base)
          .digest(),
      )
      .digest()
  return {
    sign,
    verify: (base, signature) => equalBytes(sign(base), signature),
  }
}

/** HMAC with any of the hashes. */
export const hmac = (hash: HashName, secret: Uint8Array): Mac => mac(HASHES[hash], secret)

/** HMAC-SHA256 without the other hashes in the bundle, which weigh as much again. */
export const hmacSha256 = (secret: Uint8Array): Mac => mac(sha256, secret)
