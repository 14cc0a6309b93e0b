import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  ed25519PrivateKey,
  importSigningKey,
  requireSync,
  type SyncSigningKey,
  type SyncVerifyingKey,
} from '../../src/crypto/index.js'

/** A key of ours, its public half, and the same key as ccxt is given it. */
export interface PeerKey {
  readonly key: SyncSigningKey
  readonly verifyingKey: SyncVerifyingKey
}

const SEED = new Uint8Array(32).fill(7)
// RFC 8410 7: what stands before the seed in PKCS#8.
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const ed25519Object = createPrivateKey({ key: Buffer.concat([ED25519_PKCS8, SEED]), format: 'der', type: 'pkcs8' })
const pem = (key: KeyObject, type: 'pkcs8' | 'sec1'): string =>
  key
    .export({ type: type as 'pkcs8', format: 'pem' })
    .toString()
    .trim()

/** An Ed25519 key under a key id. */
export function ed25519Key(keyId: string): PeerKey {
  const key = ed25519PrivateKey({ keyId, seed: SEED })
  return { key, verifyingKey: key.verifyingKey }
}

const ed25519Public = new Uint8Array(
  Buffer.from(
    String(ed25519Object.export({ format: 'jwk' }).d === undefined ? '' : ed25519Object.export({ format: 'jwk' })['x']),
    'base64url',
  ),
)

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
function base58(bytes: Uint8Array): string {
  let number = BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
  let text = ''
  for (; number > 0n; number /= 58n) text = BASE58[Number(number % 58n)] + text
  return text
}

/** The same key in the forms that ccxt takes. */
export const ED25519 = {
  pem: pem(ed25519Object, 'pkcs8'),
  seedBase64: Buffer.from(SEED).toString('base64'),
  seedBase58: base58(SEED),
  publicBase64: Buffer.from(ed25519Public).toString('base64'),
  publicBase58: base58(ed25519Public),
  /** Seed and public key, as Coinbase shows it. */
  pairBase64: Buffer.concat([SEED, ed25519Public]).toString('base64'),
}

const rsaObject = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const p256Object = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
export const RSA_PEM = pem(rsaObject, 'pkcs8')
export const P256_PEM = pem(p256Object, 'sec1')

/** The RSA or P-256 key of this run under a key id. */
export async function importedKey(
  algorithm: 'rsa-v1_5-sha256' | 'rsa-pss-sha256' | 'ecdsa-p256-sha256',
  keyId: string,
): Promise<PeerKey> {
  const imported = await importSigningKey(algorithm.startsWith('rsa') ? RSA_PEM : P256_PEM, {
    algorithm,
    keyId,
  } as Parameters<typeof importSigningKey>[1])
  const key = requireSync(imported as SyncSigningKey & PeerKey)
  return { key, verifyingKey: key.verifyingKey }
}
