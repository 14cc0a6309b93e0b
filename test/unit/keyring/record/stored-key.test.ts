import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cursorSeq, cursorText } from '../../../../src/keyring/change/store-input.js'
import type { UsageDelta } from '../../../../src/keyring/key-store.js'
import type { KeyUsage, StoredKey } from '../../../../src/keyring/record/key-record.js'
import { mergeUsage, parseStoredKey, parseUsage, parseUsageDelta } from '../../../../src/keyring/record/stored-key.js'
import { sampleRecord } from '../../../contract/key-records.js'

const SPKI = 'MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE='
const THUMBPRINT = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'
const publicKey = { kind: 'public', spki: SPKI, thumbprint: THUMBPRINT } as const
const sealed = sampleRecord().material as Extract<StoredKey['material'], { kind: 'sealed' }>

/** Every optional field there. */
const full = sampleRecord({
  status: 'revoked',
  secretHash: 'h'.repeat(43),
  replaces: 'acmek_live_a',
  replacedBy: 'acmek_live_b',
  overlapUntilMs: 1,
  notBeforeMs: 2,
  rotateAtMs: 3,
  rotateEveryMs: 86_400_000,
  policy: {
    methods: ['GET', 'PROPFIND'],
    pathPrefixes: ['/v1'],
    hosts: ['api.example'],
    maxBodyBytes: 1,
    maxAgeMs: 2,
    maxFutureMs: 0,
    requireNonce: true,
    requireBodyDigest: false,
  },
  allowZeroPrefix: false,
  rateLimit: { limit: 1, windowMs: 1 },
  lockAfterIdleMs: 3_600_000,
  disabledBy: 'root',
  disabledReason: 'because of "this"',
  mac: { keyId: 'kek-1', tag: 'A'.repeat(43) },
})
const OPTIONAL = new Set([
  ...['secretHash', 'replaces', 'replacedBy', 'overlapUntilMs', 'notBeforeMs', 'rotateAtMs', 'rotateEveryMs'],
  ...['allowZeroPrefix', 'rateLimit', 'lockAfterIdleMs', 'disabledBy', 'disabledReason', 'revokedBy'],
  ...['revokedReason', 'mac'],
])

describe('parseStoredKey', () => {
  it('reads every record that is one, as an equal frozen copy', () => {
    const kms = { ...sealed, nonce: '', sealed: '', wrapped: 'AAAA' }
    const xchacha = { ...sealed, encryption: 'xchacha20-poly1305', nonce: 'A'.repeat(32), wrapped: 'AAAA' } as const
    for (const record of [
      sampleRecord(),
      full,
      sampleRecord({ status: 'rotating' }),
      sampleRecord({ status: 'disabled', expiresAtMs: null }),
      sampleRecord({ material: kms }),
      sampleRecord({ material: xchacha, algorithm: 'hmac-sha512' }),
      sampleRecord({ material: publicKey, algorithm: 'ed25519' }),
      sampleRecord({ name: '', tags: [], scopes: [], allowIp: [], policy: {} }),
      sampleRecord({ scopes: ['*:read', 'orders.v2:*'], tags: Array.from({ length: 16 }, () => 'x') }),
    ]) {
      const read = parseStoredKey(JSON.parse(JSON.stringify(record))) as StoredKey
      expect(read).toStrictEqual(record)
      expect(read).not.toBe(record)
      for (const part of [read, read.tags, read.material, read.policy, read.scopes, read.allowIp])
        expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('knows exactly the fields of a record', () => {
    for (const name of Object.keys(full)) {
      const { [name as 'id']: _left, ...rest } = full
      // revokedAtMs may be absent, only not of a revoked record.
      expect(parseStoredKey(rest) !== undefined, name).toBe(OPTIONAL.has(name))
      for (const other of [
        undefined,
        null,
        {},
        [],
        Symbol(),
        Number.NaN,
        -1,
        1.5,
        '\0',
        '\ud800',
        'x'.repeat(20_000),
      ]) {
        if ((other === undefined && OPTIONAL.has(name)) || (other === null && name === 'expiresAtMs')) continue
        if (Array.isArray(other) && ['tags', 'scopes', 'allowIp', 'denyIp'].includes(name)) continue
        if (name === 'policy' && String(other) === '[object Object]') continue
        expect(parseStoredKey({ ...full, [name]: other }), `${name}: ${String(other)}`).toBeUndefined()
      }
    }
    for (const name of ['secret', '__proto__', 'constructor', 'V', 'id ', '0', ''])
      expect(parseStoredKey(Object.defineProperty({ ...full }, name, { value: 1, enumerable: true }))).toBeUndefined()
    expect(parseStoredKey({ ...full, [Symbol('x')]: 1 })).toBeUndefined()
    expect(parseStoredKey(Object.defineProperty({ ...full }, 'hidden', { value: 1 }))).toBeUndefined()
  })

  it.each<[string, unknown]>([
    ['an id of white space', { id: 'a b' }],
    ['an id that every object has', { id: '__proto__' }],
    ['a lineage that every object has', { lineage: '__proto__' }],
    ['itself as its successor', { replacedBy: full.id }],
    ['itself as its predecessor', { replaces: full.id }],
    ['a later format', { v: 2 }],
    ['a format as text', { v: '1' }],
    ['rev 0', { rev: 0 }],
    ['a rev that is not exact', { rev: 2 ** 53 }],
    ['no owner', { owner: '' }],
    ['an owner of two lines', { owner: 'a\nb' }],
    ['a control character', { name: 'a\u009bb' }],
    ['an owner too long', { owner: 'x'.repeat(257) }],
    ['17 tags', { tags: Array.from({ length: 17 }, () => 'x') }],
    ['a sparse list', { tags: new Array(3) }],
    ['an algorithm of no table', { algorithm: 'none' }],
    ['an algorithm that every object has', { algorithm: 'constructor' }],
    ['an algorithm of another case', { algorithm: 'HMAC-SHA256' }],
    ['a shared secret for a public algorithm', { algorithm: 'ed25519' }],
    ['a public key for a shared algorithm', { material: publicKey, secretHash: undefined }],
    ['a hash of a secret that is none', { material: publicKey, algorithm: 'ed25519' }],
    ['a time beyond all dates', { expiresAtMs: 8.64e15 + 1 }],
    ['a negative time', { createdAtMs: -1 }],
    ['a time as text', { expiresAtMs: '1750000000000' }],
    ['a time as a Date', { createdAtMs: new Date() }],
    ['no time at all', { expiresAtMs: undefined }],
    ['a status of its own', { status: 'expired' }],
    ['a revocation undone', { status: 'active' }],
    ['a revocation without its time', { revokedAtMs: undefined }],
    ['a rotation without an end', { status: 'rotating', revokedAtMs: undefined, overlapUntilMs: undefined }],
    ['a scope of upper case', { scopes: ['Orders:read'] }],
    ['a range with a zone', { allowIp: ['fe80::1%eth0'] }],
    ['a range of spaces', { denyIp: [' 10.0.0.0/8'] }],
    ['257 ranges', { denyIp: Array.from({ length: 257 }, () => '10.0.0.0/8') }],
    ['a method of lower case', { policy: { methods: ['get'] } }],
    ['a policy field of another name', { policy: { method: ['GET'] } }],
    ['a policy that is no object', { policy: [] }],
    ['a flag that is 1', { policy: { requireNonce: 1 } }],
    ['a rate of none', { rateLimit: { limit: 0, windowMs: 1 } }],
    ['a rate with more', { rateLimit: { limit: 1, windowMs: 1, cost: 1 } }],
    ['a record too long', { policy: { pathPrefixes: Array.from({ length: 256 }, () => `/${'x'.repeat(1_000)}`) } }],
    ['material of another kind', { material: { ...sealed, kind: 'clear' } }],
    ['material with the secret beside it', { material: { ...sealed, secret: 'x' } }],
    ['an encryption of no table', { material: { ...sealed, encryption: 'aes-128-cbc' } }],
    ['a nonce of the wrong length', { material: { ...sealed, nonce: 'AAAA' } }],
    ['a nonce of the other encryption', { material: { ...sealed, encryption: 'xchacha20-poly1305' } }],
    ['a nonce of the other alphabet', { material: { ...sealed, nonce: 'AAECAwQFBgcICQo/' } }],
    ['padding', { material: { ...sealed, sealed: `${'A'.repeat(30)}==` } }],
    ['bits behind the end', { material: { ...sealed, sealed: `${'A'.repeat(29)}B` } }],
    ['less than a tag', { material: { ...sealed, sealed: 'AAAA' } }],
    ['an empty sealed text', { material: { ...sealed, sealed: '' } }],
    ['nothing sealed and nothing wrapped', { material: { ...sealed, sealed: '', wrapped: '' } }],
    ['no key-encryption key', { material: { ...sealed, kekId: '' } }],
  ])('a record is refused: %s', (_what, edit) => {
    expect(parseStoredKey({ ...full, ...(edit as object) })).toBeUndefined()
  })

  it('takes nothing from a prototype, and needs none', () => {
    expect(parseStoredKey(Object.create(full))).toBeUndefined()
    const { owner: _owner, ...rest } = full
    expect(parseStoredKey(Object.setPrototypeOf({ ...rest }, { owner: 'mallory' }))).toBeUndefined()
    expect(
      parseStoredKey(JSON.parse(JSON.stringify(rest).replace('{', '{"__proto__":{"owner":"mallory"},'))),
    ).toBeUndefined()
    expect(parseStoredKey(Object.assign(Object.create(null), full))).toStrictEqual(full)
  })

  it.each([undefined, null, '', 'x', 1, true, [], [full], () => full, new Map(), new Date()].map((value) => [value]))(
    'is no record: %s',
    (value) => {
      expect(parseStoredKey(value)).toBeUndefined()
    },
  )

  it('never throws, and reads only what it would write again', () => {
    const fields = Object.keys(full) as Array<keyof StoredKey>
    const value = fc.oneof(fc.anything(), fc.constantFrom(...Object.values(full)), fc.jsonValue())
    fc.assert(
      fc.property(fc.constantFrom(...fields), value, (name, other) => {
        const read = parseStoredKey({ ...full, [name]: other })
        if (read !== undefined) expect(parseStoredKey(JSON.parse(JSON.stringify(read)))).toStrictEqual(read)
      }),
    )
  })
})

describe('the text of a record that was read', () => {
  const textOf = (record: unknown): string => JSON.stringify(parseStoredKey(record))

  it('is one for one record, whatever order its fields were in', () => {
    const shuffled = fc.shuffledSubarray(Object.entries(full), { minLength: Object.keys(full).length })
    fc.assert(
      fc.property(shuffled, (entries) => {
        expect(textOf(Object.fromEntries(entries))).toBe(textOf(full))
      }),
    )
    expect(textOf(full).startsWith('{"v":1,"id":')).toBe(true)
    expect(JSON.parse(textOf(full))).toStrictEqual(full)
    expect(textOf({ ...full, disabledReason: undefined })).not.toContain('disabledReason')
  })
})

describe('usage', () => {
  it('a record of usage is read strictly', () => {
    const usage: KeyUsage = {
      firstUsedAtMs: 1,
      lastUsedAtMs: 2,
      lastUsedIp: '::',
      lastUsedAgent: '',
      count: 0,
      failures: 9,
    }
    expect(parseUsage({ ...usage })).toStrictEqual(usage)
    expect(parseUsage({ count: 0, failures: 0 })).toStrictEqual({ count: 0, failures: 0 })
    expect(parseUsageDelta({ id: 'a', count: 0, failures: 0 })).toStrictEqual({ id: 'a', count: 0, failures: 0 })
    for (const edit of [
      { count: -1 },
      { count: undefined },
      { failures: '1' },
      { lastUsedAtMs: Number.POSITIVE_INFINITY },
      { lastUsedIp: '' },
      { lastUsedAgent: 'a\nb' },
      { other: 1 },
    ])
      expect(parseUsage({ ...usage, ...edit })).toBeUndefined()
    for (const id of ['__proto__', '', 'a b', undefined]) expect(parseUsageDelta({ ...usage, id })).toBeUndefined()
  })

  const time = fc.option(fc.integer({ min: 1, max: 1_000 }), { nil: undefined })
  const delta = fc.tuple(time, fc.nat(100), fc.nat(100), fc.nat(5)).map(([at, count, failures, more]): UsageDelta => {
    const seen = { firstUsedAtMs: at as number, lastUsedAtMs: (at as number) + more, lastUsedIp: `10.0.0.${at}` }
    return { id: 'a', count, failures, ...(at !== undefined && seen) }
  })

  it('adds up to the same, in whatever order it is reported', () => {
    const merged = (deltas: readonly UsageDelta[]) =>
      deltas.reduce<KeyUsage | undefined>((known, one) => mergeUsage(known, one), undefined)
    fc.assert(
      fc.property(fc.array(delta, { minLength: 1, maxLength: 8 }), (deltas) => {
        const [there, back] = [merged(deltas), merged([...deltas].reverse())] as [KeyUsage, KeyUsage]
        for (const field of ['count', 'failures', 'firstUsedAtMs', 'lastUsedAtMs'] as const)
          expect(there[field]).toBe(back[field])
        expect(there.count).toBe(deltas.reduce((sum, { count }) => sum + count, 0))
        const times = deltas.flatMap(({ lastUsedAtMs = [] }) => lastUsedAtMs)
        expect(there.lastUsedAtMs).toBe(times.length === 0 ? undefined : Math.max(...times))
        const latest = deltas.filter(({ lastUsedAtMs }) => lastUsedAtMs === there.lastUsedAtMs)
        expect(latest.map(({ lastUsedIp }) => lastUsedIp)).toContain(there.lastUsedIp)
      }),
    )
  })

  it('stops counting where numbers are no longer exact', () => {
    const most = { id: 'a', count: Number.MAX_SAFE_INTEGER, failures: Number.MAX_SAFE_INTEGER }
    expect(mergeUsage(mergeUsage(undefined, most), most)).toEqual({ count: most.count, failures: most.failures })
  })
})

describe('cursors', () => {
  it('stand where they were given out, and at the beginning where that is not known', () => {
    const epoch = 'e'.repeat(22)
    expect(cursorSeq(cursorText(epoch, 7), epoch, 9)).toBe(7)
    for (const cursor of [
      cursorText(epoch, 10),
      cursorText('f'.repeat(22), 7),
      `${epoch}.07`,
      `${epoch}.-1`,
      `${epoch}.1e1`,
      `${epoch}.`,
      `${epoch}.7\n`,
      '',
      7 as never,
    ])
      expect(cursorSeq(cursor, epoch, 9)).toBe(0)
  })
})
