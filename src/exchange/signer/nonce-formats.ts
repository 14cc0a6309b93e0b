import { hex } from '../../crypto/encoding.js'
import { drawBytes, randomNonce } from '../../crypto/random.js'
import { type IncreasingNoncesOptions, increasingNonces } from '../../sources/increasing-nonces.js'
import type { NonceFormat } from '../spec/spec.js'

/**
 * Strictly increasing decimal digits, one source for all signers of an exchange in this process: two clients of one key would
 * otherwise refuse each other.
 */
export const increasing = (unit: IncreasingNoncesOptions['unit']): NonceFormat => ({
  pattern: /^[1-9]\d{0,18}$/,
  nonces: increasingNonces({ unit }),
  increasing: true,
})

/** The numbers of a chain: {@link increasing} by the clock, where an account's own sequence starts at 0. */
export const sequences = (): NonceFormat => ({ ...increasing('ms'), pattern: /^(?:0|[1-9]\d{0,18})$/ })

/** Version 4 UUIDs. Made here: a page without TLS has no `crypto.randomUUID`. */
export const uuids: NonceFormat = {
  pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  nonces: {
    next: () => {
      const bytes = drawBytes(16)
      bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80
      const text = hex(bytes)
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-')
    },
  },
}

/** 22 random characters; whatever stands in a header or in quotes is taken. */
export const randomTexts: NonceFormat = {
  pattern: /^[A-Za-z0-9._~-]{1,128}$/,
  nonces: { next: randomNonce },
}

/** 32 random hexadecimal digits. */
export const hexTexts: NonceFormat = {
  pattern: /^[0-9a-f]{16,64}$/,
  nonces: { next: () => hex(drawBytes(16)) },
}

/** A random number below 2^20. What is received may have a time in front of it. */
export const twentyBits: NonceFormat = {
  pattern: /^\d{1,20}$/,
  nonces: {
    next: () => {
      const [a, b, c] = drawBytes(3) as unknown as readonly [number, number, number]
      return String(((a & 15) << 16) | (b << 8) | c)
    },
  },
}
