const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const POOL = 4096
const NONCE_CHARACTERS = 22

let pool: Uint8Array | undefined
let used = POOL

/** Fresh random bytes from the platform's generator. */
export const randomBytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

/**
 * A nonce of 22 characters of `A-Za-z0-9-_` (132 random bits), unique without any state. Random bytes are drawn in blocks:
 * one system call a request would cost more than the signature.
 */
export function randomNonce(): string {
  if (pool === undefined) pool = new Uint8Array(POOL)
  if (used + NONCE_CHARACTERS > POOL) {
    crypto.getRandomValues(pool)
    used = 0
  }
  let out = ''
  for (const end = used + NONCE_CHARACTERS; used < end; used++) {
    // 256 is a multiple of 64, so the low six bits are uniform.
    out += ALPHABET[(pool[used] as number) & 63]
    // A nonce is public once sent; the bytes behind the next ones are not, so none is kept after use.
    pool[used] = 0
  }
  return out
}
