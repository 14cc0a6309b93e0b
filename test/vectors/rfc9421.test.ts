import { describe, expect, test } from 'vitest'
import {
  hmacKey,
  importSigningKey,
  importVerifyingKey,
  type SigningKey,
  type SyncSigningKey,
  type VerifyingKey,
} from '../../src/crypto/index.js'
import type { HttpMessage } from '../../src/message/message.js'
import {
  type ComponentInit,
  coverLess,
  type Rfc9421SignerOptions,
  rfc9421Signer,
  rfc9421Verifier,
} from '../../src/schemes/rfc9421/index.js'
import { signPreparedSync, type UntrustedSignature } from '../../src/schemes/scheme.js'
import {
  PUBLISHED_KEYS,
  PUBLISHED_SIGNATURES,
  type PublishedSignature,
  publishedMessage,
  publishedSignature,
  publishedVerifyingKey,
  sharedSecret,
  TRANSFORMS,
  withSignature,
} from './rfc9421/data.js'

const verifier = rfc9421Verifier()

const parsed = (message: HttpMessage, label: string): UntrustedSignature => {
  const found = verifier.parse(message).find((one) => one.label === label)
  if (found === undefined) throw new Error(`no signature labelled ${label}`)
  return found
}

const signedMessage = ({ message, label, input, signature }: PublishedSignature): HttpMessage =>
  withSignature(publishedMessage(message), label, input, signature)

const flipped = (bytes: Uint8Array, bit: number): Uint8Array => {
  const out = bytes.slice()
  out[bit >> 3] = (out[bit >> 3] as number) ^ (1 << (bit & 7))
  return out
}

test('all 14 signatures of RFC 9421 are here', () => {
  expect(PUBLISHED_SIGNATURES).toHaveLength(14)
  expect(new Set(PUBLISHED_SIGNATURES.map((one) => one.signature)).size).toBe(14)
})

describe.each(PUBLISHED_SIGNATURES.map((one) => [one.section, one] as const))('published signature %s', (_, one) => {
  test('gives the published base and verifies', async () => {
    const found = parsed(signedMessage(one), one.label)
    expect(found.base).toBe(one.base)
    expect(found.keyId).toBe(one.keyId)
    const key = await publishedVerifyingKey(one.keyId)
    expect(await key.verify(found.base, found.signature)).toBe(true)
  })

  test('does not verify with any other base', async () => {
    const { signature } = parsed(signedMessage(one), one.label)
    const key = await publishedVerifyingKey(one.keyId)
    for (const at of [0, one.base.length >> 1, one.base.length - 1]) {
      const other = one.base.slice(0, at) + (one.base[at] === 'x' ? 'y' : 'x') + one.base.slice(at + 1)
      expect(await key.verify(other, signature)).toBe(false)
    }
    expect(await key.verify(`${one.base}\n`, signature)).toBe(false)
  })

  test('fails with any one bit of the signature flipped', async () => {
    const found = parsed(signedMessage(one), one.label)
    const key = await publishedVerifyingKey(one.keyId)
    const bits = found.signature.length * 8
    // Every bit of a MAC; a spread over the long ones, both ends included.
    const step = one.keyId === 'test-shared-secret' ? 1 : Math.floor(bits / 16)
    const wrong: number[] = []
    for (let bit = 0; bit < bits; bit += step) wrong.push(bit)
    wrong.push(bits - 1)
    for (const bit of wrong)
      expect(await key.verify(found.base, flipped(found.signature, bit)), `bit ${bit}`).toBe(false)
  })
})

test('section 4.3: both signatures of the forwarded message parse, the proxy one verifies, the client one no more', async () => {
  const client = publishedSignature('4.3 client')
  const proxy = publishedSignature('4.3 proxy')
  const forwarded = publishedMessage('forwarded-request')
  const message: HttpMessage = {
    ...forwarded,
    fields: [
      ...forwarded.fields,
      'Signature-Input',
      `sig1=${client.input}, proxy_sig=${proxy.input}`,
      'Signature',
      `sig1=:${client.signature}:, proxy_sig=:${proxy.signature}:`,
    ],
  }
  const [first, second] = verifier.parse(message)
  expect([first?.label, second?.label]).toEqual(['sig1', 'proxy_sig'])
  expect(second?.base).toBe(proxy.base)
  expect(second?.claimedAlgorithm).toBe('rsa-v1_5-sha256')
  expect([second?.createdMs, second?.expiresMs]).toEqual([1618884480_000, 1618884540_000])
  const proxyKey = await publishedVerifyingKey('test-key-rsa')
  expect(await proxyKey.verify(second?.base ?? '', second?.signature ?? new Uint8Array())).toBe(true)
  // The proxy replaced the authority that the client had signed.
  const clientKey = await publishedVerifyingKey('test-key-ecc-p256')
  expect(await clientKey.verify(first?.base ?? '', first?.signature ?? new Uint8Array())).toBe(false)
})

describe('section B.4: messages changed on the way', () => {
  const original = publishedSignature('B.4')

  test.each(TRANSFORMS.map((one) => [one.valid ? 'valid' : 'invalid', one.name, one] as const))(
    'a message is judged %s that was changed so: %s',
    async (_, __, one) => {
      const found = parsed(
        withSignature(one.message, original.label, original.input, original.signature),
        original.label,
      )
      const key = await publishedVerifyingKey(original.keyId)
      expect(await key.verify(found.base, found.signature)).toBe(one.valid)
      expect(found.base === original.base).toBe(one.valid)
    },
  )

  test('three pass and two fail', () => {
    expect(TRANSFORMS.map((one) => one.valid)).toEqual([true, true, true, false, false])
  })
})

describe('deterministic signatures are made again byte for byte', () => {
  const resign = (section: string, key: SyncSigningKey, components: readonly ComponentInit[]): void => {
    const published = publishedSignature(section)
    const options: Rfc9421SignerOptions<SyncSigningKey> = {
      key,
      components,
      whenPresent: [],
      label: published.label,
      nonce: false,
      [coverLess]: true,
    }
    const { scheme } = rfc9421Signer(options)
    const message = publishedMessage(published.message)
    const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: 1618884473_999, nonce: 'not used' }
    const prepared = scheme.prepare(message, context)
    expect(prepared.base).toBe(published.base)
    const signed = signPreparedSync(prepared, key)
    expect(signed.fields).toEqual(signedMessage(published).fields)
    expect(prepared.attach(key.sign(prepared.base)).fields).toEqual(signed.fields)
  }

  test('the signature of B.2.5 is made again with hmac-sha256', () => {
    const key = hmacKey({ keyId: 'test-shared-secret', algorithm: 'hmac-sha256', secret: sharedSecret() })
    resign('B.2.5', key, ['date', '@authority', 'content-type'])
  })

  const ed25519 = async (): Promise<SyncSigningKey> => {
    const { jwk } = PUBLISHED_KEYS.find((one) => one.keyId === 'test-key-ed25519') ?? {}
    return importSigningKey(jwk as JsonWebKey, { keyId: 'test-key-ed25519', algorithm: 'ed25519' })
  }

  test('the signature of B.2.6 is made again with ed25519', async () => {
    resign('B.2.6', await ed25519(), ['date', '@method', '@path', '@authority', 'content-type', 'content-length'])
  })

  test('the signature of B.4 is made again with ed25519', async () => {
    resign('B.4', await ed25519(), ['@method', '@path', '@authority', 'accept'])
  })
})

describe('keys of section B.1', () => {
  const asymmetric = PUBLISHED_KEYS.filter((one) => one.jwk !== undefined)

  test.each(asymmetric.map((one) => [one.keyId, one] as const))(
    '%s: PEM and JWK are the same pair',
    async (keyId, one) => {
      const { algorithm } = one
      const fromPem = await importSigningKey(one.privatePem as string, { keyId, algorithm })
      const fromJwk = await importSigningKey(one.jwk as JsonWebKey, { keyId, algorithm })
      const published = await publishedVerifyingKey(keyId)
      const fromPublicPem: VerifyingKey = await importVerifyingKey(one.publicPem as string, { keyId, algorithm })
      const signers: readonly SigningKey[] = [fromPem, fromJwk]
      for (const signer of signers) {
        const signature = await signer.sign('"@signature-params": ()')
        expect(await published.verify('"@signature-params": ()', signature)).toBe(true)
        expect(await fromPublicPem.verify('"@signature-params": ()', signature)).toBe(true)
        expect(await published.verify('"@signature-params": ();x', signature)).toBe(false)
      }
    },
  )
})
