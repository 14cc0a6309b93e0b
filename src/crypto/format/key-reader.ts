import type { AlgorithmSpec } from '../algorithm.js'
import type { JwkMembers } from './jwk.js'
import type { AlgorithmIdentifier, PrivateKeyInfo } from './pkcs8.js'

/** How one family reads its private keys. Every function throws `KEY_MALFORMED` for what is not its own. */
export interface PrivateReader<K> {
  readonly kty: 'OKP' | 'EC' | 'RSA'
  raw(spec: AlgorithmSpec, bytes: Uint8Array): K
  pkcs8(spec: AlgorithmSpec, info: PrivateKeyInfo): K
  jwk(spec: AlgorithmSpec, jwk: JwkMembers): K
  /** PEM labels older than PKCS#8; `undefined` for a label that is not this family's. */
  legacy?(spec: AlgorithmSpec, label: string, der: Uint8Array): K | undefined
}

/** How one family reads its public keys. */
export interface PublicReader<K> {
  readonly kty: 'OKP' | 'EC' | 'RSA'
  raw(spec: AlgorithmSpec, bytes: Uint8Array): K
  spki(spec: AlgorithmSpec, algorithm: AlgorithmIdentifier, publicKey: Uint8Array): K
  jwk(spec: AlgorithmSpec, jwk: JwkMembers): K
  legacy?(spec: AlgorithmSpec, label: string, der: Uint8Array): K | undefined
}
