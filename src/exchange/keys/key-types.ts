import type { Algorithm } from '../../crypto/algorithm.js'
import { OID_EC, OID_ED25519, OID_RSA, OID_RSA_PSS } from '../../crypto/format/der.js'

/** Kinds of keys that a file tells apart. */
export type KeyFamily = 'Ed25519' | 'EC' | 'RSA' | 'RSA-PSS'

/** By the identifier of a key's algorithm. */
export const FAMILIES: Readonly<Record<string, KeyFamily>> = {
  [OID_ED25519]: 'Ed25519',
  [OID_EC]: 'EC',
  [OID_RSA]: 'RSA',
  [OID_RSA_PSS]: 'RSA-PSS',
}

/** What an exchange calls the type of a key. `rsa` is PKCS#1 v1.5, `rsa-pss` is PSS, both with SHA-256. */
export type ExchangeKeyType = 'ed25519' | 'rsa' | 'rsa-pss' | 'ecdsa-p256'

/** What a declared type means. */
export interface ExchangeKeyRow {
  readonly algorithm: Algorithm
  readonly family: KeyFamily
  /** How long a raw key may be. */
  readonly rawBytes: readonly number[]
  /** For people: what is taken. */
  readonly forms: string
}

export const EXCHANGE_KEYS: Readonly<Record<ExchangeKeyType, ExchangeKeyRow>> = {
  ed25519: {
    algorithm: 'ed25519',
    family: 'Ed25519',
    rawBytes: [32, 64],
    forms:
      'PEM (PKCS#8), its base64, or a seed of 32 bytes (64 with its public key) as base64, hex or "ed25519:" base58',
  },
  'ecdsa-p256': {
    algorithm: 'ecdsa-p256-sha256',
    family: 'EC',
    rawBytes: [32],
    forms: 'PEM (PKCS#8 or SEC 1), its base64, or 32 bytes as base64 or hex',
  },
  rsa: { algorithm: 'rsa-v1_5-sha256', family: 'RSA', rawBytes: [], forms: 'PEM (PKCS#8 or PKCS#1) or its base64' },
  'rsa-pss': {
    algorithm: 'rsa-pss-sha256',
    family: 'RSA',
    rawBytes: [],
    forms: 'PEM (PKCS#8 or PKCS#1) or its base64',
  },
}

/** What to declare for what a file turns out to hold. */
export const DECLARE: Readonly<Record<KeyFamily, string>> = {
  Ed25519: 'type "ed25519"',
  EC: 'type "ecdsa-p256"',
  RSA: 'type "rsa" or "rsa-pss"',
  'RSA-PSS': 'type "rsa-pss"',
}
