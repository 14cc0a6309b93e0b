import { ALGORITHMS, type Algorithm, signatureBytesOf } from '../../crypto/algorithm.js'
import type { KeyMistake, Received } from '../hunt.js'

/** What makes signatures of so many bytes. */
const MAKERS: Readonly<Record<number, string>> = {
  16: 'HMAC with MD5',
  20: 'HMAC with SHA-1',
  32: 'HMAC with SHA-256',
  48: 'HMAC with SHA-384',
  64: 'Ed25519, ECDSA on P-256 or HMAC with SHA-512',
  65: 'ECDSA on secp256k1 with a recovery byte, as wallets make',
  96: 'ECDSA on P-384',
  132: 'ECDSA on P-521',
  128: 'RSA with 1024 bits, which is too short',
  256: 'RSA with 2048 bits',
  384: 'RSA with 3072 bits',
  512: 'RSA with 4096 bits',
  // FIPS 204, table 2.
  2420: 'ML-DSA-44',
  3309: 'ML-DSA-65',
  4627: 'ML-DSA-87',
}

/** What makes a signature, by its length and first bytes; `undefined` for what is none. */
export const makerOf = (bytes: Uint8Array): string | undefined =>
  MAKERS[bytes.length] ??
  (bytes[0] === 0x30 &&
  ((bytes[1] === bytes.length - 2 && bytes.length <= 104) || (bytes[1] === 0x81 && bytes[2] === bytes.length - 3))
    ? 'ECDSA in DER'
    : undefined)

/** A signature whose length no key of an algorithm makes. */
export function lengthMistake(algorithm: Algorithm, received: readonly Received[]): readonly KeyMistake[] {
  const [first] = received
  // The keys of Cosmos and Starknet are of no algorithm that RFC 9421 knows.
  const { signatureBytes } =
    ALGORITHMS[algorithm] ?? (/^ml-dsa-/.test(algorithm) ? { signatureBytes: signatureBytesOf(algorithm) } : {})
  if (first === undefined || signatureBytes === undefined) return []
  const maker = makerOf(first.bytes)
  return [
    {
      id: 'signature-length',
      cause: `The signature is not one of ${algorithm}: it has ${first.bytes.length} bytes, not ${signatureBytes}.`,
      fix: 'Sign with the private half of the key that is registered here, with its algorithm; and send the signature whole.',
      detail:
        maker === undefined ? 'No algorithm that is known here makes this length' : `This length is that of ${maker}`,
    },
  ]
}
