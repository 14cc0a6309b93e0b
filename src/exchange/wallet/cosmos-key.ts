import { hash160 } from '../../crypto/backend/hash160.js'
import {
  isSecp256k1ShortPoint,
  secp256k1ShortPoint,
  secp256k1SignSha256,
  secp256k1VerifySha256,
} from '../../crypto/backend/secp256k1.js'
import { hex, hexDecode, utf8 } from '../../crypto/encoding.js'
import { hold } from '../../crypto/held.js'
import {
  assertKeyId,
  assertKeyOptions,
  type Bytes,
  type SyncPrivateKey,
  type SyncVerifyingKey,
} from '../../crypto/key.js'
import type { Secret } from '../../crypto/secret.js'
import { fail } from '../../errors.js'
import { bech32 } from './bech32.js'
import { scalarOf } from './private-scalar.js'

const ALGORITHM = 'ecdsa-secp256k1-sha256'

const bytesOf = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)

/** The key of an account on a chain of the Cosmos SDK, with the names that the chain knows it by. */
export interface CosmosKey extends SyncPrivateKey {
  /** The account: `dydx1…`. */
  readonly address: string
  /** 33 bytes as 66 hexadecimal digits. */
  readonly publicKey: string
}

/** Options of {@link cosmosKey}. */
export interface CosmosKeyOptions {
  /** 32 bytes, or 64 hexadecimal digits with `0x` or without: the account's key, no seed phrase. */
  readonly privateKey: string | Uint8Array | Secret
  /** What addresses of the chain start with. Default `dydx`. */
  readonly prefix?: string
}

/** Options of {@link cosmosVerifyingKey}. */
export interface CosmosVerifyingKeyOptions {
  /** 33 bytes as 66 hexadecimal digits, which are the key id as well. */
  readonly publicKey: string
}

/** The address of a public key: the hash of its hash, with the prefix of the chain. */
export const cosmosAddress = (publicKey: Uint8Array, prefix: string): string => bech32(prefix, hash160(publicKey))

/**
 * The key of an account on dYdX, or on another chain of the Cosmos SDK. Its signatures are `r ‖ s`, 64 bytes over SHA-256,
 * deterministic (RFC 6979) with a low `s`. Its key id is the public key, which every transaction shows.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for anything but a key, `KEY_WEAK` for one out of range, `ARGUMENT_INVALID`.
 * @see {@link https://docs.cosmos.network/main/learn/beginner/accounts | Cosmos SDK, accounts}
 * @example
 * ```ts
 * import { cosmosKey } from 'countersign/exchange/wallet'
 *
 * declare const env: { DYDX_KEY: string }
 * const key = cosmosKey({ privateKey: env.DYDX_KEY })
 * console.log(key.address)
 * ```
 */
export function cosmosKey(options: CosmosKeyOptions): CosmosKey {
  assertKeyOptions('cosmosKey', options, { privateKey: 2, prefix: 1 })
  const scalar = scalarOf(options.privateKey)
  const { prefix = 'dydx' } = options
  if (typeof prefix !== 'string' || !/^[a-z]{1,20}$/.test(prefix))
    fail('ARGUMENT_INVALID', '"prefix" must be 1 to 20 letters in lower case, such as "dydx"')
  const point = secp256k1ShortPoint(scalar)
  const publicKey = hex(point)
  return hold(
    {
      keyId: publicKey,
      algorithm: ALGORITHM,
      address: cosmosAddress(point, prefix),
      publicKey,
      verifyingKey: verifierOf(publicKey, point),
      sign: (base: Bytes) => secp256k1SignSha256(bytesOf(base), scalar),
    } as const,
    { sync: true },
  )
}

const verifierOf = (keyId: string, point: Uint8Array): SyncVerifyingKey =>
  hold(
    {
      keyId,
      algorithm: ALGORITHM,
      verify: (base: Bytes, signature: Uint8Array) => secp256k1VerifySha256(bytesOf(base), signature, point),
    } as const,
    { sync: true },
  )

/**
 * The public half of such a key.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no point of the curve.
 * @example
 * ```ts
 * import { cosmosVerifyingKey } from 'countersign/exchange/wallet'
 *
 * const key = cosmosVerifyingKey({ publicKey: '0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798' })
 * ```
 */
export function cosmosVerifyingKey(options: CosmosVerifyingKeyOptions): SyncVerifyingKey {
  assertKeyOptions('cosmosVerifyingKey', options, { publicKey: 2 })
  const { publicKey } = options
  const point = typeof publicKey === 'string' && publicKey.length === 66 ? hexDecode(publicKey) : undefined
  if (point === undefined || !isSecp256k1ShortPoint(point))
    return fail('ARGUMENT_INVALID', '"publicKey" must be 33 bytes of a point as 66 hexadecimal digits in lower case')
  assertKeyId(publicKey)
  return verifierOf(publicKey, point)
}
