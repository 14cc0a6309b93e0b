import { fail } from '../../errors.js'
import { derReader, OID_ED25519, octetString } from './der.js'
import type { PrivateReader, PublicReader } from './key-reader.js'
import { type AlgorithmIdentifier, algorithmIdentifier, writePrivateKeyInfo, writePublicKeyInfo } from './pkcs8.js'

/** The 32 secret bytes of RFC 8032 5.1.5, and the public half where the file states one. */
export interface Ed25519Private {
  readonly seed: Uint8Array
  readonly publicKey: Uint8Array | undefined
}

const BYTES = 32

const sized = (bytes: Uint8Array, what: string): Uint8Array => {
  if (bytes.length === BYTES) return bytes
  fail('KEY_MALFORMED', `Ed25519 ${what} must have ${BYTES} bytes, got ${bytes.length}`)
}

const expectEd25519 = ({ oid, parameters }: AlgorithmIdentifier): void => {
  if (oid !== OID_ED25519) fail('KEY_MALFORMED', 'key must be Ed25519: is the algorithm right?')
  parameters.end() // RFC 8410 section 3: absent
}

export const ed25519PrivateReader: PrivateReader<Ed25519Private> = {
  kty: 'OKP',
  // Seed, or seed followed by public key as NaCl and many exchanges write it.
  raw: (_spec, bytes) =>
    bytes.length === 2 * BYTES
      ? { seed: bytes.subarray(0, BYTES), publicKey: bytes.subarray(BYTES) }
      : { seed: sized(bytes, 'seed'), publicKey: undefined },
  pkcs8: (_spec, { algorithm, privateKey, publicKey }) => {
    expectEd25519(algorithm)
    const inner = derReader(privateKey)
    const seed = sized(inner.octets(), 'seed')
    inner.end()
    return { seed, publicKey }
  },
  jwk: (_spec, jwk) => ({ seed: sized(jwk.bytes('d'), '"d"'), publicKey: sized(jwk.bytes('x'), '"x"') }),
}

export const ed25519PublicReader: PublicReader<Uint8Array> = {
  kty: 'OKP',
  raw: (_spec, bytes) => sized(bytes, 'public key'),
  spki: (_spec, algorithm, publicKey) => {
    expectEd25519(algorithm)
    return sized(publicKey, 'public key')
  },
  jwk: (_spec, jwk) => sized(jwk.bytes('x'), '"x"'),
}

export const ed25519Pkcs8 = (seed: Uint8Array): Uint8Array =>
  writePrivateKeyInfo(algorithmIdentifier(OID_ED25519), octetString(seed))

export const ed25519Spki = (publicKey: Uint8Array): Uint8Array =>
  writePublicKeyInfo(algorithmIdentifier(OID_ED25519), publicKey)
