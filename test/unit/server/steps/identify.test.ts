import { describe, expect, test } from 'vitest'
import type { KeyRecord } from '../../../../src/access/key-record.js'
import type { Algorithm } from '../../../../src/crypto/algorithm.js'
import type { VerifyingKey } from '../../../../src/crypto/key.js'
import type { UntrustedSignature } from '../../../../src/schemes/scheme.js'
import { type Judgement, Judgement as Made } from '../../../../src/server/judgement.js'
import { strictPolicy } from '../../../../src/server/policy/strict-policy.js'
import { IDENTIFYING, READING } from '../../../../src/server/refusal.js'
import { findKey, verifyPassphrase, verifySignature } from '../../../../src/server/steps/identify.js'
import { newDecoys } from '../../../../src/server/steps/key-check.js'
import { withCode } from '../../../expect-code.js'
import { PLAIN, plain } from '../pipeline.js'

interface Given {
  readonly found?: KeyRecord | null | undefined
  readonly valid?: unknown
  readonly record?: KeyRecord
  readonly signature?: Partial<UntrustedSignature>
  /** What a key answers for one that is not known. */
  readonly decoy?: () => boolean | Promise<boolean>
  readonly get?: (...asked: unknown[]) => unknown
}

/** One request before a step, and the ids of the keys that were verified with. */
function stage({ found, valid, record, signature, decoy = () => true, get = () => undefined }: Given = {}) {
  const asked: string[] = []
  const keyOf = (keyId: string, answer: () => unknown = () => true, algorithm: Algorithm = 'hmac-sha256') =>
    ({
      keyId,
      algorithm,
      verify: (base: unknown) => {
        asked.push(`${keyId}: ${base as string}`)
        return answer()
      },
    }) as VerifyingKey
  const parts = { keys: { get }, decoys: newDecoys([keyOf('decoy', decoy)]), storeTimeoutMs: 20 }
  const attempt = { request: plain, context: {}, stage: READING, record: undefined }
  const judgement: Judgement = Object.assign(new Made(parts as never, attempt as never, undefined), {
    keyId: 'a',
    base: 'the base',
    signature: { ...PLAIN, ...signature },
    policy: strictPolicy({ authorities: ['api.example.com'] }),
    found,
    valid,
    ...(record && { record }),
  } as never)
  return { judgement, asked, keyOf, decoys: parts.decoys.keys }
}

describe('a key that is looked for', () => {
  test('is that of the id, asked with what the message brought', () => {
    const record = { key: {} }
    const calls: unknown[] = []
    const carried = { jwk: {} } as never
    const { judgement } = stage({
      signature: { carried },
      get: (...args) => {
        calls.push(args)
        return record
      },
    })
    expect(findKey(judgement)).toBeUndefined()
    expect(calls).toEqual([['a', carried]])
    expect(judgement.found).toBe(record)
    expect(judgement.attempt.stage).toBe(IDENTIFYING)
  })

  test('is waited for where the source is far away', async () => {
    const record = { key: {} }
    const { judgement } = stage({ get: async () => record })
    const waiting = findKey(judgement)
    expect(judgement.found).toBeUndefined()
    await waiting
    expect(judgement.found).toBe(record)
  })
})

describe('a signature', () => {
  test('is verified by its key, which is noted and stands for unknown ones from then on', () => {
    const { judgement, asked, keyOf, decoys } = stage()
    const key = keyOf('a')
    judgement.found = { key }
    expect(verifySignature(judgement)).toBeUndefined()
    expect(asked).toEqual(['a: the base'])
    expect([judgement.valid, judgement.record, judgement.attempt.record]).toEqual([true, { key }, { key }])
    expect(decoys.get('hmac-sha256')).toBe(key)
  })

  test('is waited for where the key is far away', async () => {
    const { judgement, keyOf } = stage()
    judgement.found = { key: keyOf('a', async () => false) }
    const waiting = verifySignature(judgement)
    expect(judgement.valid).toBeUndefined()
    await waiting
    expect(judgement.valid).toBe(false)
  })

  test('is over the text that the passphrase completes, where the scheme signs it', () => {
    const { judgement, asked, keyOf } = stage({ signature: { passphrase: { base: (own) => `with ${own}` } } })
    judgement.found = { key: keyOf('a'), passphrase: 'word' }
    expect(verifySignature(judgement)).toBeUndefined()
    expect(asked).toEqual(['a: with word'])
  })

  test('of an unknown key costs one verification, and no record is noted', () => {
    for (const found of [undefined, null]) {
      const { judgement, asked, decoys } = stage({ found })
      const known = decoys.get('hmac-sha256')
      expect(() => verifySignature(judgement)).toThrow(withCode('KEY_UNKNOWN', 'no such key'))
      expect(asked).toEqual(['decoy: the base'])
      expect([judgement.attempt.record, judgement.record, judgement.valid]).toEqual([undefined, undefined, undefined])
      expect(decoys.get('hmac-sha256')).toBe(known)
    }
  })

  test('of an unknown key is refused when the verification has ended', async () => {
    let isDone = false
    const { judgement } = stage({
      decoy: async () => {
        await Promise.resolve()
        isDone = true
        return true
      },
    })
    const waiting = verifySignature(judgement)
    expect(isDone).toBe(false)
    await expect(waiting).rejects.toThrow(withCode('KEY_UNKNOWN'))
    expect(isDone).toBe(true)
  })

  test('of a key that cannot have made it is refused after one verification, and its record is noted', () => {
    const { judgement, asked, keyOf, decoys } = stage({ signature: { claimedAlgorithm: 'ed25519' } })
    const key = keyOf('a')
    judgement.found = { key }
    expect(() => verifySignature(judgement)).toThrow(withCode('ALG_MISMATCH'))
    expect(asked).toEqual(['a: the base'])
    expect([judgement.attempt.record, judgement.record]).toEqual([{ key }, undefined])
    expect(decoys.get('hmac-sha256')).toBe(key)
  })

  test('is refused where the source has returned something else, of which nothing is noted', () => {
    for (const [keyId, wrong] of [
      ['b', {}],
      ['a', { owner: 5 }],
      ['a', { allowIPs: ['192.0.2.1'] }],
    ] as const) {
      const { judgement, asked, keyOf, decoys } = stage()
      const known = decoys.get('hmac-sha256')
      judgement.found = { key: keyOf(keyId), ...wrong } as never
      expect(() => verifySignature(judgement)).toThrow(withCode('KEY_SOURCE_FAILED', 'the key source returned'))
      expect(asked).toEqual(['decoy: the base'])
      expect([judgement.attempt.record, judgement.record]).toEqual([undefined, undefined])
      expect(decoys.get('hmac-sha256')).toBe(known)
    }
  })
})

describe('the answer of a key', () => {
  const own: VerifyingKey = { keyId: 'a', algorithm: 'hmac-sha256', verify: () => true }

  test('is yes or no, and anything else the fault of the key', () => {
    expect(verifyPassphrase(stage({ valid: true, record: { key: own } }).judgement)).toBeUndefined()
    expect(() => verifyPassphrase(stage({ valid: false, record: { key: own } }).judgement)).toThrow(
      withCode('SIGNATURE_INVALID', 'the signature does not match'),
    )
    for (const valid of [1, 'true', undefined, null, {}, 0])
      expect(() => verifyPassphrase(stage({ valid, record: { key: own } }).judgement)).toThrow(
        withCode('KEY_SOURCE_FAILED', 'the key returned neither true nor false'),
      )
  })

  test('notes an RSA key by the size that it has signed with, and no other key', () => {
    const rsa: VerifyingKey = { keyId: 'a', algorithm: 'rsa-v1_5-sha256', verify: () => true }
    const signature = { signature: new Uint8Array(256) }
    const signed = stage({ valid: true, record: { key: rsa }, signature })
    expect(verifyPassphrase(signed.judgement)).toBeUndefined()
    expect(signed.decoys.get('rsa-v1_5-sha256/256')).toBe(rsa)
    const other = stage({ valid: true, record: { key: own } })
    expect(verifyPassphrase(other.judgement)).toBeUndefined()
    expect([...other.decoys.keys()]).toEqual(['hmac-sha256'])
  })

  test('is not enough where the record has a passphrase that the message does not prove', async () => {
    const wrong = withCode('PASSPHRASE_INVALID', 'the passphrase is not that of the key')
    const record = { key: own, passphrase: 'word' }
    const judged = (signature: Partial<UntrustedSignature>, by: KeyRecord = record) =>
      verifyPassphrase(stage({ valid: true, record: by, signature }).judgement)
    expect(judged({ passphrase: { text: 'word' } })).toBeUndefined()
    expect(() => judged({ passphrase: { text: 'other' } })).toThrow(wrong)
    expect(() => judged({})).toThrow(wrong)
    expect(() => judged({ passphrase: { text: 'word' } }, { key: own })).toThrow(wrong)
    const far = (answer: unknown): KeyRecord => ({ ...record, key: { ...own, verify: async () => answer as boolean } })
    const proof = { passphrase: { signature: new Uint8Array(32) } }
    expect(await judged(proof, far(true))).toBeUndefined()
    for (const answer of [false, 'yes']) await expect(judged(proof, far(answer))).rejects.toThrow(wrong)
  })
})
