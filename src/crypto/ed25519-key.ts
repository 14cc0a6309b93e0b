import { ed25519PoolVerifier, ed25519Signer, ed25519Verifier } from '#backend/ed25519'
import { fail } from '../errors.js'
import { FLAG } from '../support/option-kinds.js'
import { assertBytes, hex } from './encoding.js'
import { hold, withPublicHalf } from './held.js'
import {
  assertKeyId,
  assertKeyOptions,
  type SyncPrivateKey,
  type SyncSigningKey,
  type SyncVerifyingKey,
  type VerifyingKey,
} from './key.js'
import { revealed, type Secret } from './secret.js'

// The y coordinates, little-endian, of the eight points whose order divides the cofactor (RFC 7748 section 7 has them as u
// coordinates), of y and -y one; each comes with both signs of x.
const SMALL_ORDER_Y = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
]
const P_AND_ABOVE = /^(?:ed|ee|ef|f.)f{60}7f$/

/**
 * Refuses 32 bytes that OpenSSL would take as a key although no honest one looks like it: y not below 2^255 - 19
 * (RFC 8032 5.1.3), and points of small order, under which one signature fits all messages.
 */
export function assertEd25519PublicKey(publicKey: Uint8Array): void {
  const y = new Uint8Array(publicKey)
  y[31] = (y[31] as number) & 0x7f
  const text = hex(y)
  if (P_AND_ABOVE.test(text)) fail('KEY_WEAK', 'Ed25519 public key must be in canonical form')
  // 2^255 - 19 less y: those above take nothing from the next byte.
  const negative = hex(y.map((byte, at) => (at === 0 ? 0xed : at === 31 ? 0x7f : 0xff) - byte))
  if (SMALL_ORDER_Y.includes(text) || SMALL_ORDER_Y.includes(negative)) {
    fail('KEY_WEAK', 'Ed25519 public key must be of large order')
  }
}

const algorithm = 'ed25519'
const BYTES = 32

/**
 * An Ed25519 key that signs, from its 32-byte seed (RFC 8032 5.1.5), and nothing else in the bundle: PEM, JWK and
 * passphrases are {@link importEd25519SigningKey}'s, the public half is {@link ed25519PrivateKey}'s. Answers at once on every
 * runtime.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a bad key id or a seed that is not 32 bytes.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.3.6 | RFC 9421 3.3.6}
 * @example
 * ```ts
 * import { ed25519SigningKey, randomBytes } from 'countersign/crypto'
 *
 * const key = ed25519SigningKey({ keyId: 'bot-1', seed: randomBytes(32) })
 * const signature = key.sign('text')
 * ```
 */
export function ed25519SigningKey(options: {
  /** Under which id the other side knows the key. */
  readonly keyId: string
  /** The private seed: 32 bytes. */
  readonly seed: Uint8Array | Secret
}): SyncSigningKey {
  return signingKey('ed25519SigningKey', options)
}

function signingKey(where: string, options: Parameters<typeof ed25519SigningKey>[0]): SyncSigningKey {
  assertKeyOptions(where, options, { keyId: 2, seed: 2 })
  const { keyId } = options
  assertKeyId(keyId)
  const seed = new Uint8Array(revealed(options.seed, 'seed', BYTES))
  const { sign, publicKey } = ed25519Signer(seed)
  return hold(
    { keyId, algorithm, sign },
    {
      sync: true,
      privateMaterial: seed,
      // On demand: most signers never need it, and in JavaScript it costs as much as a signature.
      get publicMaterial() {
        return publicKey()
      },
    },
  )
}

/**
 * {@link ed25519SigningKey} with its public half beside it, as `verifyingKey`.
 *
 * @throws {CountersignError} as {@link ed25519SigningKey}.
 * @example
 * ```ts
 * import { ed25519PrivateKey, randomBytes } from 'countersign/crypto'
 *
 * const key = ed25519PrivateKey({ keyId: 'bot-1', seed: randomBytes(32) })
 * const valid = key.verifyingKey.verify('text', key.sign('text'))
 * ```
 */
export const ed25519PrivateKey = (options: Parameters<typeof ed25519SigningKey>[0]): SyncPrivateKey =>
  withPublicHalf(signingKey('ed25519PrivateKey', options), (keyId, publicKey) =>
    ed25519VerifyingKey({ keyId, publicKey }),
  )

/**
 * An Ed25519 public key from its 32 bytes (RFC 8032 5.1.2). With `threadPool: true` each verification runs in Node's thread
 * pool and must be awaited: a busy server then verifies on all cores, and its event loop stays free.
 *
 * Keys of small order and other spellings of a key are refused here: one constant signature is valid for every message
 * under the former. Bytes that are no point at all verify nothing; {@link validateForRegistration} refuses them.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a bad key id or length; `KEY_WEAK` as above.
 * @example
 * ```ts
 * import { ed25519VerifyingKey } from 'countersign/crypto'
 *
 * declare const publicKey: Uint8Array
 * const key = ed25519VerifyingKey({ keyId: 'bot-1', publicKey })
 * ```
 */
export function ed25519VerifyingKey(options: {
  /** Under which id the key is known. */
  readonly keyId: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** With `true` it verifies in the thread pool of Node. Default `false`. */
  readonly threadPool?: false
}): SyncVerifyingKey
export function ed25519VerifyingKey(options: {
  /** Under which id the key is known. */
  readonly keyId: string
  /** 32 bytes. */
  readonly publicKey: Uint8Array
  /** With `true` it verifies in the thread pool of Node. Default `false`. */
  readonly threadPool?: boolean
}): VerifyingKey
export function ed25519VerifyingKey(options: {
  readonly keyId: string
  readonly publicKey: Uint8Array
  readonly threadPool?: boolean
}): VerifyingKey {
  assertKeyOptions('ed25519VerifyingKey', options, { keyId: 2, publicKey: 2, threadPool: FLAG })
  const { keyId, publicKey, threadPool = false } = options
  assertKeyId(keyId)
  assertBytes(publicKey, 'publicKey', BYTES)
  const own = new Uint8Array(publicKey)
  assertEd25519PublicKey(own)
  const verify = (threadPool ? ed25519PoolVerifier : ed25519Verifier)(own)
  return hold({ keyId, algorithm, verify }, { sync: !threadPool, publicMaterial: own })
}
