import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AEADS } from '../../../../src/crypto/aead.js'
import { Secret } from '../../../../src/crypto/secret.js'
import type { RemoteKek } from '../../../../src/keyring/record/kek.js'
import { createSealing, type SealBinding } from '../../../../src/keyring/record/sealing.js'
import { needlesOf, PRINTERS } from '../../../attacks/printers.js'
import { withCode } from '../../../expect-code.js'

const kek = randomBytes(32)
const secret = new Uint8Array(randomBytes(55))
const binding: SealBinding = { id: 'acmek_live_a', version: 1, algorithm: 'hmac-sha256' }
const local = { id: 'kek-1', key: kek }
afterEach(() => {
  vi.restoreAllMocks()
})

/** A KMS: its key never leaves the closure, and it binds the context. */
function kms(id = 'arn:kms/1'): RemoteKek & { calls: string[] } {
  const key = randomBytes(32)
  const calls: string[] = []
  return {
    id,
    calls,
    wrap: async (dataKey, context) => {
      calls.push(`wrap ${context}`)
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context))
      return Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
    },
    unwrap: async (wrapped, context) => {
      calls.push(`unwrap ${context}`)
      const end = wrapped.length - 16
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, 12), { authTagLength: 16 })
      decipher.setAAD(Buffer.from(context)).setAuthTag(wrapped.subarray(end))
      return Buffer.concat([decipher.update(wrapped.subarray(12, end)), decipher.final()])
    },
  }
}

describe.each([
  ['AES-256-GCM under a local key', () => createSealing({ primary: local })],
  ['XChaCha20-Poly1305 under a local key', () => createSealing({ primary: local, encryption: 'xchacha20-poly1305' })],
  ['AES-256-GCM under a KMS', () => createSealing({ primary: kms() })],
])('sealing: %s', (_, make) => {
  it('opens what it sealed, and shows nothing of it', async () => {
    const sealing = make()
    const sealed = await sealing.seal(secret, binding)
    expect(await sealing.open(sealed, binding)).toEqual(secret)
    expect((await sealing.seal(secret, binding)).sealed).not.toBe(sealed.sealed)
    for (const print of Object.values(PRINTERS)) {
      for (const value of [sealing, sealed])
        for (const needle of [...needlesOf(secret), ...needlesOf(kek)]) expect(print(value)).not.toContain(needle)
    }
  })

  it('opens under no other id, version or algorithm', async () => {
    const sealing = make()
    const sealed = await sealing.seal(secret, binding)
    const others: Partial<SealBinding>[] = [{ id: 'acmek_live_b' }, { version: 2 }, { algorithm: 'hmac-sha512' }]
    for (const other of others)
      await expect(sealing.open(sealed, { ...binding, ...other })).rejects.toThrow(
        withCode(sealing.primaryId === 'kek-1' ? 'STORE_CORRUPTED' : 'STORE_UNAVAILABLE'),
      )
  })

  it('refuses every change of what is stored', async () => {
    const sealing = make()
    const sealed = await sealing.seal(secret, binding)
    const names = ['nonce', 'sealed', ...(sealed.wrapped === undefined ? [] : (['wrapped'] as const))] as const
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (name, at, mask) => {
          const bytes = Buffer.from(sealed[name] as string, 'base64url')
          const place = at % bytes.length
          bytes[place] = (bytes[place] as number) ^ mask
          const changed = { ...sealed, [name]: bytes.toString('base64url') }
          await expect(sealing.open(changed, binding)).rejects.toThrow(
            expect.objectContaining({ code: expect.stringMatching(/^STORE_(CORRUPTED|UNAVAILABLE)$/) }),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('takes no tag but a whole one', async () => {
    const sealing = make()
    const sealed = await sealing.seal(secret, binding)
    const bytes = Buffer.from(sealed.sealed, 'base64url')
    for (const length of [0, 4, 12, 15, 16, bytes.length - 12, bytes.length - 1]) {
      const cut = { ...sealed, sealed: bytes.subarray(0, length).toString('base64url') }
      await expect(sealing.open(cut, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    }
  })
})

describe('the format of what is sealed', () => {
  it('is AES-256-GCM with the binding, the encryption and the key named, as any other program would write it', async () => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', kek, nonce)
    cipher.setAAD(Buffer.from('countersign-sealed-v1|acmek_live_a|1|hmac-sha256|aes-256-gcm|kek-1'))
    const sealed = Buffer.concat([cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    const material = {
      kind: 'sealed',
      encryption: 'aes-256-gcm',
      kekId: 'kek-1',
      nonce: nonce.toString('base64url'),
      sealed: sealed.toString('base64url'),
    } as const
    expect(await createSealing({ primary: local }).open(material, binding)).toEqual(secret)
  })
})

describe('key-encryption keys', () => {
  it('opens what others sealed, and seals with the primary one', async () => {
    const old = createSealing({ primary: local })
    const sealed = await old.seal(secret, binding)
    const next = { id: 'kek-2', key: new Secret(randomBytes(32)) }
    const both = createSealing({ primary: next, others: [local] })
    expect(await both.open(sealed, binding)).toEqual(secret)
    expect((await both.seal(secret, binding)).kekId).toBe('kek-2')
    await expect(createSealing({ primary: next }).open(sealed, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
  })

  it('is not fooled by the name of another key, nor of another kind', async () => {
    const sealed = await createSealing({ primary: local }).seal(secret, binding)
    const two = createSealing({ primary: { id: 'kek-2', key: kek }, others: [local, kms()] })
    await expect(two.open({ ...sealed, kekId: 'kek-2' }, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    await expect(two.open({ ...sealed, kekId: 'arn:kms/1' }, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    await expect(two.open({ ...sealed, wrapped: 'AAAA' }, binding)).rejects.toThrow(withCode('STORE_CORRUPTED'))
    await expect(two.open({ ...sealed, encryption: 'rot13' as never }, binding)).rejects.toThrow()
  })

  it('gives each secret its own data key under a KMS', async () => {
    const remote = kms()
    const sealing = createSealing({ primary: remote })
    const [a, b] = [await sealing.seal(secret, binding), await sealing.seal(secret, binding)]
    expect(a.wrapped).not.toBe(b.wrapped)
    await sealing.open(a, binding)
    expect(remote.calls).toEqual(['wrap', 'wrap', 'unwrap'].map((call) => `${call} acmek_live_a|1|hmac-sha256`))
  })

  it.each([
    ['throws', { wrap: async () => Promise.reject(new Error('AccessDenied: key 0x1234')) }],
    [
      'throws at once',
      {
        wrap: () => {
          throw new Error('no')
        },
      },
    ],
    ['hangs', { wrap: () => new Promise<never>(() => {}) }],
    ['answers nonsense', { wrap: async () => 'wrapped' as never }],
    ['answers the data key cut short', { wrap: async () => new Uint8Array(3) }],
  ])('is unavailable where a KMS %s, and says nothing of why', async (_, broken) => {
    const sealing = createSealing({ primary: { ...kms(), ...broken }, timeoutMs: 20 })
    const failed = await sealing.seal(secret, binding).catch((error: unknown) => error)
    expect(failed).toEqual(withCode('STORE_UNAVAILABLE'))
    expect(String(failed)).not.toContain('0x1234')
    expect((failed as Error).cause).toBeUndefined()
  })

  // A key of a KMS that wraps to what the test says.
  const wrapping = (wrapped: unknown, unwrapped: unknown = new Uint8Array(32)): RemoteKek => ({
    id: 'kms',
    wrap: async () => wrapped as Uint8Array,
    unwrap: async () => unwrapped as Uint8Array,
  })

  it.each<[string, unknown, string]>([
    ['31 bytes', randomBytes(31), 'STORE_UNAVAILABLE'],
    ['32 bytes', randomBytes(32), 'ok'],
    ['8192 bytes', randomBytes(8_192), 'ok'],
    ['8193 bytes', randomBytes(8_193), 'STORE_UNAVAILABLE'],
    ['a text that is long enough', 'w'.repeat(64), 'STORE_UNAVAILABLE'],
    ['a list of numbers', Array(64).fill(7), 'STORE_UNAVAILABLE'],
    ['nothing', undefined, 'STORE_UNAVAILABLE'],
  ])('takes a wrapped data key of 32 to 8192 bytes: %s', async (_, wrapped, expected) => {
    const sealed = createSealing({ primary: wrapping(wrapped) }).seal(secret, binding)
    if (expected === 'ok') await sealed
    else await expect(sealed).rejects.toThrow(withCode(expected))
  })

  it.each<[string, unknown, string, string]>([
    ['31 bytes', new Uint8Array(31), 'STORE_CORRUPTED', 'cannot be unwrapped'],
    ['33 bytes', new Uint8Array(33), 'STORE_CORRUPTED', 'cannot be unwrapped'],
    ['another key of 32 bytes', new Uint8Array(32), 'STORE_CORRUPTED', 'does not open'],
    ['a text of 32 characters', 'k'.repeat(32), 'STORE_UNAVAILABLE', 'did not answer as expected'],
    ['nothing', null, 'STORE_UNAVAILABLE', 'did not answer as expected'],
  ])('opens with nothing but the data key that was wrapped: a KMS unwraps %s', async (_, unwrapped, expected, text) => {
    const sealing = createSealing({ primary: wrapping(randomBytes(60), unwrapped) })
    const sealed = await sealing.seal(secret, binding)
    await expect(sealing.open(sealed, binding)).rejects.toThrow(withCode(expected, text))
  })

  it('names what is no base64url, under a KMS also the wrapped data key', async () => {
    const sealing = createSealing({ primary: kms() })
    const sealed = await sealing.seal(secret, binding)
    for (const name of ['nonce', 'sealed', 'wrapped'])
      for (const text of ['!', 'AA==', 5])
        await expect(sealing.open({ ...sealed, [name]: text } as never, binding)).rejects.toThrow(
          withCode('STORE_CORRUPTED', 'is not base64url'),
        )
  })

  it('leaves no data key in memory, neither of a secret that was sealed nor of one that opened or did not', async () => {
    const used: Uint8Array[] = []
    const { seal, open } = AEADS['aes-256-gcm']
    vi.spyOn(AEADS['aes-256-gcm'], 'seal').mockImplementation((key, ...rest) => {
      used.push(key)
      return seal(key, ...rest)
    })
    vi.spyOn(AEADS['aes-256-gcm'], 'open').mockImplementation((key, ...rest) => {
      used.push(key)
      return open(key, ...rest)
    })
    for (const primary of [local, kms()]) {
      const sealing = createSealing({ primary })
      const sealed = await sealing.seal(secret, binding)
      expect(await sealing.open(sealed, binding)).toEqual(secret)
      await expect(sealing.open({ ...sealed, sealed: sealed.sealed.slice(4) }, binding)).rejects.toThrow()
    }
    expect(used).toEqual(Array(6).fill(new Uint8Array(32)))
    expect(new Uint8Array(kek)).not.toEqual(new Uint8Array(32))
  })

  it('binds to an id that is a text, and to nothing else', async () => {
    const sealing = createSealing({ primary: local })
    for (const id of [5, null, ['acmek_live_a']])
      await expect(sealing.seal(secret, { ...binding, id } as never)).rejects.toThrow(withCode('ARGUMENT_INVALID'))
  })

  it('gives a KMS from 1 ms to a minute', () => {
    for (const timeoutMs of [1, 60_000]) createSealing({ primary: local, timeoutMs })
    for (const timeoutMs of [0, 60_001, 1.5, '5', Number.NaN])
      expect(() => createSealing({ primary: local, timeoutMs } as never)).toThrow(
        withCode('CONFIG_INVALID', '"timeoutMs" must be an integer from 1 to 60000'),
      )
  })

  it.each<[string, object, string, string]>([
    ['two remote keys of one id', { primary: kms(), others: [kms()] }, 'CONFIG_INVALID', '"others[0].id"'],
    [
      'the id of the one before it',
      { primary: local, others: [kms(), kms()] },
      'CONFIG_INVALID',
      '"others[1].id" must be another id',
    ],
    ['a number of keys', { primary: local, others: 5 }, 'CONFIG_INVALID', '"others" must be a list, got'],
    ['a former secret', { primary: local, formerIndexSecrets: kek }, 'CONFIG_INVALID', '"formerIndexSecrets" must be'],
    ['no unwrap()', { primary: { ...kms(), unwrap: undefined } }, 'CONFIG_INVALID', 'wrap() and unwrap()'],
    ['no wrap()', { primary: { ...kms(), wrap: 'AES' } }, 'CONFIG_INVALID', 'wrap() and unwrap()'],
    [
      'a short key among the others',
      { primary: kms(), others: [{ id: 'short', key: new Uint8Array(31) }] },
      'KEY_WEAK',
      '"others[0].key" must be 32 bytes, got 31',
    ],
  ])('refuses %s, by the name of the option', (_, options, expected, text) => {
    expect(() => createSealing(options as never)).toThrow(withCode(expected, text))
  })

  it('refuses options that cannot be meant', () => {
    const bad: unknown[] = [
      undefined,
      {},
      { primary: { id: 'a', key: new Uint8Array(16) } },
      { primary: { id: 'a|b', key: kek } },
      { primary: { id: '', key: kek } },
      { primary: local, others: [local] },
      { primary: { id: 'a' } },
      { primary: local, encryption: 'aes-128-gcm' },
      { primary: local, indexSecret: new Uint8Array(31) },
    ]
    for (const options of bad)
      expect(() => createSealing(options as never)).toThrow(
        expect.objectContaining({
          code: expect.stringMatching(/^(CONFIG_INVALID|KEY_WEAK|KEY_UNSUPPORTED|ARGUMENT_INVALID)$/),
        }),
      )
  })
})

describe('hashes to find a secret by', () => {
  it('are HMACs under the index secret, the newest first', () => {
    const [a, b] = [randomBytes(32), randomBytes(32)]
    const sealing = createSealing({ primary: local, indexSecret: a, formerIndexSecrets: [new Secret(b)] })
    const expected = [a, b].map((key) =>
      createHmac('sha256', key).update(secret).digest().subarray(0, 16).toString('base64url'),
    )
    expect(sealing.hashesOf(secret)).toEqual(expected)
    expect(createSealing({ primary: local }).hashesOf(secret)).toEqual([])
  })
})
