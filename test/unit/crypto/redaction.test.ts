import { Console } from 'node:console'
import crypto from 'node:crypto'
import { Writable } from 'node:stream'
import util from 'node:util'
import v8 from 'node:v8'
import { describe, expect, test } from 'vitest'
import {
  ecdsaSigningKey,
  ed25519SigningKey,
  generateSecret,
  hmacKey,
  importRsaSigningKey,
  importSigningKey,
  randomBytes,
  Secret,
} from '../../../src/crypto/index.js'
import { codeOf } from '../../expect-code.js'
import { derOf, keyFile, pemOf } from './key-files.js'

const keyId = 'canary'
const canary = randomBytes(32)

/** Every way the canary could be written. */
function spellings(secret: Uint8Array): string[] {
  const buffer = Buffer.from(secret)
  const spaced = buffer.toString('hex').replace(/..(?!$)/g, '$& ')
  return [
    buffer.toString('hex').slice(0, 20),
    buffer.toString('hex').toUpperCase().slice(0, 20),
    spaced.slice(0, 20),
    buffer.toString('base64').slice(0, 20),
    buffer.toString('base64url').slice(0, 20),
    buffer.toString('latin1').slice(0, 8),
    [...buffer.subarray(0, 6)].join(','),
    [...buffer.subarray(0, 6)].join(', '),
    [...buffer.subarray(0, 6)].join(',\n'),
  ]
}

function logged(print: (console: Console) => void): string {
  let text = ''
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  print(new Console({ stdout }))
  return text
}

/** Every value reachable through properties, prototypes and symbols. */
function walk(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' && typeof value !== 'function') return String(value)
  if (value === null || seen.has(value) || seen.size > 500) return ''
  seen.add(value)
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer).toString('hex')
  return Reflect.ownKeys(value)
    .map((name) => {
      try {
        return walk((value as Record<PropertyKey, unknown>)[name], seen)
      } catch {
        return ''
      }
    })
    .join(' ')
}

const thrown = (call: () => unknown): string => {
  try {
    const value = call()
    return util.inspect(value, { depth: null, showHidden: true })
  } catch (error) {
    return util.inspect(error, { depth: null, showHidden: true }) + String((error as Error).stack)
  }
}

const PRINTERS: Readonly<Record<string, (value: object) => string>> = {
  String: (value) => String(value),
  template: (value) => `${value}`,
  'JSON.stringify': (value) => JSON.stringify({ value, list: [value] }),
  'util.inspect': (value) => util.inspect(value, { depth: null, showHidden: true, getters: true, showProxy: true }),
  'util.format': (value) => util.format('%s %o %O %j', value, value, value, value),
  'console.log, dir and table': (value) =>
    logged((console) => {
      console.log(value)
      console.dir(value, { depth: null, showHidden: true })
      console.table([value])
    }),
  structuredClone: (value) => thrown(() => structuredClone(value)),
  'v8.serialize': (value) => thrown(() => v8.serialize(value).toString('latin1') + v8.serialize(value).toString('hex')),
  'error with cause': (value) => util.inspect(new Error('failed', { cause: value }), { depth: null, showHidden: true }),
  'property walk': (value) => walk(value),
  'own descriptors': (value) =>
    util.inspect(Object.getOwnPropertyDescriptors(value), { depth: null, showHidden: true }),
}

// RSA: the private exponent is the canary.
const rsaJwk = crypto.createPrivateKey(keyFile('rsa')).export({ format: 'jwk' }) as { d: string }
const rsaSecret = new Uint8Array(Buffer.from(rsaJwk.d, 'base64url'))

const objects: readonly [name: string, value: object, secret: Uint8Array][] = [
  ['Secret', new Secret(canary), canary],
  ['generated Secret', generateSecret('hmac-sha256'), new Uint8Array(0)],
  ['HMAC key', hmacKey({ keyId, algorithm: 'hmac-sha256', secret: canary }), canary],
  ['Ed25519 key', ed25519SigningKey({ keyId, seed: canary }), canary],
  ['ECDSA key', ecdsaSigningKey({ keyId, algorithm: 'ecdsa-p256-sha256', scalar: canary }), canary],
  ['RSA key', await importRsaSigningKey(keyFile('rsa'), { keyId, algorithm: 'rsa-pss-sha512' }), rsaSecret],
]

describe.each(objects)('%s', (name, value, secret) => {
  // The generated one has no known value before it is asked for it.
  const needles = spellings(name === 'generated Secret' ? (value as Secret).reveal() : secret)

  test.each(Object.entries(PRINTERS))('the printer %s shows nothing of it', (_printer, print) => {
    // After use as well: caches and lazily made halves are in place.
    if ('sign' in value) (value as { sign(text: string): unknown }).sign('text')
    const text = print(value)
    for (const needle of needles) expect(text).not.toContain(needle)
  })
})

test('the printers do find a canary that is not hidden', () => {
  const found = Object.entries(PRINTERS).filter(([, print]) =>
    spellings(canary).some((needle) =>
      print({ key: Buffer.from(canary), text: Buffer.from(canary).toString('hex') }).includes(needle),
    ),
  )
  expect(found.map(([printer]) => printer)).toEqual(
    Object.keys(PRINTERS).filter((name) => name !== 'String' && name !== 'template'),
  )
})

test('Secret says what it is, and gives copies only', () => {
  const source = Buffer.from(canary)
  const secret = new Secret(source)
  source.fill(0)
  expect(secret.reveal()).toEqual(canary)
  secret.reveal().fill(0)
  expect(secret.reveal()).toEqual(canary)
  expect([String(secret), JSON.stringify(secret), util.inspect(secret), secret.length]).toEqual([
    '[secret]',
    '"[secret]"',
    '[secret]',
    32,
  ])
})

describe('errors never repeat what they were given', () => {
  const der = derOf(keyFile('ed25519'))
  const damaged = der.slice()
  damaged[2] = 0x7f
  const attempts: readonly [name: string, call: () => unknown, secret: Uint8Array][] = [
    [
      'a damaged PEM',
      () => importSigningKey(pemOf('PRIVATE KEY', damaged), { keyId, algorithm: 'ed25519' }),
      der.slice(-32),
    ],
    [
      'another algorithm',
      () => importSigningKey(keyFile('ed25519'), { keyId, algorithm: 'ecdsa-p256-sha256' }),
      der.slice(-32),
    ],
    ['bytes as DER', () => importSigningKey(canary, { keyId, algorithm: 'ed25519', format: 'der' }), canary],
    [
      'a secret as text',
      () => importSigningKey(Buffer.from(canary).toString('hex') as never, { keyId, algorithm: 'hmac-sha256' }),
      canary,
    ],
    ['a JWK of another kind', () => importSigningKey({ ...rsaJwk }, { keyId, algorithm: 'ed25519' }), rsaSecret],
    [
      'a secret as key id',
      () => hmacKey({ keyId: `${Buffer.from(canary).toString('hex')} `, algorithm: 'hmac-sha256', secret: canary }),
      canary,
    ],
    [
      'a wrong passphrase',
      () =>
        importSigningKey(keyFile('ed25519-scrypt-aes128'), {
          keyId,
          algorithm: 'ed25519',
          passphrase: Buffer.from(canary).toString('hex'),
        }),
      canary,
    ],
  ]
  test.each(attempts)('the error repeats nothing of %s', async (_name, call, secret) => {
    expect(typeof (await codeOf(call))).toBe('string')
    let text = ''
    try {
      await call()
    } catch (error) {
      text =
        util.inspect(error, { depth: null, showHidden: true }) + JSON.stringify(error) + String((error as Error).stack)
    }
    expect(text).not.toBe('')
    for (const needle of spellings(secret)) expect(text).not.toContain(needle)
  })
})
