import { aesGcmOpen, aesGcmSeal } from '#backend/aes-gcm'
import { alternatives, fail, kindOf } from '../errors.js'
import { xchachaOpen, xchachaSeal } from './backend/chacha.js'
import { drawBytes } from './random.js'

/** Authenticated encryption: what is sealed can neither be read nor changed, nor moved to where it was not sealed for. */
export interface Aead {
  readonly id: AeadId
  readonly nonceBytes: number
  seal(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, associated: Uint8Array): Uint8Array
  open(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined
}

/** `aes-256-gcm` (NIST SP 800-38D, 128-bit tags only) or `xchacha20-poly1305` (draft-irtf-cfrg-xchacha). */
export type AeadId = 'aes-256-gcm' | 'xchacha20-poly1305'

export const AEADS: Readonly<Record<AeadId, Aead>> = {
  'aes-256-gcm': { id: 'aes-256-gcm', nonceBytes: 12, seal: aesGcmSeal, open: aesGcmOpen },
  'xchacha20-poly1305': { id: 'xchacha20-poly1305', nonceBytes: 24, seal: xchachaSeal, open: xchachaOpen },
}

export const AEAD_KEY_BYTES = 32

/** The AEAD of that name. Throws `KEY_UNSUPPORTED` for any other name. */
export function aeadOf(id: unknown): Aead {
  if (typeof id === 'string' && Object.hasOwn(AEADS, id)) return AEADS[id as AeadId]
  fail('KEY_UNSUPPORTED', `"encryption" must be ${alternatives(Object.keys(AEADS))}, got ${kindOf(id)}`)
}

/** A fresh nonce and what it sealed. A random nonce of 96 bits is good for 2^32 messages under one key. */
export function sealFresh(
  aead: Aead,
  key: Uint8Array,
  data: Uint8Array,
  associated: Uint8Array,
): { readonly nonce: Uint8Array; readonly sealed: Uint8Array } {
  if (key.length !== AEAD_KEY_BYTES)
    fail('KEY_WEAK', `encryption key must have ${AEAD_KEY_BYTES} bytes, got ${key.length}`)
  const nonce = drawBytes(aead.nonceBytes)
  return { nonce, sealed: aead.seal(key, nonce, data, associated) }
}

/** What was sealed, or `undefined`. A nonce or key of another size opens nothing. */
export const openSealed = (
  aead: Aead,
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associated: Uint8Array,
): Uint8Array | undefined =>
  key.length === AEAD_KEY_BYTES && nonce.length === aead.nonceBytes
    ? aead.open(key, nonce, sealed, associated)
    : undefined
