import { ed25519ph } from '@noble/curves/ed25519.js'

/** Ed25519ph (RFC 8032 5.1), which no scheme here takes and node:crypto does not have: only to recognise what a sender did. */
export function verifyEd25519ph(publicKey: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519ph.verify(signature, data, publicKey)
  } catch {
    return false
  }
}
