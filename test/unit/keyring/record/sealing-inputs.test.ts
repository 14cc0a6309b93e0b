import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../../../src/crypto/secret.js'
import { localKek } from '../../../../src/keyring/record/kek.js'
import type { SealedSecret } from '../../../../src/keyring/record/key-record.js'
import { createSealing, type SealBinding } from '../../../../src/keyring/record/sealing.js'
import { withCode } from '../../../expect-code.js'
import { ALICE, BY, closedWorlds, INDEX_SECRET, KEK, sealing } from '../keyring-world.js'

const { open, tracked } = closedWorlds()

describe('the inputs of sealing', () => {
  const secret = new Uint8Array(randomBytes(40))
  const binding: SealBinding = { id: 'acmek_live_a', version: 1, algorithm: 'hmac-sha256' }

  it('bind the data key as the KMS wrapped it', async () => {
    // This one, like some, reads only a part of what it wrote.
    const kms = {
      id: 'kms',
      wrap: async (key: Uint8Array) => new Uint8Array([0, ...key.map((byte) => byte ^ 0x5a)]),
      unwrap: async (wrapped: Uint8Array) => wrapped.slice(1).map((byte) => byte ^ 0x5a),
    }
    const box = createSealing({ primary: kms })
    const sealed = await box.seal(secret, binding)
    expect(await box.open(sealed, binding)).toEqual(secret)
    const wrapped = Buffer.from(sealed.wrapped as string, 'base64url')
    wrapped[0] = 1
    await expect(box.open({ ...sealed, wrapped: wrapped.toString('base64url') }, binding)).rejects.toThrow(
      withCode('STORE_CORRUPTED'),
    )
  })

  it('may not be a KMS that returns the data key in the clear', async () => {
    for (const wrap of [async (key: Uint8Array) => key, async (key: Uint8Array) => new Uint8Array([1, 2, ...key, 3])]) {
      const box = createSealing({ primary: { id: 'none', wrap, unwrap: async (wrapped) => wrapped } })
      await expect(box.seal(secret, binding)).rejects.toThrow(withCode('STORE_UNAVAILABLE'))
    }
  })

  it('leave no data key in the bytes that a KMS was given', async () => {
    let given: Uint8Array | undefined
    const wrap = async (key: Uint8Array) => {
      given = key
      return new Uint8Array(randomBytes(64))
    }
    await createSealing({ primary: { id: 'kms', wrap, unwrap: async () => new Uint8Array(32) } }).seal(secret, binding)
    expect(given).toEqual(new Uint8Array(32))
  })

  it('give STORE_CORRUPTED for malformed material, and ARGUMENT_INVALID for what cannot be sealed', async () => {
    const sealed = await sealing.seal(secret, binding)
    for (const material of [
      undefined,
      null,
      {},
      { ...sealed, encryption: 'rot13' },
      { ...sealed, nonce: 5 },
      { ...sealed, sealed: undefined },
    ])
      await expect(sealing.open(material as SealedSecret, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    for (const bad of [
      undefined,
      {},
      { ...binding, version: 1.5 },
      { ...binding, algorithm: 'x' },
      { ...binding, id: '' },
    ]) {
      await expect(sealing.seal(secret, bad as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
      await expect(sealing.open(sealed, bad as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
    }
    for (const bad of [undefined, 'text', 5]) {
      await expect(sealing.seal(bad as never, binding)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
    }
  })

  it('for the index of secrets are texts and bytes only', () => {
    for (const bad of [undefined, 5]) expect(() => sealing.hashesOf(bad as never)).toThrow(withCode('ARGUMENT_INVALID'))
  })

  it('for a key-encryption key are not words or a repeated byte', () => {
    for (const text of ['correct horse battery staple 123', `${'e'.repeat(31)}f`, randomBytes(16).toString('hex')])
      expect(() => localKek(Secret.fromText(text)), text).toThrow(withCode('KEY_WEAK'))
  })

  it('may lack the index secret when records are rewrapped: keys are still found by their secret', async () => {
    const w = open()
    const issued = await w.keyring.issue(ALICE)
    const next = { id: 'kek-2', key: randomBytes(32) }
    const blind = tracked(w.node({ sealing: createSealing({ primary: next, others: [KEK] }) }))
    expect(await blind.keyring.rewrap(BY)).toMatchObject({ rewrapped: 1 })
    expect(await blind.keyring.rewrap(BY)).toMatchObject({ rewrapped: 0 })
    const seeing = tracked(w.node({ sealing: createSealing({ primary: next, indexSecret: INDEX_SECRET }) }))
    expect(await seeing.keyring.findBySecret((issued.secret as Secret).revealText())).toBe(issued.key.id)
  })
})
