import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signRequest, signRequestSync } from '../../../../src/client/index.js'
import { ed25519PrivateKey } from '../../../../src/crypto/ed25519-key.js'
import { type HttpRequest, httpRequest } from '../../../../src/message/message.js'
import { rfc9421, rfc9421Verifier } from '../../../../src/schemes/rfc9421/index.js'
import {
  type UnregisteredAlgorithmOptions,
  unregisteredAlgorithm,
  unregisteredVerifier,
} from '../../../../src/schemes/rfc9421/unregistered.js'
import {
  createVerifier,
  memoryReplayStore,
  staticKeys,
  strictPolicy,
  type VerifyingKey,
  type VerifyScheme,
} from '../../../../src/server/index.js'
import { codeOf, textOf, verdictCode } from '../../../expect-code.js'

const clock = { now: () => 1_790_000_000_000 }
// A keyed hash stands for an algorithm of somewhere else: what it is makes no difference here.
const mac = (base: Uint8Array, key: string): Uint8Array => createHmac('sha224', key).update(base).digest()
const OPTIONS: UnregisteredAlgorithmOptions<string, string> = {
  name: 'example-mac-sha224',
  signatureBytes: 28,
  sign: mac,
  verify: (base, signature, key) => Buffer.compare(mac(base, key), signature) === 0,
}
const algorithm = unregisteredAlgorithm(OPTIONS)
const other = unregisteredAlgorithm({ ...OPTIONS, name: 'example-mac-2' })
const key = algorithm.signingKey({ keyId: 'bot-1', privateKey: 'a key' })
const record = algorithm.verifyingKey({ keyId: 'bot-1', publicKey: 'a key' })

const signed = (by = rfc9421({ key, alg: true })): HttpRequest =>
  signRequestSync(httpRequest({ url: 'https://api.example.com/orders' }), by as never, { clock })
const judged = async (
  message: HttpRequest,
  schemes: readonly VerifyScheme[] = [unregisteredVerifier({ algorithms: [algorithm] })],
  keyOf: VerifyingKey = record,
  algorithms: readonly string[] | undefined = [algorithm.name],
) => {
  const verifier = createVerifier({
    schemes,
    keys: staticKeys([{ key: keyOf, owner: 'alice' }]),
    policy: strictPolicy({ authorities: ['api.example.com'], algorithms: algorithms as never }),
    replay: memoryReplayStore({ restartBarrier: false, clock }),
    clock,
  })
  return verdictCode(await verifier.verify(message))
}

describe('an algorithm that no registry has', () => {
  test('signs and verifies by the functions it was defined with, under its name', async () => {
    const message = signed()
    expect(message.fields.join(' ')).toContain(';alg="example-mac-sha224";keyid="bot-1"')
    expect(await judged(message)).toBe('ok')
    expect(await judged({ ...message, target: '/other' })).toBe('SIGNATURE_INVALID')
    expect(await judged(signed(rfc9421({ key })))).toBe('ok')
  })

  test('its function may answer later', async () => {
    const late = unregisteredAlgorithm<string, string>({
      ...OPTIONS,
      name: 'example-mac-late',
      sign: async (base, own) => mac(base, own),
      verify: async (base, signature, own) => OPTIONS.verify(base, signature, own),
    })
    const by = rfc9421({ key: late.signingKey({ keyId: 'bot-1', privateKey: 'a key' }), alg: true })
    const message = await signRequest(httpRequest({ url: 'https://api.example.com/' }), by, { clock })
    const schemes = [unregisteredVerifier({ algorithms: [algorithm, late] })]
    const theirs = late.verifyingKey({ keyId: 'bot-1', publicKey: 'a key' })
    expect(await judged(message, schemes, theirs, [late.name])).toBe('ok')
  })

  test('is taken only where scheme, policy and record name it', async () => {
    const message = signed()
    expect(await judged(message, [rfc9421Verifier()])).toBe('ALG_UNSUPPORTED')
    expect(await judged(message, [unregisteredVerifier({ algorithms: [other] })])).toBe('ALG_UNSUPPORTED')
    expect(await judged(message, undefined, record, ['ed25519'])).toBe('ALG_MISMATCH')
    const ed25519 = ed25519PrivateKey({ keyId: 'bot-1', seed: new Uint8Array(32) })
    expect(await judged(message, undefined, ed25519.verifyingKey, ['ed25519', algorithm.name])).toBe('ALG_MISMATCH')
    const theirs = other.verifyingKey({ keyId: 'bot-1', publicKey: 'a key' })
    const both = [unregisteredVerifier({ algorithms: [algorithm, other] })]
    expect(await judged(message, both, theirs, [algorithm.name, other.name])).toBe('ALG_MISMATCH')
    // And a registered one is read as before.
    const plain = signed(rfc9421({ key: ed25519, alg: true }) as never)
    expect(await judged(plain, undefined, ed25519.verifyingKey, ['ed25519'])).toBe('ok')
  })

  test('is not taken by a policy that names no algorithms', async () => {
    const verifier = createVerifier({
      schemes: [unregisteredVerifier({ algorithms: [algorithm] })],
      keys: staticKeys([{ key: record }]),
      policy: strictPolicy({ authorities: ['api.example.com'] }),
      replay: memoryReplayStore({ restartBarrier: false, clock }),
      clock,
    })
    expect(verdictCode(await verifier.verify(signed()))).toBe('ALG_MISMATCH')
  })

  test.each([
    ...['hmac-sha256', 'ed25519', 'Ed25519', 'ecdsa-p521-sha512', 'rsa-pss-sha256', 'hmac-sha1'],
    ...['ecdsa-secp256k1-sha256', 'ml-dsa-65', 'ML-DSA-44', 'ES512', 'PS384', 'none', 'EdDSA', 'ed448'],
    ...['rsa-v1_5-sha512', 'RSA-SHA256', 'rsa-sha1', 'ecdsa-sha256', 'hs2019', 'HS1', 'RS1', 'ES256K', 'ESP384'],
    ...['dir', 'RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256', 'A256KW', 'A128GCMKW', 'A128CBC-HS256', 'ECDH-ES', 'HPKE-0'],
    ...['constructor', 'toString', 'TOSTRING', 'hasOwnProperty', 'valueOf', 'EXAMPLE-MAC-SHA224', 'Example-Mac-2'],
  ])('cannot be called %s, which is known', (name) => {
    expect(textOf(() => unregisteredAlgorithm({ ...OPTIONS, name }))).toContain(
      'CONFIG_INVALID unregisteredAlgorithm: "name" must not be one that is known',
    )
  })

  test.each(['', 'ab', 'a"b', 'a b c', '-abc', 'a'.repeat(65), 'ümlaut', 7, null, undefined])(
    'cannot be called %j',
    (name) => {
      expect(textOf(() => unregisteredAlgorithm({ ...OPTIONS, name: name as string }))).toContain(
        '"name" must be 3 to 64 of A-Za-z0-9._-',
      )
    },
  )

  test.each([
    ['example-case', 'Example-Case'],
    ['Example-Turned', 'example-turned'],
  ])('%s once defined, %s is refused', (first, second) => {
    expect(unregisteredAlgorithm({ ...OPTIONS, name: first }).name).toBe(first)
    expect(codeOf(() => unregisteredAlgorithm({ ...OPTIONS, name: second }))).toBe('CONFIG_INVALID')
    expect(unregisteredAlgorithm({ ...OPTIONS, name: first }).name).toBe(first)
  })

  test('is defined once: again it is the same, and never with another length', () => {
    expect(unregisteredAlgorithm(OPTIONS).name).toBe(algorithm.name)
    expect(textOf(() => unregisteredAlgorithm({ ...OPTIONS, signatureBytes: 32 }))).toContain(
      'CONFIG_INVALID "example-mac-sha224" is defined already, with signatures of another length',
    )
  })

  test('needs both functions and a length, and a scheme needs what was defined', () => {
    for (const wrong of [{ sign: undefined }, { verify: 1 }, { signatureBytes: -1 }, { signatureBytes: '28' }])
      expect(codeOf(() => unregisteredAlgorithm({ ...OPTIONS, ...wrong } as never))).toBe('CONFIG_INVALID')
    for (const algorithms of [[], undefined, ['example-mac-sha224'], [{ name: 'example-mac-sha224' }], [null], 'x'])
      expect(codeOf(() => unregisteredVerifier({ algorithms: algorithms as never }))).toBe('CONFIG_INVALID')
    expect(codeOf(() => algorithm.signingKey({ keyId: 'a b', privateKey: 'x' }))).toBe('ARGUMENT_INVALID')
    expect(codeOf(() => algorithm.signingKey({ keyId: 'a', secretKey: 'x' } as never))).toBe('ARGUMENT_INVALID')
    expect(codeOf(() => algorithm.verifyingKey({ keyId: 'a', privateKey: 'x' } as never))).toBe('ARGUMENT_INVALID')
  })

  test('whose functions return something else is a fault of theirs, and accepts nothing', async () => {
    const odd = (more: object) => unregisteredAlgorithm({ ...OPTIONS, ...more } as typeof OPTIONS)
    for (const sign of [() => new Uint8Array(27), () => 'text', () => undefined]) {
      const broken = odd({ sign }).signingKey({ keyId: 'bot-1', privateKey: 'x' })
      expect(codeOf(() => broken.sign('a text') as Uint8Array)).toBe('KEY_MALFORMED')
    }
    const message = signed()
    for (const verify of [() => 1, () => 'true', async () => ({})]) {
      const broken = odd({ verify }).verifyingKey({ keyId: 'bot-1', publicKey: 'x' })
      expect(await judged(message, undefined, broken)).toBe('KEY_SOURCE_FAILED')
    }
    expect(record.verify('a text', new Uint8Array(27))).toBe(false)
    const open = unregisteredAlgorithm({ ...OPTIONS, name: 'example-any-length', signatureBytes: 0 })
    expect(open.signingKey({ keyId: 'a', privateKey: 'x' }).sign('a text')).toHaveLength(28)
    const none = unregisteredAlgorithm({
      ...OPTIONS,
      name: 'example-any-length',
      signatureBytes: 0,
      sign: () => new Uint8Array(),
    })
    expect(codeOf(() => none.signingKey({ keyId: 'a', privateKey: 'x' }).sign('a text') as Uint8Array)).toBe(
      'KEY_MALFORMED',
    )
  })
})
