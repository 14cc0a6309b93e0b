import { hex, utf8Decode } from '../../crypto/encoding.js'
import { hold } from '../../crypto/held.js'
import {
  assertKeyId,
  assertKeyOptions,
  type Bytes,
  type SyncPrivateKey,
  type SyncVerifyingKey,
} from '../../crypto/key.js'
import { cleanSecretText, isSecret, type Secret } from '../../crypto/secret.js'
import { fail, kindOf, mustBe } from '../../errors.js'
import { having } from '../../support/option-kinds.js'
import { FELT_PRIME, type FeltTree, feltText, readFeltBase } from './felts.js'

const ALGORITHM = 'ecdsa-stark'

/** What is used of `@scure/starknet`: pass the module, `import * as starknet from '@scure/starknet'`. */
export interface StarknetModule {
  /** The public key: its first coordinate. */
  getStarkKey(privateKey: string): string
  /** The public key as a point. */
  getPublicKey(privateKey: string, isCompressed?: boolean): Uint8Array
  /** The signature of a hash. */
  sign(hash: string, privateKey: string): { readonly r: bigint; readonly s: bigint }
  /** Whether a signature is one of a hash. */
  verify(signature: string, hash: string, publicKey: string): boolean
  /** The Pedersen hash of two numbers. */
  pedersen(x: bigint, y: bigint): string
  /** The Poseidon hash of several numbers. */
  poseidonHashMany(values: bigint[]): bigint
  /** Of two numbers; needed where a Merkle tree is signed. */
  poseidonHash?(x: bigint, y: bigint): bigint
}

/** A key of Starknet, with the names that an exchange knows it by. */
export interface StarkKey extends SyncPrivateKey {
  /** The abscissa of the public point: `0x` and digits without zeros before them. */
  readonly publicKey: string
  /** The account that it signs for; the public key where none was given. */
  readonly account: string
}

/** Options of {@link starkKey}. */
export interface StarkKeyOptions {
  /** `0x` with hexadecimal digits, or 32 bytes. */
  readonly privateKey: string | Uint8Array | Secret
  /** The module `@scure/starknet`, which is installed beside this package. */
  readonly starknet: StarknetModule
  /** The address of the account, where the exchange signs that: `0x` with hexadecimal digits. Default: the public key. */
  readonly account?: string
}

/** Options of {@link starkVerifyingKey}. */
export interface StarkVerifyingKeyOptions {
  /** The abscissa of the public point: `0x` with hexadecimal digits. */
  readonly publicKey: string
  /** As in {@link StarkKeyOptions}. */
  readonly starknet: StarknetModule
  /** As in {@link StarkKeyOptions}; it is the key id. */
  readonly account?: string
}

const STARKNET = /* @__PURE__ */ having(
  'the module @scure/starknet: import * as starknet from "@scure/starknet"',
  'poseidonHashMany',
)
const assertStarknet = (starknet: unknown): void =>
  mustBe(STARKNET[0](starknet), 'starknet', STARKNET[1], starknet, 'ARGUMENT_INVALID')
/** The order of the curve's group, which the largest private key and `s` are below. */
const ORDER = /* @__PURE__ */ BigInt('0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2f')
/** The signature's `r`, its inverse of `s` and hashes are below 2^251. */
const MAX_VALUE = 1n << 251n

function scalarText(privateKey: unknown): string {
  const given = isSecret(privateKey) ? privateKey.reveal() : privateKey
  const bytes = given instanceof Uint8Array && given.length === 32 ? hex(given) : undefined
  const text = bytes ?? (given instanceof Uint8Array ? utf8Decode(given) : given)
  if (typeof text !== 'string')
    return fail('KEY_MALFORMED', `"privateKey" must be 32 bytes or hexadecimal digits, got ${kindOf(given)}`)
  const digits = cleanSecretText('"privateKey"', text, 'KEY_MALFORMED').replace(/^0x/, '').toLowerCase()
  if (!/^[0-9a-f]{1,64}$/.test(digits))
    return fail('KEY_MALFORMED', `"privateKey" must be 1 to 64 hexadecimal digits, got ${digits.length} characters`)
  const number = BigInt(`0x${digits}`)
  if (number === 0n || number >= ORDER)
    fail('KEY_WEAK', '"privateKey" must be from 1 to the order of the curve less one')
  return digits.padStart(64, '0')
}

/** An address or public key in the one spelling that keys are known by. */
export function feltAddress(value: unknown, name: string): string {
  const felt = typeof value === 'string' && /^0x[0-9a-fA-F]{1,64}$/.test(value) ? BigInt(value) : 0n
  return felt > 0n && felt < FELT_PRIME
    ? feltText(felt)
    : fail('ARGUMENT_INVALID', `"${name}" must be 0x and hexadecimal digits of a number of Starknet's field`)
}

/** Level by level: of two neighbours the smaller one first, and 0 beside the last one of an odd number. */
function merkleRoot(leaves: readonly bigint[], starknet: StarknetModule): bigint {
  const hash =
    starknet.poseidonHash ?? fail('ARGUMENT_INVALID', '"starknet" must have poseidonHash(), of a newer version')
  let level = leaves
  while (level.length > 1) {
    const above: bigint[] = []
    for (let at = 0; at < level.length; at += 2) {
      const [a = 0n, b = 0n] = level.slice(at, at + 2)
      above.push(a < b ? hash(a, b) : hash(b, a))
    }
    level = above
  }
  return level[0] ?? fail('ARGUMENT_INVALID', 'a Merkle tree must have leaves')
}

function hashList(tree: FeltTree, starknet: StarknetModule, pedersen: boolean): bigint {
  const [first, ...rest] = tree
  const isMerkle = !pedersen && typeof first === 'object' && first.length === 0
  const felts = (isMerkle ? rest : tree).map((one) =>
    typeof one === 'bigint' ? one : hashList(one, starknet, pedersen),
  )
  if (isMerkle) return merkleRoot(felts, starknet)
  if (!pedersen) return starknet.poseidonHashMany(felts)
  // The chain ends with how many there are.
  let hash = 0n
  for (const felt of [...felts, BigInt(felts.length)]) hash = BigInt(starknet.pedersen(hash, felt))
  return hash
}

/** The hash of what is signed, as 63 digits or fewer; `undefined` where a base is none of felts. */
function hashOf(base: Bytes, starknet: StarknetModule): string | undefined {
  const text = typeof base === 'string' ? base : utf8Decode(base)
  const found = text === undefined ? undefined : readFeltBase(text)
  if (found === undefined) return undefined
  const hash = hashList(found.tree, starknet, found.hash === 'pedersen')
  return hash < MAX_VALUE ? hash.toString(16) : undefined
}

/**
 * A key on the Stark curve, which Paradex and Extended are signed with. Signatures are `r ‖ s`, 64 bytes, deterministic
 * (RFC 6979). Hashes and curve are those of `@scure/starknet`, which you install and pass: nothing else of this package has it.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for anything but a key, `KEY_WEAK` for one out of range, `ARGUMENT_INVALID`.
 *   Signing throws `KEY_UNSUPPORTED` for a base that is not made of felts.
 * @see {@link https://docs.starkware.co/starkex/crypto/stark-curve.html | StarkWare, the STARK-friendly curve}
 * @example
 * ```ts
 * import { type StarknetModule, starkKey } from 'countersign/exchange/wallet'
 *
 * // import * as starknet from '@scure/starknet'
 * declare const starknet: StarknetModule
 * declare const env: { PARADEX_KEY: string; PARADEX_ACCOUNT: string }
 * const key = starkKey({ privateKey: env.PARADEX_KEY, account: env.PARADEX_ACCOUNT, starknet })
 * console.log(key.publicKey)
 * ```
 */
export function starkKey(options: StarkKeyOptions): StarkKey {
  assertKeyOptions('starkKey', options, { privateKey: 2, starknet: 2, account: 1 })
  assertStarknet(options.starknet)
  const { starknet } = options
  const scalar = scalarText(options.privateKey)
  const publicKey = feltText(BigInt(starknet.getStarkKey(scalar)))
  const account = options.account === undefined ? publicKey : feltAddress(options.account, 'account')
  return hold(
    {
      keyId: account,
      algorithm: ALGORITHM,
      publicKey,
      account,
      verifyingKey: verifierOf(account, publicKey, starknet),
      sign: (base: Bytes) => {
        const hash =
          hashOf(base, starknet) ??
          fail('KEY_UNSUPPORTED', 'a Stark key signs felts, as the orders of its exchanges are')
        const { r, s } = starknet.sign(hash, scalar)
        return signatureBytes(r, s)
      },
    } as const,
    { sync: true },
  )
}

function signatureBytes(r: bigint, s: bigint): Uint8Array {
  const digits = r.toString(16).padStart(64, '0') + s.toString(16).padStart(64, '0')
  return Uint8Array.from({ length: 64 }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16))
}

function verifySignature(
  starknet: StarknetModule,
  base: Bytes,
  signature: Uint8Array,
  points: readonly string[],
): boolean {
  const hash = signature.length === 64 ? hashOf(base, starknet) : undefined
  if (hash === undefined) return false
  const [r, s] = [BigInt(`0x${hex(signature.subarray(0, 32))}`), BigInt(`0x${hex(signature.subarray(32))}`)]
  if (r === 0n || r >= MAX_VALUE || s === 0n || s >= ORDER) return false
  return points.some((point) => {
    try {
      return starknet.verify(hex(signature), hash, point)
    } catch {
      return false
    }
  })
}

/** An exchange shows the abscissa alone, which two points have. */
function verifierOf(keyId: string, publicKey: string, starknet: StarknetModule): SyncVerifyingKey {
  const digits = publicKey.slice(2).padStart(64, '0')
  const points = [`02${digits}`, `03${digits}`]
  return hold(
    {
      keyId,
      algorithm: ALGORITHM,
      verify: (base: Bytes, signature: Uint8Array) => verifySignature(starknet, base, signature, points),
    } as const,
    { sync: true },
  )
}

/**
 * The public half of such a key.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no number of the field.
 * @example
 * ```ts
 * import { type StarknetModule, starkVerifyingKey } from 'countersign/exchange/wallet'
 *
 * declare const starknet: StarknetModule
 * const publicKey = '0x61c5e7e8339b7d56f197f54ea91b776776690e3232313de0f2ecbd0ef76f466'
 * const key = starkVerifyingKey({ publicKey, starknet })
 * ```
 */
export function starkVerifyingKey(options: StarkVerifyingKeyOptions): SyncVerifyingKey {
  assertKeyOptions('starkVerifyingKey', options, { publicKey: 2, starknet: 2, account: 1 })
  assertStarknet(options.starknet)
  const publicKey = feltAddress(options.publicKey, 'publicKey')
  const keyId = options.account === undefined ? publicKey : feltAddress(options.account, 'account')
  assertKeyId(keyId)
  return verifierOf(keyId, publicKey, options.starknet)
}
