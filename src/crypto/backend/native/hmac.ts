import crypto from 'node:crypto'
import type { AlgorithmSpec } from '../../algorithm.js'
import type { Bytes, TextEncoding } from '../../key.js'
import type { Mac } from '../backend.js'

// One message buffer for all keys: everything between writing and hashing is synchronous, so calls cannot interleave.
// Longer messages get their own buffer.
const SHARED = 8192

/**
 * HMAC (RFC 2104) as two one-shot hashes over precomputed pads. `createHmac` sets up an OpenSSL context on every call; for
 * messages below a kilobyte the composition takes about half the time. The primitive is still OpenSSL's SHA-2.
 */
export function hmac(spec: AlgorithmSpec, secret: Uint8Array): Mac {
  return typeof crypto.hash === 'function' ? padded(spec, secret) : classic(spec, secret)
}

const scratch: Buffer = /* @__PURE__ */ Buffer.alloc(SHARED)
const VIEWS = 2048
const views: Array<Buffer | undefined> = /* @__PURE__ */ new Array(VIEWS).fill(undefined)
/** Whose inner pad stands at the start of {@link scratch}. */
let owner: Buffer | undefined

/** A view of the first `length` bytes; making one costs as much as hashing them, so short ones are kept. */
function view(length: number): Buffer {
  if (length >= VIEWS) return scratch.subarray(0, length)
  let found = views[length]
  if (found === undefined) {
    found = scratch.subarray(0, length)
    views[length] = found
  }
  return found
}

/** Puts a key's inner pad in place, unless it is there from the last call. */
function claim(innerPad: Buffer): void {
  if (owner === innerPad) return
  scratch.set(innerPad)
  owner = innerPad
}

function padded({ hash, hashBytes, blockBytes }: AlgorithmSpec, secret: Uint8Array): Mac {
  const key = secret.length > blockBytes ? crypto.hash(hash, secret, 'buffer') : secret
  const innerPad = Buffer.alloc(blockBytes, 0x36)
  // Outer pad and room for the inner digest, hashed as one.
  const outer = Buffer.alloc(blockBytes + hashBytes, 0x5c)
  for (let i = 0; i < key.length; i++) {
    innerPad[i] = 0x36 ^ (key[i] as number)
    outer[i] = 0x5c ^ (key[i] as number)
  }
  const expected = Buffer.alloc(hashBytes)

  const inner = (base: Bytes): void => {
    let message: Buffer
    if (typeof base === 'string') {
      // A UTF-16 unit is at most three bytes of UTF-8.
      const room = blockBytes + 3 * base.length
      if (room <= SHARED) {
        claim(innerPad)
        message = view(blockBytes + scratch.utf8Write(base, blockBytes))
      } else {
        message = Buffer.concat([innerPad, Buffer.from(base, 'utf8')])
      }
    } else if (blockBytes + base.length <= SHARED) {
      claim(innerPad)
      scratch.set(base, blockBytes)
      message = view(blockBytes + base.length)
    } else {
      message = Buffer.concat([innerPad, base])
    }
    // A 'latin1' digest is a cheap string; a 'buffer' one costs a microsecond of allocation.
    outer.latin1Write(crypto.hash(hash, message, 'latin1' as 'hex'), blockBytes)
  }

  return {
    sign: (base) => {
      inner(base)
      const out = Buffer.allocUnsafeSlow(hashBytes)
      out.latin1Write(crypto.hash(hash, outer, 'latin1' as 'hex'), 0)
      return out
    },
    signText: (base, encoding) => {
      inner(base)
      return crypto.hash(hash, outer, encoding as 'hex')
    },
    verify: (base, signature) => {
      inner(base)
      expected.latin1Write(crypto.hash(hash, outer, 'latin1' as 'hex'), 0)
      return signature.length === hashBytes && crypto.timingSafeEqual(expected, signature)
    },
  }
}

/** The same through `createHmac`, for runtimes that have node:crypto without `crypto.hash`. */
function classic({ hash, hashBytes }: AlgorithmSpec, secret: Uint8Array): Mac {
  const key = crypto.createSecretKey(secret)
  const mac = (base: Bytes): crypto.Hmac => crypto.createHmac(hash, key).update(base)
  return {
    sign: (base) => mac(base).digest(),
    signText: (base, encoding: TextEncoding) => mac(base).digest(encoding),
    verify: (base, signature) =>
      signature.length === hashBytes && crypto.timingSafeEqual(mac(base).digest(), signature),
  }
}
