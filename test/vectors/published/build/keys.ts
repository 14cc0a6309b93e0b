import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import {
  ecdsaPrivateKey,
  ed25519PrivateKey,
  exportPublicKey,
  hmacKey,
  importRsaSigningKey,
  type PrivateKey,
  type SigningKey,
} from '../../../../src/crypto/index.js'
import type { WrittenKey } from './format.js'

const bytesOf = (name: string): Uint8Array =>
  new Uint8Array(createHash('sha256').update(`countersign ${name}`).digest())
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const secretOf = (keyId: string): ReturnType<typeof hmacKey> =>
  hmacKey({ keyId, algorithm: 'hmac-sha256', secret: bytesOf(keyId) })
const rsaPem = readFileSync(new URL('../../pkcs8/rsa.pem', import.meta.url), 'utf8')

/** On a whole second. */
export const NOW = 1_790_000_000_000

export const bot = secretOf('bot-1')
export const other = secretOf('bot-2')
export const odd = secretOf('team:bots/eu@1.2+3=~#')
export const disabled = secretOf('bot-disabled')
export const revoked = secretOf('bot-revoked')
export const expired = secretOf('bot-expired')
export const early = secretOf('bot-early')
export const ed = ed25519PrivateKey({ keyId: 'ed-1', seed: bytesOf('ed-1') })
export const p256 = ecdsaPrivateKey({ keyId: 'p256-1', algorithm: 'ecdsa-p256-sha256', scalar: bytesOf('p256-1') })
export const pss: PrivateKey = await importRsaSigningKey(rsaPem, { keyId: 'pss-1', algorithm: 'rsa-pss-sha512' })

const shared = (key: SigningKey, more: Partial<WrittenKey> = {}): WrittenKey => ({
  keyId: key.keyId,
  algorithm: key.algorithm,
  secret: base64(bytesOf(key.keyId)),
  ...more,
})
const published = (key: PrivateKey, more: Partial<WrittenKey> = {}): WrittenKey => ({
  keyId: key.keyId,
  algorithm: key.algorithm,
  ...more,
  publicKey: exportPublicKey(key, 'pem'),
})

export const KEYS: readonly WrittenKey[] = [
  shared(bot),
  shared(other),
  shared(odd),
  shared(disabled, { status: 'disabled' }),
  shared(revoked, { status: 'revoked' }),
  shared(expired, { expiresAtMs: NOW }),
  shared(early, { notBeforeMs: NOW + 1_000 }),
  published(ed, { seed: base64(bytesOf('ed-1')) }),
  published(p256),
  published(pss),
]

export const RECORDS: readonly KeyRecord[] = [
  ...[bot, other, odd].map((key) => ({ key, owner: 'alice' })),
  { key: disabled, owner: 'alice', status: 'disabled' },
  { key: revoked, owner: 'alice', status: 'revoked' },
  { key: expired, owner: 'alice', expiresAtMs: NOW },
  { key: early, owner: 'alice', notBeforeMs: NOW + 1_000 },
  ...[ed, p256, pss].map(({ verifyingKey }) => ({ key: verifyingKey, owner: 'alice' })),
]
