export { type ReadSignature, untrusted } from '../scheme/untrusted.js'

const UNIQUE = /^[A-Za-z0-9._~+/=-]{16,128}$/

/**
 * A nonce that is long enough to be unique by itself; `undefined` for a shorter one, such as the six characters of Hawk: it is a
 * part of what is signed, and that as a whole may then arrive once.
 */
export const uniqueNonce = (nonce: string): string | undefined => (UNIQUE.test(nonce) ? nonce : undefined)
