import { generateKeyPairSync, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ed25519PrivateKey } from '../../../src/crypto/ed25519-key.js'
import { exportPublicKey } from '../../../src/crypto/export.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { Secret } from '../../../src/crypto/secret.js'
import { CountersignError } from '../../../src/errors.js'
import { neverExpires } from '../../../src/keyring/change/issue-options.js'
import { presetScopes } from '../../../src/keyring/change/scopes.js'
import { createKeyring } from '../../../src/keyring/keyring.js'
import type { Keyring } from '../../../src/keyring/keyring-options.js'
import { createIntegrity } from '../../../src/keyring/record/integrity.js'
import { isWellFormedSecret } from '../../../src/keyring/record/key-format.js'
import type { StoredKey } from '../../../src/keyring/record/key-record.js'
import { createSealing } from '../../../src/keyring/record/sealing.js'
import { memoryKeyStore } from '../../../src/keyring/stores/memory.js'
import { withCode } from '../../expect-code.js'
import {
  ALICE,
  BY,
  closedWorlds,
  DAY,
  INDEX_SECRET,
  KEK,
  type KeyringWorld,
  keyringWorld,
  rebound,
  sealing,
  signerOf,
  storeWith,
} from './keyring-world.js'

const { open, opened } = closedWorlds()
const seed = new Uint8Array(randomBytes(32))
const ed = (keyId: string) => ed25519PrivateKey({ keyId, seed })

describe('issuing', () => {
  it('hands out an id and a secret that verify, and keeps the secret sealed', async () => {
    const w = open()
    const issued = await w.keyring.issue(ALICE)
    expect(issued.key).toMatchObject({ state: 'active', owner: 'alice', version: 1, expiresAtMs: w.nowMs + 90 * DAY })
    expect(issued.key.id).toMatch(/^acmek_live_[0-9A-Za-z]{20}$/)
    const text = (issued.secret as Secret).revealText()
    expect(isWellFormedSecret(text, { prefix: 'acme' })).toBe(true)
    expect(await w.judge(signerOf(issued))).toBe('ok')
    expect(JSON.stringify(await w.store.get(issued.key.id))).not.toContain(text.slice(11, 30))
    expect(w.events).toMatchObject([{ event: 'key.create', keyId: issued.key.id, actor: 'tester', owner: 'alice' }])
    expect(JSON.stringify([issued, w.events])).not.toContain(text.slice(11, 30))
  })

  it('takes the public key of an owner, keeps nothing secret, and needs no sealing', async () => {
    const store = memoryKeyStore()
    const keyring = createKeyring({
      store,
      prefix: 'acme',
      integrity: createIntegrity({ primary: KEK }),
      cache: { pollMs: 0 },
    })
    opened.push(keyring)
    const pem = exportPublicKey(ed('own').verifyingKey, 'pem')
    const issued = await keyring.issue({ ...ALICE, algorithm: 'ed25519', publicKey: pem })
    expect(issued.secret).toBeUndefined()
    expect(issued.key.thumbprint).toMatch(/^[\w-]{43}$/)
    const w = open({ store })
    expect(await w.judge(ed(issued.key.id))).toBe('ok')
    await expect(keyring.issue(ALICE)).rejects.toThrow(withCode('CONFIG_INVALID'))
  })

  it('refuses keys that prove nothing', async () => {
    const { keyring } = open()
    const weakRsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
      type: 'spki',
      format: 'pem',
    })
    const privatePem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
    const cases = [
      [{ algorithm: 'rsa-v1_5-sha256', publicKey: weakRsa }, 'KEY_WEAK'],
      [{ algorithm: 'ed25519', publicKey: new Uint8Array(32), format: 'raw' }, 'KEY_WEAK'],
      [{ algorithm: 'ed25519', publicKey: privatePem }, 'KEY_MALFORMED'],
      [{ algorithm: 'ed25519' }, 'ARGUMENT_INVALID'],
      [{ algorithm: 'ed25519', secret: randomBytes(32) }, 'ARGUMENT_INVALID'],
      [{ publicKey: privatePem }, 'ARGUMENT_INVALID'],
      [{ secret: new Uint8Array(16) }, 'KEY_WEAK'],
      [{ algorithm: 'none' }, 'ARGUMENT_INVALID'],
    ] as const
    for (const [part, expected] of cases)
      await expect(keyring.issue({ ...ALICE, ...part } as never), JSON.stringify(part)).rejects.toThrow(
        withCode(expected),
      )
    expect((await keyring.list()).keys).toEqual([])
  })

  it('takes over a secret that exists already, and leaves the array of the caller alone', async () => {
    const w = open()
    const secret = new Uint8Array(randomBytes(40))
    const before = secret.slice()
    const issued = await w.keyring.issue({ ...ALICE, secret })
    expect(secret).toEqual(before)
    expect(issued.secret).toBeUndefined()
    expect(await w.judge(hmacKey({ keyId: issued.key.id, algorithm: 'hmac-sha256', secret }))).toBe('ok')
  })

  it.each<[string, object, string]>([
    ['no owner', { owner: '' }, 'ARGUMENT_INVALID'],
    ['an owner with a line break', { owner: 'a\nb' }, 'ARGUMENT_INVALID'],
    ['no actor', { actor: undefined }, 'ARGUMENT_INVALID'],
    ['a scope that is none', { scopes: ['Orders:Write'] }, 'ARGUMENT_INVALID'],
    ['a wildcard inside a segment', { scopes: ['ord*:write'] }, 'ARGUMENT_INVALID'],
    ['17 tags', { tags: Array.from({ length: 17 }, String) }, 'ARGUMENT_INVALID'],
    ['an address that is none', { allowIp: ['10.0.0.300'] }, 'CONFIG_INVALID'],
    ['bits behind a prefix', { denyIp: ['10.0.0.1/8'] }, 'CONFIG_INVALID'],
    ['every address, by accident', { allowIp: ['0.0.0.0/0'] }, 'CONFIG_INVALID'],
    ['a policy that is none', { policy: { method: ['GET'] } }, 'CONFIG_INVALID'],
    ['a path with dots', { policy: { pathPrefixes: ['/v1/../admin'] } }, 'CONFIG_INVALID'],
    ['a life of nothing', { expiresInMs: 0 }, 'ARGUMENT_INVALID'],
    ['a life of 90 days that was written in days', { expiresInMs: 90 }, 'ARGUMENT_INVALID'],
    ['a life that is no number', { expiresInMs: Number.NaN }, 'ARGUMENT_INVALID'],
    ['an end and none', { expiresInMs: DAY, [neverExpires]: true }, 'ARGUMENT_INVALID'],
    ['a beginning in text', { notBeforeMs: '2026' }, 'ARGUMENT_INVALID'],
    ['a lock after a minute', { lockAfterIdleMs: 60_000 }, 'ARGUMENT_INVALID'],
    ['a rate of nothing', { rateLimit: { limit: 0, windowMs: 1_000 } }, 'CONFIG_INVALID'],
  ])('the method issue() refuses %s', async (_, part, expected) => {
    const { keyring } = open()
    await expect(keyring.issue({ ...ALICE, ...part } as never)).rejects.toThrow(withCode(expected))
  })

  it('lives for ever only where that is said', async () => {
    const { keyring } = open()
    const { key } = await keyring.issue({ ...ALICE, [neverExpires]: true })
    expect(key.expiresAtMs).toBeNull()
  })

  it('hands out no scope that the issuer does not have', async () => {
    const { keyring } = open()
    const by = { id: 'bob', scopes: ['orders:*', 'keys:write'] }
    await keyring.issue({ owner: 'x', scopes: ['orders:read', 'orders:*'], actor: by })
    for (const scopes of [['*:*'], ['*:read'], ['account:read'], ['orders:read', 'keys:admin']])
      await expect(keyring.issue({ owner: 'x', scopes, actor: by })).rejects.toThrow(withCode('SCOPE_DENIED'))
    const { key } = await keyring.issue({ ...ALICE, scopes: ['withdraw:write'] })
    await expect(keyring.rotate(key.id, { actor: by })).rejects.toThrow(withCode('SCOPE_DENIED'))
    await expect(keyring.update(key.id, { scopes: ['withdraw:read'], actor: by })).rejects.toThrow(
      withCode('SCOPE_DENIED'),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('orders:read', 'orders:*', '*:read', '*:*', 'a:b'), { minLength: 1, maxLength: 3 }),
        fc.array(fc.constantFrom('orders:read', 'orders:*', '*:read', '*:*', 'a:b'), { maxLength: 3 }),
        async (wanted, own) => {
          const covers = (grant: string, scope: string) =>
            grant.split(':').every((part, i) => part === '*' || part === scope.split(':')[i])
          const within = wanted.every((scope) => own.some((grant) => covers(grant, scope)))
          const done = keyring.issue({ owner: 'x', scopes: wanted, actor: { id: 'bob', scopes: own } })
          await (within ? done : expect(done).rejects.toThrow(withCode('SCOPE_DENIED')))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('knows presets as lists of scopes', () => {
    expect(presetScopes('read', ['orders', 'account'])).toEqual(['orders:read', 'account:read'])
    expect(presetScopes('admin', ['orders'])).toEqual(['orders:read', 'orders:write', 'orders:admin'])
    expect(() => presetScopes('root' as never, ['orders'])).toThrow(withCode('ARGUMENT_INVALID'))
    expect(() => presetScopes('read', ['*'])).toThrow(withCode('ARGUMENT_INVALID'))
  })
})

describe('what a key may do', () => {
  const judged = async (part: object, how: Parameters<KeyringWorld['judge']>[1] = {}): Promise<string> => {
    const w = open()
    return w.judge(signerOf(await w.keyring.issue({ ...ALICE, ...part })), how)
  }
  it.each<[string, object, object, string]>([
    ['a scope it has', {}, { context: { scope: 'orders:write' } }, 'ok'],
    ['a scope it has not', {}, { context: { scope: 'orders:read' } }, 'SCOPE_DENIED'],
    ['from where it may', { allowIp: ['203.0.113.0/24'] }, { context: { clientIp: '::ffff:203.0.113.9' } }, 'ok'],
    ['from elsewhere', { allowIp: ['203.0.113.0/24'] }, { context: { clientIp: '203.0.114.1' } }, 'IP_DENIED'],
    [
      'from where it may not',
      { allowIp: ['10.0.0.0/8'], denyIp: ['10.1.0.0/16'] },
      { context: { clientIp: '10.1.2.3' } },
      'IP_DENIED',
    ],
    ['from nowhere', { allowIp: ['10.0.0.0/8'] }, {}, 'IP_UNDETERMINED'],
    ['a method it may', { policy: { methods: ['POST'] } }, {}, 'ok'],
    ['a method it may not', { policy: { methods: ['GET'] } }, {}, 'SCOPE_DENIED'],
    ['a path it may', { policy: { pathPrefixes: ['/v1/orders'] } }, { target: '/v1/orders/7?x=1' }, 'ok'],
    [
      'a path that only begins like it',
      { policy: { pathPrefixes: ['/v1/orders'] } },
      { target: '/v1/ordersX' },
      'SCOPE_DENIED',
    ],
    [
      'a path out of it',
      { policy: { pathPrefixes: ['/v1/orders'] } },
      { target: '/v1/orders/%2e%2e/withdraw' },
      'SCOPE_DENIED',
    ],
    ['another host', { policy: { hosts: ['other.example.com'] } }, {}, 'HOST_MISMATCH'],
    ['a body too large', { policy: { maxBodyBytes: 10 } }, {}, 'BODY_TOO_LARGE'],
  ])('the verdict is right for %s', async (_, part, how, expected) => {
    expect(await judged(part, how)).toBe(expected)
  })

  it('holds a key to its own window, to the millisecond', async () => {
    const w = open()
    const key = signerOf(await w.keyring.issue({ ...ALICE, policy: { maxAgeMs: 10_000 } }))
    expect(await w.judge(key, { nowMs: w.nowMs - 10_000 })).toBe('ok')
    w.nowMs += 1
    expect(await w.judge(key, { nowMs: w.nowMs - 10_001 })).toBe('TIMESTAMP_EXPIRED')
  })
})

describe('the life of a key', () => {
  it('begins and ends to the millisecond', async () => {
    const w = open()
    const start = w.nowMs + 10_000
    const key = signerOf(await w.keyring.issue({ ...ALICE, notBeforeMs: start, expiresInMs: 20_000 }))
    const at = async (nowMs: number): Promise<string> => {
      w.nowMs = nowMs
      return w.judge(key, { nowMs: Math.floor(nowMs / 1000) * 1000 })
    }
    expect(await at(start - 1)).toBe('KEY_NOT_YET_VALID')
    expect(await at(start)).toBe('ok')
    expect(await at(start + 19_999)).toBe('ok')
    expect(await at(start + 20_000)).toBe('KEY_EXPIRED')
    expect((await w.keyring.describe(key.keyId)).state).toBe('expired')
  })

  it('is disabled and enabled, and revoked for good', async () => {
    const w = open()
    const key = signerOf(await w.keyring.issue(ALICE))
    const { keyId } = key
    expect(await w.judge(key)).toBe('ok')
    await w.keyring.disable(keyId, { ...BY, reason: 'audit' })
    expect(await w.judge(key)).toBe('KEY_DISABLED')
    expect(await w.keyring.describe(keyId)).toMatchObject({ state: 'disabled', disabledReason: 'audit' })
    await w.keyring.enable(keyId, BY)
    expect(await w.judge(key)).toBe('ok')
    expect(await w.keyring.revoke(keyId, { actor: 'boss', reason: 'left' })).toMatchObject({
      state: 'revoked',
      revokedBy: 'boss',
      revokedReason: 'left',
    })
    expect(await w.judge(key)).toBe('KEY_REVOKED')
    // The first revocation stands, and nothing leads out of it.
    expect(await w.keyring.revoke(keyId, { actor: 'other' })).toMatchObject({ revokedBy: 'boss' })
    for (const act of [
      () => w.keyring.enable(keyId, BY),
      () => w.keyring.disable(keyId, BY),
      () => w.keyring.rotate(keyId, BY),
      () => w.keyring.update(keyId, { name: 'x', ...BY }),
      () => w.keyring.expire(keyId, BY),
    ])
      await expect(act()).rejects.toThrow(withCode('KEY_STATE'))
    expect(w.events.map(({ event }) => event)).toEqual(['key.create', 'key.disable', 'key.enable', 'key.revoke'])
  })

  it('a verdict reveals no state to a caller without the secret', async () => {
    const w = open()
    const { key } = await w.keyring.issue(ALICE)
    await w.keyring.revoke(key.id, BY)
    const stranger = hmacKey({ keyId: key.id, algorithm: 'hmac-sha256', secret: randomBytes(32) })
    expect(await w.judge(stranger)).toBe('SIGNATURE_INVALID')
  })

  it('ends earlier where asked, and never later', async () => {
    const w = open()
    const key = signerOf(await w.keyring.issue({ ...ALICE, expiresInMs: DAY }))
    await expect(w.keyring.expire(key.keyId, { ...BY, atMs: w.nowMs + DAY + 1 })).rejects.toThrow(withCode('KEY_STATE'))
    await w.keyring.expire(key.keyId, { ...BY, atMs: w.nowMs + 1_000 })
    expect(await w.judge(key)).toBe('ok')
    await w.keyring.expire(key.keyId, BY)
    expect(await w.judge(key)).toBe('KEY_EXPIRED')
  })

  it('ends at a moment that is one, up to the end it has, or at any moment where it has none', async () => {
    const w = open()
    const { key } = await w.keyring.issue(ALICE)
    const last = 8.64e15
    const { key: endless } = await w.keyring.issue({ ...ALICE, [neverExpires]: true })
    for (const atMs of [-1, 1.5, last + 1, Number.NaN, '5'])
      for (const { id } of [key, endless])
        await expect(w.keyring.expire(id, { ...BY, atMs: atMs as never }), String(atMs)).rejects.toThrow(
          withCode('ARGUMENT_INVALID', '"atMs" must be milliseconds since the epoch'),
        )
    expect(await w.keyring.expire(key.id, { ...BY, atMs: key.expiresAtMs as number })).toMatchObject({
      expiresAtMs: key.expiresAtMs,
      rev: 2,
    })
    expect(await w.keyring.expire(endless.id, { ...BY, atMs: last })).toMatchObject({ expiresAtMs: last })
    expect(await w.keyring.expire(endless.id, { ...BY, atMs: 0 })).toMatchObject({ expiresAtMs: 0, state: 'expired' })
  })

  it('is locked when it is unused, and works again when it is enabled', async () => {
    const w = open()
    const key = signerOf(await w.keyring.issue({ ...ALICE, lockAfterIdleMs: 30 * DAY }))
    w.nowMs += 29 * DAY
    expect(await w.judge(key)).toBe('ok')
    w.nowMs += 30 * DAY
    expect(await w.judge(key)).toBe('ok')
    await w.keyring.flush()
    w.nowMs += 30 * DAY + 1
    expect(await w.node().judge(key)).toBe('KEY_DISABLED')
    expect(await w.judge(key)).toBe('KEY_DISABLED')
    expect((await w.keyring.describe(key.keyId)).state).toBe('locked')
    // A successor would be the way around the lock.
    await expect(w.keyring.rotate(key.keyId, BY)).rejects.toThrow(withCode('KEY_STATE'))
    await expect(w.node().keyring.renew(key.keyId, BY)).rejects.toThrow(withCode('KEY_STATE'))
    await w.keyring.enable(key.keyId, BY)
    expect(await w.judge(key)).toBe('ok')
    await w.keyring.rotate(key.keyId, BY)
  })

  it('changes what may change, and keeps the rest', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, name: 'bot', tags: ['a'], allowIp: ['10.0.0.0/8'] })
    const after = await w.keyring.update(key.id, { scopes: ['orders:read'], allowIp: [], ...BY })
    expect(after).toMatchObject({ name: 'bot', tags: ['a'], scopes: ['orders:read'], allowIp: [], rev: 2 })
    await expect(w.keyring.update(key.id, { allowIp: ['nonsense'], ...BY })).rejects.toThrow(
      withCode('ARGUMENT_INVALID'),
    )
    await expect(w.keyring.update(key.id, { allowIp: ['10.0.0.1/8'], ...BY })).rejects.toThrow(
      withCode('CONFIG_INVALID'),
    )
    for (const part of [{ owner: 'mallory' }, { algorithm: 'ed25519' }])
      await expect(w.keyring.update(key.id, { ...part, ...BY } as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
  })

  it('loses no change of many at the same time', async () => {
    const w = open()
    const { key } = await w.keyring.issue(ALICE)
    const nodes = Array.from({ length: 4 }, () => w.node().keyring)
    opened.push(...nodes)
    const done = await Promise.allSettled(
      Array.from({ length: 40 }, (_, i) => (nodes[i % 4] as Keyring).update(key.id, { name: `n${i}`, ...BY })),
    )
    const kept = done.filter(({ status }) => status === 'fulfilled').length
    for (const one of done) if (one.status === 'rejected') expect(one.reason).toEqual(withCode('STORE_CONFLICT'))
    expect((await w.keyring.describe(key.id)).rev).toBe(1 + kept)
    expect(kept).toBeGreaterThan(0)
  })
})

describe('rotation', () => {
  it('lets both keys work until the overlap ends', async () => {
    const w = open()
    const first = await w.keyring.issue({ ...ALICE, allowIp: ['10.0.0.0/8'], tags: ['t'], rotateEveryMs: 30 * DAY })
    const next = await w.keyring.rotate(first.key.id, { ...BY, overlapMs: 60_000 })
    const context = { clientIp: '10.0.0.1' }
    expect(next.key).toMatchObject({
      version: 2,
      replaces: first.key.id,
      lineage: first.key.id,
      owner: 'alice',
      scopes: ['orders:write'],
      allowIp: ['10.0.0.0/8'],
      tags: ['t'],
      expiresAtMs: first.key.expiresAtMs,
      rotateAtMs: w.nowMs + 30 * DAY,
    })
    expect(await w.keyring.describe(first.key.id)).toMatchObject({ state: 'rotating', replacedBy: next.key.id })
    expect(await w.judge(signerOf(first), { context })).toBe('ok')
    expect(await w.judge(signerOf(next), { context })).toBe('ok')
    w.nowMs += 59_999
    expect(await w.judge(signerOf(first), { context, nowMs: w.nowMs - 999 })).toBe('ok')
    w.nowMs += 1
    expect(await w.judge(signerOf(first), { context })).toBe('KEY_EXPIRED')
    expect(await w.judge(signerOf(next), { context })).toBe('ok')
  })

  it('is of an active key that has no successor and has not ended', async () => {
    const w = open()
    const [disabled, rotating, ended, endless] = [
      await w.keyring.issue(ALICE),
      await w.keyring.issue(ALICE),
      await w.keyring.issue({ ...ALICE, expiresInMs: 60_000 }),
      await w.keyring.issue({ ...ALICE, [neverExpires]: true }),
    ]
    await w.keyring.disable(disabled.key.id, BY)
    await w.keyring.rotate(rotating.key.id, BY)
    // No node writes this: what has a successor has it, whatever its status says.
    const odd = await w.keyring.issue(ALICE)
    const record = (await w.store.get(odd.key.id)) as StoredKey
    await w.store.write([
      { record: rebound({ ...record, rev: 2, replacedBy: rotating.key.id } as StoredKey), expectedRev: 1 },
    ])
    for (const { key } of [disabled, rotating, odd])
      for (const act of ['rotate', 'renew'] as const)
        await expect(w.keyring[act](key.id, BY)).rejects.toThrow(
          withCode('KEY_STATE', 'only an active one without a successor is replaced'),
        )
    w.nowMs += 60_000
    for (const act of ['rotate', 'renew'] as const)
      await expect(w.keyring[act](ended.key.id, BY)).rejects.toThrow(withCode('KEY_STATE', 'has expired'))
    expect((await w.keyring.rotate(endless.key.id, BY)).key.expiresAtMs).toBeNull()
  })

  it('counts the next one from the successor', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, rotateEveryMs: 30 * DAY })
    w.nowMs += 10 * DAY
    const next = await w.keyring.rotate(key.id, BY)
    expect(next.key.rotateAtMs).toBe(w.nowMs + 30 * DAY)
  })

  it('a rotation never extends a life', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1_000, max: 3 * DAY }),
        fc.integer({ min: 0, max: 3 * DAY }),
        async (life, overlapMs) => {
          const w = keyringWorld()
          const first = await w.keyring.issue({ ...ALICE, expiresInMs: life })
          const end = w.nowMs + life
          const { key } = await w.keyring.rotate(first.key.id, { ...BY, overlapMs })
          expect(key.expiresAtMs).toBe(end)
          const old = await w.keyring.describe(first.key.id)
          expect(old.overlapUntilMs).toBe(Math.min(w.nowMs + overlapMs, end))
          expect(old.expiresAtMs).toBe(end)
          await w.keyring.close()
        },
      ),
      { numRuns: 40 },
    )
  })

  it('gives a new life only where that is said', async () => {
    const w = open()
    const first = await w.keyring.issue({ ...ALICE, expiresInMs: DAY })
    const { key } = await w.keyring.renew(first.key.id, { ...BY, expiresInMs: 30 * DAY })
    expect(key.expiresAtMs).toBe(w.nowMs + 30 * DAY)
    expect((await w.keyring.describe(first.key.id)).expiresAtMs).toBe(w.nowMs + DAY)
    expect(w.events.find(({ event }) => event === 'key.rotate')?.detail).toContain('new life')
  })

  it('has one successor a key, also when two ask at the same time', async () => {
    const w = open()
    const { key } = await w.keyring.issue(ALICE)
    const both = await Promise.allSettled([w.keyring.rotate(key.id, BY), w.node().keyring.rotate(key.id, BY)])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: withCode('KEY_STATE') })
    expect((await w.keyring.list()).keys).toHaveLength(2)
  })

  it('asks the owner of a key pair for the next public key', async () => {
    const w = open()
    const pem = (keyId: string) => exportPublicKey(ed(keyId).verifyingKey, 'pem')
    const { key } = await w.keyring.issue({ ...ALICE, algorithm: 'ed25519', publicKey: pem('a') })
    await expect(w.keyring.rotate(key.id, BY)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
    const next = await w.keyring.rotate(key.id, { ...BY, publicKey: pem('b') })
    expect(next.secret).toBeUndefined()
    expect(await w.judge(ed(next.key.id))).toBe('ok')
  })

  it('leaves no overlap after a compromise', async () => {
    const w = open()
    const first = await w.keyring.issue(ALICE)
    const next = await w.keyring.rotate(first.key.id, { ...BY, compromised: true })
    expect(await w.judge(signerOf(first))).toBe('KEY_REVOKED')
    expect(await w.judge(signerOf(next))).toBe('ok')
    await expect(w.keyring.rotate(next.key.id, { ...BY, compromised: true, overlapMs: 5_000 })).rejects.toThrow(
      /"overlapMs" must be absent beside "compromised"/,
    )
    expect(await w.judge(signerOf(next))).toBe('ok')
  })

  it('changes nothing once it is closed, and still reads', async () => {
    const { keyring } = open()
    const { key } = await keyring.issue(ALICE)
    await keyring.close()
    const changes = [
      () => keyring.issue(ALICE),
      () => keyring.rotate(key.id, BY),
      () => keyring.renew(key.id, BY),
      () => keyring.update(key.id, { ...BY, name: 'x' }),
      () => keyring.disable(key.id, BY),
      () => keyring.revoke(key.id, BY),
      () => keyring.expire(key.id, BY),
      () => keyring.rewrap(BY),
      () => keyring.bindRecords(BY),
    ]
    for (const change of changes) {
      const done = change()
      await expect(done, String(change)).rejects.toThrow(/the keyring is closed/)
      await expect(done).rejects.toThrow(withCode('CONFIG_INVALID'))
    }
    expect((await keyring.describe(key.id)).status).toBe('active')
  })

  it('refuses a cursor that is none, which would read as the end of the list', async () => {
    const { keyring } = open()
    const ids = [await keyring.issue(ALICE), await keyring.issue(ALICE)].map(({ key }) => key.id).sort()
    const { next } = await keyring.list({ limit: 1 })
    expect((await keyring.list({ after: next as string })).keys.map(({ id }) => id)).toEqual([ids[1]])
    for (const after of ['bad', '', 5, null, `${ids[0]}x`])
      await expect(keyring.list({ after } as never), String(after)).rejects.toThrow(/"after" must be the "next" of/)
  })

  it('announces what is due, each notice once', async () => {
    const w = open()
    const { key } = await w.keyring.issue({ ...ALICE, rotateEveryMs: 30 * DAY })
    const seen: string[] = []
    for (let day = 0; day < 95; day += 0.5) {
      for await (const { kind, days, keyId } of w.keyring.reminders(w.nowMs + day * DAY, w.nowMs + (day + 0.5) * DAY)) {
        expect(keyId).toBe(key.id)
        seen.push(`${kind} ${days}`)
      }
    }
    expect(seen).toEqual(['rotate 6', 'overdue 0', 'expires 14', 'expires 7', 'expires 1', 'expired 0'])
  })
})

describe('look-ups', () => {
  it('asks the store for nothing that is no id of this keyring', async () => {
    const asked: string[] = []
    const inner = memoryKeyStore()
    const get = (id: string) => {
      asked.push(id)
      return inner.get(id)
    }
    const w = open({ store: storeWith(inner, { get }) })
    const hostile = [
      ...['__proto__', 'constructor', "a' OR 1=1--", 'a\r\nDEL x', '*', '{tag}', '', 'acmek_live_', 'x'.repeat(1e4)],
      ...[
        'otherk_live_00000000000000000000',
        'acmek_test_00000000000000000000',
        'acmek_live_0000000000000000000\u212a',
      ],
      ...['acmek_live_000000000000000000000', ' acmek_live_00000000000000000000', 'acmek_live_00000000000000000000\n'],
    ]
    for (const id of hostile) {
      expect(await w.keyring.get(id), id).toBeUndefined()
      await expect(w.keyring.describe(id)).rejects.toThrow(withCode('KEY_NOT_FOUND'))
    }
    expect(() => w.keyring.get(5 as never)).toThrow(withCode('ARGUMENT_INVALID'))
    expect(asked).toEqual([])
    expect(await w.keyring.get('acmek_live_00000000000000000000')).toBeUndefined()
    expect(asked).toHaveLength(1)
  })

  it('keeps the environments apart', async () => {
    const w = open()
    const test = w.node({ environment: 'test' })
    opened.push(test.keyring)
    const issued = await test.keyring.issue(ALICE)
    expect(issued.key.id).toMatch(/^acmek_test_/)
    expect((issued.secret as Secret).revealText()).toMatch(/^acmes_test_/)
    expect(await test.judge(signerOf(issued))).toBe('ok')
    expect(await w.judge(signerOf(issued))).toBe('KEY_UNKNOWN')
    expect((await w.keyring.list()).keys).toEqual([])
    await expect(w.keyring.revoke(issued.key.id, BY)).rejects.toThrow(withCode('KEY_NOT_FOUND'))
    expect(await w.keyring.findBySecret((issued.secret as Secret).revealText())).toBeUndefined()
    expect(await test.keyring.findBySecret((issued.secret as Secret).revealText())).toBe(issued.key.id)
  })

  it('list() pages through the keys of an owner', async () => {
    const w = open()
    for (let i = 0; i < 7; i++) await w.keyring.issue({ ...ALICE, owner: i % 2 ? 'alice' : 'bob' })
    const first = await w.keyring.list({ owner: 'bob', limit: 3 })
    expect(first.keys).toHaveLength(3)
    const rest = await w.keyring.list({ owner: 'bob', limit: 3, after: first.next as string })
    expect(rest.keys).toHaveLength(1)
    expect(rest.next).toBeUndefined()
    expect(JSON.stringify(first)).not.toMatch(/material|sealed|secretHash/)
    await expect(w.keyring.list({ limit: 0 })).rejects.toThrow(withCode('ARGUMENT_INVALID'))
  })

  it('finds the key of a leaked secret by its hash, also under a former index secret', async () => {
    const w = open()
    const issued = await w.keyring.issue(ALICE)
    const text = (issued.secret as Secret).revealText()
    expect(await w.keyring.findBySecret(text)).toBe(issued.key.id)
    expect(await w.keyring.findBySecret(`${text.slice(0, -1)}_`)).toBeUndefined()
    const later = createSealing({ primary: KEK, indexSecret: randomBytes(32), formerIndexSecrets: [INDEX_SECRET] })
    expect(await w.node({ sealing: later }).keyring.findBySecret(text)).toBe(issued.key.id)
  })
})

describe('sealing a store anew', () => {
  it('goes on verifying meanwhile, and needs the old key no more', async () => {
    const w = open()
    const issued = await Promise.all(Array.from({ length: 5 }, () => w.keyring.issue(ALICE)))
    const next = { id: 'kek-2', key: randomBytes(32) }
    const both = createSealing({ primary: next, others: [KEK], indexSecret: INDEX_SECRET })
    const node = w.node({ sealing: both })
    opened.push(node.keyring)
    const judging = Promise.all(issued.map((one) => node.judge(signerOf(one))))
    expect(await node.keyring.rewrap(BY)).toEqual({ rewrapped: 5, failed: [] })
    expect(await judging).toEqual(Array(5).fill('ok'))
    expect(await node.keyring.rewrap(BY)).toEqual({ rewrapped: 0, failed: [] })
    const alone = w.node({ sealing: createSealing({ primary: next }) })
    opened.push(alone.keyring)
    for (const one of issued) expect(await alone.judge(signerOf(one))).toBe('ok')
  })

  it('names a record that does not open, and leaves it as it is', async () => {
    const w = open()
    const [a, b] = [await w.keyring.issue(ALICE), await w.keyring.issue(ALICE)]
    const [ra, rb] = [await w.store.get(a.key.id), await w.store.get(b.key.id)] as [StoredKey, StoredKey]
    await w.store.write([{ record: { ...ra, material: rb.material, rev: 2 }, expectedRev: 1 }])
    const next = createSealing({ primary: { id: 'kek-2', key: randomBytes(32) }, others: [KEK] })
    const node = w.node({ sealing: next })
    opened.push(node.keyring)
    expect(await node.keyring.rewrap(BY)).toEqual({ rewrapped: 1, failed: [a.key.id] })
    expect((await w.store.get(a.key.id))?.rev).toBe(2)
    expect(await node.judge(signerOf(a))).toBe('STORE_UNAVAILABLE')
    expect(await node.judge(signerOf(b))).toBe('ok')
  })
})

describe('a store that fails', () => {
  const issuedIn = async () => {
    const w = open()
    return { w, issued: await w.keyring.issue(ALICE) }
  }
  it.each<[string, (id: string) => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('row 17: secret=hunter2')
      },
      'STORE_UNAVAILABLE',
    ],
    ['rejects', async () => Promise.reject(new Error('secret=hunter2')), 'STORE_UNAVAILABLE'],
    ['hangs', () => new Promise(() => {}), 'STORE_UNAVAILABLE'],
    ['answers text', () => 'a record', 'STORE_CORRUPTED'],
    ['answers another record', () => ({ id: 'other' }), 'STORE_CORRUPTED'],
    ['answers an empty object', () => ({}), 'STORE_CORRUPTED'],
  ])('%s: a typed error, a 503, never a pass', async (_, get, expected) => {
    const { w, issued } = await issuedIn()
    const node = w.node({ store: storeWith(w.store, { get }), storeTimeoutMs: 50 })
    opened.push(node.keyring)
    const failed = await node.keyring.describe(issued.key.id).catch((error: unknown) => error)
    expect(failed).toEqual(withCode(expected))
    expect(`${failed} ${(failed as Error).cause}`).not.toContain('hunter2')
    expect(await node.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
  })

  it('does not answer for the whole record of another key in the place of the one that was asked for', async () => {
    const { w, issued } = await issuedIn()
    const other = await w.keyring.issue(ALICE)
    const node = w.node({ store: storeWith(w.store, { get: () => w.store.get(other.key.id) }) })
    opened.push(node.keyring)
    await expect(node.keyring.describe(issued.key.id)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    expect(node.events).toMatchObject([{ event: 'store.corrupted', atMs: w.nowMs, keyId: issued.key.id }])
    expect(await node.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
    expect((await node.keyring.describe(other.key.id)).id).toBe(other.key.id)
  })

  it('knows no key where it answers null', async () => {
    const { w, issued } = await issuedIn()
    const node = w.node({ store: storeWith(w.store, { get: async () => null }) })
    opened.push(node.keyring)
    await expect(node.keyring.describe(issued.key.id)).rejects.toThrow(withCode('KEY_NOT_FOUND'))
    await expect(node.keyring.disable(issued.key.id, BY)).rejects.toThrow(withCode('KEY_NOT_FOUND'))
    expect(node.events).toEqual([])
  })

  const lost = (kind: 'STORE_CONFLICT' | 'STORE_UNAVAILABLE' | 'STORE_CORRUPTED') => new CountersignError(kind, 'lost')
  it.each<[string, unknown, 'disable' | 'revoke', number, string, boolean]>([
    ['a driver that throws', new Error('row 17'), 'disable', 1, 'STORE_UNAVAILABLE', true],
    ['a store that is not there', lost('STORE_UNAVAILABLE'), 'revoke', 1, 'STORE_UNAVAILABLE', true],
    ['a store that lost its records', lost('STORE_CORRUPTED'), 'disable', 1, 'STORE_CORRUPTED', false],
    ['others who are always faster', lost('STORE_CONFLICT'), 'disable', 10, 'STORE_CONFLICT', false],
    ['others who are always faster', lost('STORE_CONFLICT'), 'revoke', 200, 'STORE_CONFLICT', false],
  ])('while writing, by %s: %#: tried as often as it may help, and said', async (_, error, act, times, kind, said) => {
    const { w, issued } = await issuedIn()
    let writes = 0
    const write = () => {
      writes++
      // A change that is tried for ever ends here.
      throw writes > 300 ? new Error('for ever') : error
    }
    const node = w.node({ store: storeWith(w.store, { write }) })
    opened.push(node.keyring)
    await expect(node.keyring[act](issued.key.id, BY)).rejects.toThrow(withCode(kind))
    expect(writes).toBe(times)
    const event = { event: 'store.unavailable', atMs: w.nowMs, keyId: issued.key.id }
    expect(node.events).toEqual(said ? [{ ...event, detail: 'a change was not confirmed' }] : [])
  })

  it('is asked to write nothing that could not be read back, and the refusal names the member', async () => {
    const { w, issued } = await issuedIn()
    w.nowMs = 8.64e15 + 1
    await expect(w.keyring.disable(issued.key.id, BY)).rejects.toThrow(withCode('ARGUMENT_INVALID', '"changedAtMs"'))
    expect((await w.store.get(issued.key.id))?.rev).toBe(1)
  })

  it('does not answer for a row that holds the secret of another', async () => {
    const { w, issued } = await issuedIn()
    const other = await w.keyring.issue(ALICE)
    const rows = [await w.store.get(issued.key.id), await w.store.get(other.key.id)] as [StoredKey, StoredKey]
    const swapped = new Map([
      [rows[0].id, { ...rows[0], material: rows[1].material }],
      [rows[1].id, { ...rows[1], material: rows[0].material }],
    ])
    const node = w.node({ store: storeWith(w.store, { get: (id: string) => swapped.get(id) }) })
    opened.push(node.keyring)
    expect(await node.judge(signerOf(issued))).toBe('STORE_UNAVAILABLE')
  })
})

it.each<[string, object]>([
  ['no store', { store: undefined }],
  ['a prefix that is none', { prefix: 'A!' }],
  ['an environment that is none', { environment: 'prod' }],
  ['records cached for an hour', { cache: { ttlMs: 3_600_000 } }],
  ['a cache of nothing', { cache: { maxEntries: 0 } }],
])('refuses a keyring with %s', (_, part) => {
  expect(() => createKeyring({ store: memoryKeyStore(), prefix: 'acme', sealing, ...part } as never)).toThrow(
    withCode('CONFIG_INVALID'),
  )
})
