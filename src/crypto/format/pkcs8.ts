import { fail } from '../../errors.js'
import { bitString, type DerReader, derReader, octetString, oid, sequence, smallInteger, TAG } from './der.js'

/** AlgorithmIdentifier (RFC 5280 4.1.1.2): what kind of key follows. */
export interface AlgorithmIdentifier {
  readonly oid: string
  /** Reader standing before the parameters, or at the end where there are none. */
  readonly parameters: DerReader
}

export function readAlgorithmIdentifier(reader: DerReader): AlgorithmIdentifier {
  const parameters = reader.inside()
  return { oid: parameters.oid(), parameters }
}

/** Throws unless the parameters are NULL, as the RSA, SHA-2 and HMAC identifiers want them. */
export function expectNull({ parameters }: AlgorithmIdentifier): void {
  if (parameters.next(TAG.null).length !== 0) fail('KEY_MALFORMED', 'key must be DER with NULL')
  parameters.end()
}

/** PrivateKeyInfo, or OneAsymmetricKey with its public half (RFC 5958 section 2). */
export interface PrivateKeyInfo {
  readonly algorithm: AlgorithmIdentifier
  readonly privateKey: Uint8Array
  readonly publicKey: Uint8Array | undefined
}

const IMPLICIT_BITS_1 = 0x81

export function readPrivateKeyInfo(der: Uint8Array): PrivateKeyInfo {
  const outer = derReader(der)
  const info = outer.inside()
  outer.end()
  const version = info.small(1)
  const algorithm = readAlgorithmIdentifier(info)
  const privateKey = info.octets()
  // Attributes say nothing about the key itself.
  if (info.peek() === TAG.context0) info.next(TAG.context0)
  let publicKey: Uint8Array | undefined
  if (version === 1 && info.peek() === IMPLICIT_BITS_1) {
    const bits = info.next(IMPLICIT_BITS_1)
    if (bits[0] !== 0) fail('KEY_MALFORMED', 'key must be DER with a bit string of whole bytes')
    publicKey = bits.subarray(1)
  }
  info.end()
  return { algorithm, privateKey, publicKey }
}

/** PrivateKeyInfo from an encoded AlgorithmIdentifier and the family's private structure. */
export const writePrivateKeyInfo = (algorithm: Uint8Array, privateKey: Uint8Array): Uint8Array =>
  sequence(smallInteger(0), algorithm, octetString(privateKey))

/** SubjectPublicKeyInfo (RFC 5280 4.1). */
export function readPublicKeyInfo(der: Uint8Array): { algorithm: AlgorithmIdentifier; publicKey: Uint8Array } {
  const outer = derReader(der)
  const info = outer.inside()
  outer.end()
  const algorithm = readAlgorithmIdentifier(info)
  const publicKey = info.bits()
  info.end()
  return { algorithm, publicKey }
}

export const writePublicKeyInfo = (algorithm: Uint8Array, publicKey: Uint8Array): Uint8Array =>
  sequence(algorithm, bitString(publicKey))

export const algorithmIdentifier = (id: string, ...parameters: readonly Uint8Array[]): Uint8Array =>
  sequence(oid(id), ...parameters)
