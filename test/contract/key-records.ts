import type { StoredKey } from '../../src/keyring/record/key-record.js'

/** When every sample was made. */
export const T0 = 1_750_000_000_000
let made = 0

/** A record that parses, of an unused id, unless said otherwise. Status brings the fields with it that it needs. */
export function sampleRecord(overrides: Partial<StoredKey> = {}): StoredKey {
  const id = overrides.id ?? `acmek_live_${String(++made).padStart(20, '0')}`
  const { status } = overrides
  return {
    v: 1,
    id,
    rev: 1,
    environment: 'live',
    owner: 'team-a',
    name: 'a key',
    tags: ['ci'],
    algorithm: 'hmac-sha256',
    material: {
      kind: 'sealed',
      encryption: 'aes-256-gcm',
      kekId: 'kek-1',
      nonce: 'AAECAwQFBgcICQoL',
      sealed: 'c2VhbGVkIGJ5dGVzLCBhcyBsb25nIGFzIGEgdGFnIGFuZCBtb3JlLi4u',
    },
    version: 1,
    lineage: id,
    status: 'active',
    createdAtMs: T0,
    createdBy: 'root',
    changedAtMs: T0,
    expiresAtMs: T0 + 90 * 86_400_000,
    scopes: ['orders:read'],
    policy: { methods: ['GET'], requireNonce: true },
    allowIp: ['203.0.113.0/24', '2001:db8::/32'],
    denyIp: [],
    activeSinceMs: T0,
    ...(status === 'revoked' && { revokedAtMs: T0 + 1, revokedBy: 'root', revokedReason: 'test' }),
    ...(status === 'rotating' && { overlapUntilMs: T0 + 60_000 }),
    ...overrides,
  }
}

/** The record behind this one. */
export const nextRecord = (record: StoredKey, overrides: Partial<StoredKey> = {}): StoredKey => ({
  ...record,
  rev: record.rev + 1,
  ...overrides,
})
