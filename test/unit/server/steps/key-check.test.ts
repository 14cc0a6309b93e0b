import { describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import type { Algorithm } from '../../../../src/crypto/algorithm.js'
import type { Bytes, VerifyingKey } from '../../../../src/crypto/key.js'
import type { UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import {
  type Decoys,
  keyProblem,
  newDecoys,
  noteDecoy,
  recordProblem,
  verifyDecoy,
} from '../../../../src/server/steps/key-check.js'

/** The bases that each key was asked to verify. */
const asked: Array<readonly [string, Bytes]> = []
const keyOf = (keyId: string, algorithm: Algorithm): VerifyingKey => ({
  keyId,
  algorithm,
  verify: (base) => {
    asked.push([keyId, base])
    return true
  },
})
const signature = (length: number, claimedAlgorithm?: string): UntrustedSignature =>
  ({ claimedAlgorithm, base: 'the base', signature: new Uint8Array(length) }) as UntrustedSignature

const ed = keyOf('ed', 'ed25519')
const p256 = keyOf('p256', 'ecdsa-p256-sha256')
const p384 = keyOf('p384', 'ecdsa-p384-sha384')
const rsa = keyOf('rsa', 'rsa-v1_5-sha256')
const rsa4096 = keyOf('rsa4096', 'rsa-v1_5-sha256')
const hmac = keyOf('hmac', 'hmac-sha256')

/** The key that was asked in place of one that is not known; `own` for the one that every verifier has. */
async function askedFor(decoys: Decoys, given: UntrustedSignature, keyId = 'nobody'): Promise<string> {
  asked.length = 0
  await verifyDecoy(decoys, keyId, given, 50)
  expect(asked.length).toBeLessThan(2)
  for (const [, base] of asked) expect(base).toBe('the base')
  return asked[0]?.[0] ?? 'own'
}

describe('a key that stands for one that is unknown costs what that one would have cost', () => {
  test.each<readonly [string, readonly VerifyingKey[], UntrustedSignature, string]>([
    ['nothing is known', [], signature(32), 'own'],
    ['nothing of this length is known', [], signature(7), 'own'],
    ['a shared secret takes the place of the first one', [hmac], signature(32), 'hmac'],
    ['the claimed algorithm, whatever the length', [ed, p256, rsa], signature(7, 'ecdsa-p256-sha256'), 'p256'],
    ['the claimed algorithm, among those of its length', [ed, p256], signature(64, 'ed25519'), 'ed'],
    ['the length, where a claimed algorithm is unknown', [p384, rsa], signature(96, 'ml-dsa-65'), 'p384'],
    ['the length, where none is claimed', [hmac, p384, rsa], signature(96), 'p384'],
    ['RSA from 128 bytes on', [hmac, p384, rsa], signature(128), 'rsa'],
    ['RSA of any length', [hmac, p384, rsa], signature(513), 'rsa'],
  ])('the key is chosen where %s', async (_, offered, given, expected) => {
    const decoys = newDecoys(offered)
    for (let i = 0; i < 32; i++) expect(await askedFor(decoys, given, `nobody-${i}`)).toBe(expected)
  })

  test('nothing is verified by the one that stands first', () => {
    const own = newDecoys([]).keys.get('hmac-sha256')
    for (const base of ['the base', new Uint8Array(8)]) expect(own?.verify(base, new Uint8Array(32))).toBe(false)
  })

  test('no RSA below 128 bytes, where no length fits and any key may stand', async () => {
    const decoys = newDecoys([hmac, rsa])
    const seen = new Set<string>()
    for (let i = 0; i < 64; i++) seen.add(await askedFor(decoys, signature(32), `k${i}`))
    expect([...seen]).toEqual(['hmac'])
    for (let i = 0; i < 64; i++) seen.add(await askedFor(decoys, signature(127), `k${i}`))
    expect([...seen].sort()).toEqual(['hmac', 'rsa'])
  })

  test('the last key that was found of an algorithm, and of each size of RSA', async () => {
    const decoys = newDecoys([])
    expect(decoys.keys.size).toBe(1)
    noteDecoy(decoys, rsa)
    noteDecoy(decoys, rsa, 256)
    noteDecoy(decoys, rsa4096, 512)
    expect([...decoys.keys.keys()]).toEqual([
      'hmac-sha256',
      'rsa-v1_5-sha256',
      'rsa-v1_5-sha256/256',
      'rsa-v1_5-sha256/512',
    ])
    expect(await askedFor(decoys, signature(256, 'rsa-v1_5-sha256'))).toBe('rsa')
    expect(await askedFor(decoys, signature(512, 'rsa-v1_5-sha256'))).toBe('rsa4096')
    expect(await askedFor(decoys, signature(384, 'rsa-v1_5-sha256'))).toBe('rsa')
    noteDecoy(decoys, rsa4096)
    expect(await askedFor(decoys, signature(384, 'rsa-v1_5-sha256'))).toBe('rsa4096')
  })

  test('always the same for one id, another for others, and neither is foreseeable', async () => {
    const both = [ed, p256]
    const decoys = newDecoys(both)
    const ids = Array.from({ length: 64 }, (_, i) => `key-${i}`)
    const chosen = async (by: Decoys) => {
      const all: string[] = []
      for (const id of ids) all.push(await askedFor(by, signature(64), id))
      return all.join()
    }
    const first = await chosen(decoys)
    expect(await chosen(decoys)).toBe(first)
    expect(new Set(first.split(','))).toEqual(new Set(['ed', 'p256']))
    const others = [newDecoys(both), newDecoys(both), newDecoys(both)].map(({ seed }) => seed)
    // Two of four are the same by chance once in 700 million runs.
    expect(new Set([decoys.seed, ...others]).size).toBe(4)
    const seeded = (seed: number) => chosen({ keys: decoys.keys, seed })
    expect(await seeded(1)).not.toBe(await seeded(2))
  })

  test('its answer is awaited, its failure and its silence are those of the key', async () => {
    const failing = async (verify: VerifyingKey['verify']) =>
      verifyDecoy(newDecoys([{ ...ed, verify }]), 'x', signature(64), 5)
    let done = false
    await failing(async () => {
      await Promise.resolve()
      done = true
      return true
    })
    expect(done).toBe(true)
    await expect(failing(() => new Promise(() => {}))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
    for (const verify of [
      () => Promise.reject(new Error('away')),
      () => {
        throw new Error('away')
      },
    ])
      await expect(failing(verify)).rejects.toMatchObject({ code: 'KEY_SOURCE_FAILED' })
  })
})

describe('a key that cannot have made the signature', () => {
  const policy = strictPolicy({ authorities: ['api.example.com'] })
  const only = { ...policy, algorithms: ['ed25519' as const] }
  const OTHER = 'ALG_MISMATCH: the signature names another algorithm than its key'
  const VETO = 'ALG_MISMATCH: the policy does not allow the algorithm of the key'
  test.each<readonly [string, VerifyingKey, UntrustedSignature, typeof policy, string | undefined]>([
    ['none is claimed', ed, signature(64), policy, undefined],
    ['its own is claimed', ed, signature(64, 'ed25519'), policy, undefined],
    ['another is claimed', ed, signature(64, 'ecdsa-p256-sha256'), policy, OTHER],
    ['nothing is claimed, in text', ed, signature(64, ''), policy, OTHER],
    ['the policy allows it', ed, signature(64), only, undefined],
    ['the policy does not allow it', p256, signature(64), only, VETO],
    ['a byte too few', ed, signature(63), policy, 'SIGNATURE_MALFORMED: the signature must have 64 bytes, got 63'],
    ['a byte too many', hmac, signature(33), policy, 'SIGNATURE_MALFORMED: the signature must have 32 bytes, got 33'],
    ['RSA of any length', rsa, signature(5), policy, undefined],
  ])('the key is judged where %s', (_, key, given, held, expected) => {
    const problem = recordProblem({ key }, given, held)
    expect(problem && `${problem.code}: ${problem.message}`).toBe(expected)
  })
})

describe('the life of a key', () => {
  test.each<readonly [string, Partial<KeyRecord>, number, string | undefined]>([
    ['has no end where none is stated', {}, 1_000, undefined],
    ['is active', { status: 'active' }, 1_000, undefined],
    ['is over once it is revoked', { status: 'revoked' }, 1_000, 'KEY_REVOKED'],
    ['rests while it is disabled', { status: 'disabled' }, 1_000, 'KEY_DISABLED'],
    ['rests in any state that is not known', { status: 'enabled' as 'active' }, 1_000, 'KEY_DISABLED'],
    ['is over before it has not begun', { status: 'revoked', notBeforeMs: 2_000 }, 1_000, 'KEY_REVOKED'],
    ['begins at its start', { notBeforeMs: 1_000 }, 1_000, undefined],
    ['has not begun a millisecond before', { notBeforeMs: 1_000 }, 999, 'KEY_NOT_YET_VALID'],
    ['has not begun where its start is no number', { notBeforeMs: Number.NaN }, 1_000, 'KEY_NOT_YET_VALID'],
    ['lasts until a millisecond before its end', { expiresAtMs: 1_000 }, 999, undefined],
    ['is over at its end', { expiresAtMs: 1_000 }, 1_000, 'KEY_EXPIRED'],
    ['is over where its end is no number', { expiresAtMs: Number.NaN }, 1_000, 'KEY_EXPIRED'],
    ['is over where the clock is none', { expiresAtMs: 1_000 }, Number.NaN, 'KEY_EXPIRED'],
    ['has both', { notBeforeMs: 1_000, expiresAtMs: 2_000 }, 1_500, undefined],
  ])('the life of a key %s', (_, members, nowMs, expected) => {
    expect(keyProblem({ key: ed, ...members }, nowMs)).toBe(expected)
  })
})
