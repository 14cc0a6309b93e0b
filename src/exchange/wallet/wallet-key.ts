import {
  keccak256,
  SECP256K1_ORDER,
  secp256k1Point,
  secp256k1Recover,
  secp256k1Sign,
} from '../../crypto/backend/secp256k1.js'
import { equalBytes, hex, hexDecode, utf8 } from '../../crypto/encoding.js'
import { hold } from '../../crypto/held.js'
import {
  assertKeyId,
  assertKeyOptions,
  type Bytes,
  type PrivateKey,
  type SigningKey,
  type SyncPrivateKey,
  type SyncVerifyingKey,
} from '../../crypto/key.js'
import type { Secret } from '../../crypto/secret.js'
import { fail } from '../../errors.js'
import { FUNCTION } from '../../support/option-kinds.js'
import { addressBytes, checksumAddress } from './address.js'
import { numberOf, scalarOf } from './private-scalar.js'
import { type TypedData, typedDataOf } from './typed-data.js'

const ALGORITHM = 'ecdsa-secp256k1-keccak256'

/** `r ‖ s ‖ v` of 65 bytes, `v` 27 or 28. */
const SIGNATURE_BYTES = 65

const digestOf = (base: Bytes): Uint8Array => keccak256(typeof base === 'string' ? utf8(base) : base)

/** The last signature whose address was found: who finds the key of a request by its signature verifies that one next. */
let last: { readonly digest: Uint8Array; readonly signature: Uint8Array; readonly address: Uint8Array } | undefined

/**
 * The address whose key made a signature; `undefined` where no key did. A message and a key have one signature, in one spelling:
 * `s` is low (EIP-2), and `v` is 27 or 28, as the code of every exchange here writes it. 0 and 1 would be the same signature again.
 */
export function recoverAddress(base: Bytes, signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== SIGNATURE_BYTES) return undefined
  const recovery = (signature[64] as number) - 27
  if (recovery !== 0 && recovery !== 1) return undefined
  const [r, s] = [numberOf(signature.subarray(0, 32)), numberOf(signature.subarray(32, 64))]
  if (r === 0n || s === 0n || r >= SECP256K1_ORDER || s > SECP256K1_ORDER / 2n) return undefined
  const digest = digestOf(base)
  if (last !== undefined && equalBytes(last.digest, digest) && equalBytes(last.signature, signature))
    return last.address
  const point = secp256k1Recover(digest, signature.subarray(0, 64), recovery)
  if (point === undefined) return undefined
  const address = addressOf(point)
  last = { digest, signature: signature.slice(), address }
  return address
}

/** The last 20 bytes of the hash of a point without its first byte, which names the form. */
export const addressOf = (point: Uint8Array): Uint8Array => keccak256(point.subarray(1)).subarray(12)

/** A wallet's key with the address that the other side knows it by. */
export interface WalletKey extends SyncPrivateKey {
  /** With the checksum of EIP-55. */
  readonly address: string
}

/** Options of {@link walletKey}. */
export interface WalletKeyOptions {
  /** 32 bytes, or 64 hexadecimal digits with `0x` or without, as wallets export them. */
  readonly privateKey: string | Uint8Array | Secret
  /** Default: the address in lower case. */
  readonly keyId?: string
}

/** Options of {@link walletVerifyingKey}. */
export interface WalletVerifyingKeyOptions {
  /** `0x` and 40 hexadecimal digits; with letters of both cases their checksum (EIP-55) must be right. */
  readonly address: string
  /** Default: the address in lower case. */
  readonly keyId?: string
}

/**
 * The key of an Ethereum account. Its signatures are `r ‖ s ‖ v`, 65 bytes, deterministic (RFC 6979) with a low `s`. Use an agent
 * or API wallet where the exchange has them: what moves money stays elsewhere.
 *
 * @throws {CountersignError} `KEY_MALFORMED` for anything but a key, `KEY_WEAK` for one out of range, `ARGUMENT_INVALID`.
 * @see {@link https://eips.ethereum.org/EIPS/eip-2 | EIP-2}
 * @example
 * ```ts
 * import { walletKey } from 'countersign/exchange/wallet'
 *
 * declare const env: { AGENT_KEY: string }
 * const key = walletKey({ privateKey: env.AGENT_KEY })
 * console.log(key.address)
 * ```
 */
export function walletKey(options: WalletKeyOptions): WalletKey {
  assertKeyOptions('walletKey', options, { privateKey: 2, keyId: 1 })
  const scalar = scalarOf(options.privateKey)
  const address = addressOf(secp256k1Point(scalar))
  const { keyId = `0x${hex(address)}` } = options
  assertKeyId(keyId)
  const verifyingKey = verifierOf(keyId, address)
  return hold(
    {
      keyId,
      algorithm: ALGORITHM,
      address: checksumAddress(address),
      verifyingKey,
      sign: (base: Bytes) => {
        const { compact, recovery } = secp256k1Sign(digestOf(base), scalar)
        const out = new Uint8Array(SIGNATURE_BYTES)
        out.set(compact)
        out[64] = 27 + recovery
        return out
      },
    } as const,
    { sync: true },
  )
}

const verifierOf = (keyId: string, address: Uint8Array): SyncVerifyingKey =>
  hold(
    {
      keyId,
      algorithm: ALGORITHM,
      verify: (base: Bytes, signature: Uint8Array) => {
        const found = recoverAddress(base, signature)
        return found !== undefined && equalBytes(found, address)
      },
    } as const,
    { sync: true },
  )

/**
 * The public half of a wallet's key: the address. A signature verifies where the key behind the address made it.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no address, or one with a wrong checksum.
 * @example
 * ```ts
 * import { walletVerifyingKey } from 'countersign/exchange/wallet'
 *
 * const key = walletVerifyingKey({ address: '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266' })
 * ```
 */
export function walletVerifyingKey(options: WalletVerifyingKeyOptions): SyncVerifyingKey {
  assertKeyOptions('walletVerifyingKey', options, { address: 2, keyId: 1 })
  const address = addressBytes(options.address, 'address')
  const { keyId = `0x${hex(address)}` } = options
  assertKeyId(keyId)
  return verifierOf(keyId, address)
}

/** Options of {@link remoteWalletKey}. */
export interface RemoteWalletKeyOptions {
  /** The account that is expected to sign, as in {@link WalletVerifyingKeyOptions}. */
  readonly address: string
  /** What viem, ethers, a browser wallet or a hardware wallet calls so. The answer is 65 bytes as hexadecimal with `0x`. */
  readonly signTypedData: (typed: TypedData) => Promise<string>
  /** Default: the address in lower case. */
  readonly keyId?: string
}

/**
 * A wallet that holds its key elsewhere, as a {@link SigningKey}: a viem account, an ethers signer, a browser wallet. What it
 * answers is held to the address, so that a wallet with another account selected is noticed before anything is sent.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for what is no address. Signing rejects with `KEY_UNSUPPORTED` for what is no
 *   typed data, and `KEY_MALFORMED` for an answer that this address did not sign.
 * @example
 * ```ts
 * import { remoteWalletKey } from 'countersign/exchange/wallet'
 *
 * declare const account: { address: `0x${string}`; signTypedData(typed: object): Promise<`0x${string}`> }
 * const viemKey = remoteWalletKey({ address: account.address, signTypedData: (typed) => account.signTypedData(typed) })
 * ```
 */
export function remoteWalletKey(options: RemoteWalletKeyOptions): PrivateKey {
  assertKeyOptions('remoteWalletKey', options, { address: 2, signTypedData: [FUNCTION, 2], keyId: 1 })
  const { signTypedData } = options
  const verifyingKey = walletVerifyingKey({
    address: options.address,
    ...(options.keyId !== undefined && { keyId: options.keyId }),
  })
  const { keyId } = verifyingKey
  const sign: SigningKey['sign'] = async (base) => {
    const typed = typedDataOf(base)
    if (typed === undefined)
      return fail('KEY_UNSUPPORTED', 'a remote wallet signs typed data, and this is none: pass walletKey for it')
    const text: unknown = await signTypedData(typed)
    const signature =
      typeof text === 'string' && text.startsWith('0x') ? hexDecode(text.slice(2).toLowerCase()) : undefined
    if (signature?.length === SIGNATURE_BYTES) {
      // Hardware wallets have the recovery bit alone there.
      if ((signature[64] as number) < 2) signature[64] = (signature[64] as number) + 27
      if (verifyingKey.verify(base, signature)) return signature
    }
    return fail('KEY_MALFORMED', 'the wallet must sign with the key of "address": is another account selected?')
  }
  return hold({ keyId, algorithm: ALGORITHM, sign, verifyingKey } as const, { sync: false })
}
