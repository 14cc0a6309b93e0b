const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const PAIRS = 11
const POOL = 187 * PAIRS

// Two characters at a time, from 12 bits of randomness each. Built on first use.
let pairs: readonly string[] | undefined
let pool: Uint16Array<ArrayBuffer> | undefined
let used = POOL

/** Fresh random bytes from the platform's generator. */
export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/**
 * A nonce of 22 characters of `A-Za-z0-9-_` (132 random bits), unique without any state. Random bytes are drawn in blocks:
 * one system call a request would cost more than the signature.
 */
export function randomNonce(): string {
  pool ??= new Uint16Array(POOL)
  pairs ??= Array.from({ length: 4096 }, (_, i) => `${ALPHABET[i >> 6]}${ALPHABET[i & 63]}`)
  if (used === POOL) {
    crypto.getRandomValues(pool)
    used = 0
  }
  let out = ''
  for (const end = used + PAIRS; used < end; used++) {
    // 65536 is a multiple of 4096, so the low twelve bits are uniform.
    out += pairs[(pool[used] as number) & 4095]
    // A nonce is public once sent; what stands behind the next ones is not kept after use.
    pool[used] = 0
  }
  return out
}
