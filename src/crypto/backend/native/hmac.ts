import crypto from 'node:crypto'
import type { HashName } from '../../algorithm.js'
import type { Bytes, TextEncoding } from '../../key.js'
import type { Mac } from '../backend.js'
import { latin1Bytes } from './hash.js'

// One message buffer for all keys: everything between writing and hashing is synchronous, so calls cannot interleave.
// Text takes up to three bytes a character, so this holds 16 KiB of it in any script.
const SHARED = 65_536
/** Longest text of parts that is worth copying: at 16 KiB a copy costs half of the context that it saves. */
const PARTS = 20_480

/**
 * HMAC (RFC 2104) as two one-shot hashes over precomputed pads. `createHmac` sets up an OpenSSL context on every call; for
 * messages below a kilobyte the composition takes about half the time. The primitive is still OpenSSL's SHA-2.
 */
export function hmac(hash: HashName, secret: Uint8Array): Mac {
  return typeof crypto.hash === 'function' ? padded(hash, secret) : classic(hash, secret)
}

/** Bytes that a hash makes. */
const bytesOf = (hash: HashName): number => Number(hash.slice(3)) / 8

const scratch: Buffer = /* @__PURE__ */ Buffer.alloc(SHARED)
const encoder = /* @__PURE__ */ new TextEncoder()
/** Where messages start, by the length of the pad before them. */
const afterPad: Readonly<Record<number, Buffer>> = {
  64: /* @__PURE__ */ scratch.subarray(64),
  128: /* @__PURE__ */ scratch.subarray(128),
}
const VIEWS = 2048
const views: Array<Buffer | undefined> = /* @__PURE__ */ new Array(VIEWS).fill(undefined)
/** Whose inner pad stands at the start of {@link scratch}. */
let owner: Buffer | undefined

/** A view of the first `length` bytes; making one costs as much as hashing them, so short ones are kept. */
function view(length: number): Buffer {
  // Stryker disable next-line ConditionalExpression,EqualityOperator: a new view is the same bytes
  if (length >= VIEWS) return scratch.subarray(0, length)
  let found = views[length]
  // Stryker disable next-line ConditionalExpression: a new view is the same bytes
  if (found === undefined) {
    found = scratch.subarray(0, length)
    views[length] = found
  }
  return found
}

/** Puts a key's inner pad in place, unless it is there from the last call. */
function claim(innerPad: Buffer): void {
  // Stryker disable next-line ConditionalExpression: it only saves the copy
  if (owner === innerPad) return
  scratch.set(innerPad)
  owner = innerPad
}

/** The bytes of a short digest that was asked for as text. */
function copyLatin1(text: string, into: Buffer, at: number): void {
  // Stryker disable next-line EqualityOperator: nothing is written past the end of a buffer
  for (let i = 0; i < text.length; i++) into[at + i] = text.charCodeAt(i)
}

/** Longest text that {@link writeAscii} writes faster than the encoder is called. */
const SHORT = 48

/** Writes a short text, such as a time, character by character; how many, or -1 for one that is not ASCII. */
// Stryker disable next-line BlockStatement: without it the encoder writes the text
function writeAscii(text: string, into: Buffer, at: number): number {
  // Stryker disable next-line EqualityOperator: what follows is written over it
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // Stryker disable next-line ConditionalExpression,EqualityOperator: the encoder writes ASCII, too
    if (code > 0x7f) return -1
    into[at + i] = code
  }
  return text.length
}

function padded(hash: HashName, secret: Uint8Array): Mac {
  const hashBytes = bytesOf(hash)
  // FIPS 180-4, figure 1.
  const blockBytes = hash === 'sha256' ? 64 : 128
  const key = secret.length > blockBytes ? crypto.hash(hash, secret, 'buffer') : secret
  const innerPad = Buffer.alloc(blockBytes, 0x36)
  // Outer pad and room for the inner digest, hashed as one.
  const outer = Buffer.alloc(blockBytes + hashBytes, 0x5c)
  // Stryker disable next-line EqualityOperator: no byte of the key is a pad as it was
  for (let i = 0; i < key.length; i++) {
    innerPad[i] = 0x36 ^ (key[i] as number)
    outer[i] = 0x5c ^ (key[i] as number)
  }
  const expected = Buffer.alloc(hashBytes)
  const message = afterPad[blockBytes] as Buffer

  // Past the shared buffer, joining pad and message costs more than the context that createHmac sets up.
  const long = classic(hash, secret)
  const inner = (base: Bytes): boolean => {
    // A UTF-16 unit is at most three bytes of UTF-8. Asked for what fits, so that junk goes where it is refused.
    if (!(blockBytes + (typeof base === 'string' ? 3 * base.length : base.length) <= SHARED)) return false
    claim(innerPad)
    let length = base.length
    // `Buffer.write` takes three times as long as this to find out what it was asked.
    if (typeof base === 'string') length = encoder.encodeInto(base, message).written
    else scratch.set(base, blockBytes)
    // A 'latin1' digest is a cheap string; a 'buffer' one costs a microsecond of allocation.
    copyLatin1(crypto.hash(hash, view(blockBytes + length), 'latin1' as 'hex'), outer, blockBytes)
    return true
  }

  const innerParts = (parts: readonly Bytes[]): boolean => {
    let bound = blockBytes
    for (const part of parts) bound += typeof part === 'string' ? 3 * part.length : part.length
    // A longer one is hashed where it lies.
    if (!(bound <= PARTS)) return false
    claim(innerPad)
    let at = blockBytes
    for (const part of parts) {
      if (typeof part !== 'string') {
        scratch.set(part, at)
        at += part.length
        continue
      }
      // Stryker disable next-line ConditionalExpression,EqualityOperator: which of the two writes it is a question of time
      const written = part.length <= SHORT ? writeAscii(part, scratch, at) : -1
      // The first one goes where a view is at hand.
      at +=
        // Stryker disable next-line ConditionalExpression,EqualityOperator: the encoder writes the same bytes at the same place
        written >= 0 ? written : encoder.encodeInto(part, at === blockBytes ? message : scratch.subarray(at)).written
    }
    copyLatin1(crypto.hash(hash, view(at), 'latin1' as 'hex'), outer, blockBytes)
    return true
  }
  const given = Buffer.alloc(hashBytes)
  const fits = (signature: Uint8Array): boolean => {
    if (signature.length !== hashBytes) return false
    copyLatin1(crypto.hash(hash, outer, 'latin1' as 'hex'), expected, 0)
    // So short an array lies in V8's heap: OpenSSL would be given a copy outside of it, which costs more than the comparison.
    given.set(signature)
    return crypto.timingSafeEqual(expected, given)
  }

  return {
    sign: (base) => {
      return inner(base) ? latin1Bytes(crypto.hash(hash, outer, 'latin1' as 'hex')) : long.sign(base)
    },
    signText: (base, encoding) =>
      inner(base) ? crypto.hash(hash, outer, encoding as 'hex') : long.signText(base, encoding),
    verify: (base, signature) => {
      if (!inner(base)) return long.verify(base, signature)
      return fits(signature)
    },
    verifyParts: (parts, signature) => (innerParts(parts) ? fits(signature) : long.verifyParts(parts, signature)),
  }
}

/** The same through `createHmac`: for long messages, and for runtimes that have node:crypto without `crypto.hash`. */
function classic(hash: HashName, secret: Uint8Array): Required<Mac> {
  const hashBytes = bytesOf(hash)
  const key = crypto.createSecretKey(secret)
  const mac = (base: Bytes): crypto.Hmac => crypto.createHmac(hash, key).update(base)
  return {
    sign: (base) => mac(base).digest(),
    signText: (base, encoding: TextEncoding) => mac(base).digest(encoding),
    verify: (base, signature) =>
      signature.length === hashBytes && crypto.timingSafeEqual(mac(base).digest(), signature),
    verifyParts: (parts, signature) => {
      const state = crypto.createHmac(hash, key)
      for (const part of parts) state.update(part)
      return signature.length === hashBytes && crypto.timingSafeEqual(state.digest(), signature)
    },
  }
}

/** HMAC-SHA256. */
export const hmacSha256 = (secret: Uint8Array): Mac => hmac('sha256', secret)
