import crypto from 'node:crypto'
import type { HashName } from '../../algorithm.js'
import type { Bytes, TextEncoding } from '../../key.js'
import type { Hasher } from '../backend.js'

// crypto.hash (Node 20.12) skips the Hash object and is about twice as fast on short inputs; Deno and Bun may lack it.
const oneShot: typeof crypto.hash | undefined = crypto.hash

/** Digest of bytes or of a string's UTF-8. */
export function hash(name: HashName, data: Bytes): Uint8Array {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: both ways it is the same digest
  return oneShot === undefined
    ? crypto.createHash(name).update(data).digest()
    : latin1Bytes(oneShot(name, data, 'latin1' as 'hex'))
}

/**
 * The bytes of a digest that was asked for as text. V8 keeps so short an array and its bytes in one object, while OpenSSL's
 * buffer and any `Buffer` of its own are memory outside the heap: a quarter of the time of a short hash.
 */
export function latin1Bytes(text: string): Uint8Array {
  const out = new Uint8Array(text.length)
  // Stryker disable next-line EqualityOperator: nothing is written past the end of an array
  for (let i = 0; i < out.length; i++) out[i] = text.charCodeAt(i)
  return out
}

/** Digest as text. */
export function hashText(name: HashName, data: Bytes, encoding: TextEncoding): string {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: both ways it is the same digest
  return oneShot === undefined ? crypto.createHash(name).update(data).digest(encoding) : oneShot(name, data, encoding)
}

/** Digest as padded base64. */
export const hashBase64 = (name: HashName, data: Bytes): string => hashText(name, data, 'base64')

/** Whether data have this digest: compared as the text that the one-shot hash gives, which saves its bytes. */
export function hashMatches(name: HashName, data: Bytes, digest: Uint8Array): boolean {
  const text =
    // Stryker disable next-line ConditionalExpression,EqualityOperator: both ways it is the same digest
    oneShot === undefined
      ? crypto
          .createHash(name)
          .update(data)
          .digest('latin1' as 'hex')
      : oneShot(name, data, 'latin1' as 'hex')
  if (text.length !== digest.length) return false
  let difference = 0
  // Stryker disable next-line EqualityOperator: behind the end of both there is no difference
  for (let i = 0; i < digest.length; i++) difference |= text.charCodeAt(i) ^ (digest[i] as number)
  return difference === 0
}

/** Incremental digest. */
export function createHasher(name: HashName): Hasher {
  const state = crypto.createHash(name)
  return {
    update: (data) => {
      state.update(data)
    },
    digest: () => state.digest(),
  }
}
