import { pbkdf2Async } from '@noble/hashes/pbkdf2.js'
import { scryptAsync } from '@noble/hashes/scrypt.js'
import { sha224 } from '@noble/hashes/sha2.js'
import { CountersignError, fail } from '../../../errors.js'
import { subtle } from '../../subtle.js'
import type { Prf, ScryptCost } from '../backend.js'

/** PBKDF2 (RFC 8018 5.2) over WebCrypto: 600 000 rounds take seconds in JavaScript. Only SHA-224 is unknown to it. */
export async function pbkdf2(
  prf: Prf,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  length: number,
): Promise<Uint8Array> {
  if (prf === 'sha224') return pbkdf2Async(sha224, password, salt, { c: iterations, dkLen: length })
  const key = await subtle().importKey('raw', password as BufferSource, 'PBKDF2', false, ['deriveBits'])
  const hash = `SHA-${prf.slice(3)}`
  const bits = await subtle().deriveBits(
    { name: 'PBKDF2', hash, salt: salt as BufferSource, iterations },
    key,
    8 * length,
  )
  return new Uint8Array(bits)
}

/** scrypt (RFC 7914) over noble, yielding to the event loop. Its default memory limit is replaced by the caller's bounds. */
export const scrypt = (
  password: Uint8Array,
  salt: Uint8Array,
  { N, r, p }: ScryptCost,
  length: number,
): Promise<Uint8Array> => scryptAsync(password, salt, { N, r, p, dkLen: length, maxmem: 128 * r * (N + p + 2) + 1024 })

async function aesKey(key: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  try {
    return await subtle().importKey('raw', key as BufferSource, 'AES-CBC', false, [usage])
  } catch (error) {
    if (error instanceof CountersignError) throw error
    // Chromium has no AES-192.
    fail('KEY_UNSUPPORTED', `WebCrypto does not support AES-${8 * key.length}`)
  }
}

export async function aesCbcEncrypt(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: 'AES-CBC', iv: iv as BufferSource }
  return new Uint8Array(await subtle().encrypt(algorithm, await aesKey(key, 'encrypt'), data as BufferSource))
}

export async function aesCbcDecrypt(
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Promise<Uint8Array | undefined> {
  const held = await aesKey(key, 'decrypt')
  try {
    return new Uint8Array(
      await subtle().decrypt({ name: 'AES-CBC', iv: iv as BufferSource }, held, data as BufferSource),
    )
  } catch {
    // The padding is none.
  }
  return undefined
}
