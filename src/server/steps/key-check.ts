import { hash } from '#backend/hash'
import type { KeyRecord } from '../../access/key-record.js'
import { isAlgorithm, signatureBytesOf } from '../../crypto/algorithm.js'
import { equalBytes, utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes, VerifyingKey } from '../../crypto/key.js'
import { drawBytes } from '../../crypto/random.js'
import { CountersignError, type VerdictCode } from '../../errors.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import type { Policy } from '../policy/policy.js'
import { asked } from './key-lookup.js'

/**
 * Keys to verify against where the named one is unknown or cannot have made the signature, so that this takes as long. The
 * last one seen of each algorithm, and of each modulus; at first those that the key source offers, and one of HMAC.
 */
export interface Decoys {
  readonly keys: Map<string, VerifyingKey>
  /** Of this verifier alone: which key stands for an id must not be foreseeable. */
  readonly seed: number
}

export function newDecoys(offered: readonly VerifyingKey[]): Decoys {
  const keys = new Map<string, VerifyingKey>([[HASHING.algorithm, HASHING]])
  for (const key of offered) keys.set(key.algorithm, key)
  return { keys, seed: new DataView(drawBytes(4).buffer).getUint32(0) }
}

/** Stands for the first key of a shared secret: what an HMAC costs is the hash of its text, and half of one more. */
const HASHING: VerifyingKey = {
  keyId: 'decoy',
  algorithm: 'hmac-sha256',
  verify: (base) => {
    // Stryker disable next-line ConditionalExpression,EqualityOperator: it is there for what it costs, not for what comes of it
    hash('sha256', hash('sha256', typeof base === 'string' ? utf8(base) : base))
    return false
  },
}

/** Remembers a key that was found, and the length of what it signs where it has proven to be its own. */
export function noteDecoy({ keys }: Decoys, key: VerifyingKey, length?: number): void {
  keys.set(length === undefined ? key.algorithm : `${key.algorithm}/${length}`, key)
}

/**
 * Verifies a signature against a decoy key and ignores the answer: the CPU time of a real verification. Every refusal between
 * key look-up and verdict goes through here, so that its time does not reveal whether the key exists.
 */
export function verifyDecoy(decoys: Decoys, keyId: string, signature: UntrustedSignature, timeoutMs: number): unknown {
  const key = decoyFor(decoys, keyId, signature)
  // A remote key may hang or fail, for an unknown key id as for its own.
  return asked('the key', () => key.verify(baseFor(signature, {}), signature.signature), timeoutMs)
}

function decoyFor(
  { keys, seed }: Decoys,
  keyId: string,
  { claimedAlgorithm = '', signature }: UntrustedSignature,
): VerifyingKey {
  const { length } = signature
  const claimed = keys.get(`${claimedAlgorithm}/${length}`) ?? keys.get(claimedAlgorithm)
  if (claimed !== undefined) return claimed
  const fitting = [...keys.values()].filter(({ algorithm }) => {
    const signatureBytes = signatureBytesOf(algorithm)
    return signatureBytes === length || (signatureBytes === 0 && length >= 128)
  })
  // Several algorithms sign in 64 bytes: an unknown id seems to be of one of them, and always of the same.
  const all = fitting.length > 0 ? fitting : [...keys.values()]
  return all[numberOf(keyId, seed) % all.length] as VerifyingKey
}

/** FNV-1a, started from a secret. */
function numberOf(text: string, seed: number): number {
  let hash = seed
  // Stryker disable next-line EqualityOperator: one round more makes another number, as good as this one
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

/**
 * Why the key of a record cannot have made the signature: an algorithm that the message or the policy vetoes, another length.
 * `undefined` where it can.
 */
export function recordProblem(
  { key }: KeyRecord,
  signature: UntrustedSignature,
  policy: Policy,
): CountersignError | undefined {
  const { claimedAlgorithm } = signature
  if (claimedAlgorithm !== undefined && claimedAlgorithm !== key.algorithm)
    return new CountersignError('ALG_MISMATCH', 'the signature names another algorithm than its key')
  // A weak one, or a wallet's, is never among those that are taken by default.
  if (policy.algorithms === undefined ? !isAlgorithm(key.algorithm) : !policy.algorithms.includes(key.algorithm))
    return new CountersignError('ALG_MISMATCH', 'the policy does not allow the algorithm of the key')
  const signatureBytes = signatureBytesOf(key.algorithm)
  const { length } = signature.signature
  return signatureBytes === 0 || length === signatureBytes
    ? undefined
    : new CountersignError('SIGNATURE_MALFORMED', `the signature must have ${signatureBytes} bytes, got ${length}`)
}

/** Why a key may not be used at this moment; `undefined` when it may. Asked only after a valid signature. */
export function keyProblem(
  { status = 'active', notBeforeMs, expiresAtMs }: KeyRecord,
  nowMs: number,
): VerdictCode | undefined {
  if (status === 'revoked') return 'KEY_REVOKED'
  if (status !== 'active') return 'KEY_DISABLED'
  if (notBeforeMs !== undefined && !(nowMs >= notBeforeMs)) return 'KEY_NOT_YET_VALID'
  return expiresAtMs !== undefined && !(nowMs < expiresAtMs) ? 'KEY_EXPIRED' : undefined
}

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
