import type { KeyRecord } from '../../access/key-record.js'
import { equalBytes, utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'

const bytesOf = (passphrase: KeyRecord['passphrase']): Uint8Array | undefined =>
  typeof passphrase === 'string' ? utf8(passphrase) : passphrase?.reveal()

/**
 * The signature base that a key has to verify; for schemes that sign the passphrase without sending it, the record's completes
 * the text.
 */
export function baseFor(
  { passphrase: proof, base }: UntrustedSignature,
  { passphrase }: Pick<KeyRecord, 'passphrase'>,
): Bytes {
  if (proof === undefined || !('base' in proof)) return base
  return proof.base(utf8Decode(bytesOf(passphrase) ?? new Uint8Array(0)) ?? '')
}

/** Whether the message proves the record's passphrase. A record with one refuses schemes that have none. */
export function matchesPassphrase(
  { passphrase: proof }: UntrustedSignature,
  { key, passphrase }: KeyRecord,
): boolean | Promise<boolean> {
  const own = bytesOf(passphrase)
  if (proof === undefined) return own === undefined
  if (own === undefined || own.length === 0) return false
  if ('text' in proof) return equalBytes(utf8(proof.text), own)
  // Part of the base: it was proven when the signature matched.
  return 'base' in proof ? true : key.verify(own, proof.signature)
}
