import { keccak256, SECP256K1_ORDER, secp256k1Recoverer } from '../../crypto/backend/secp256k1.js'
import { hex, hexDecode, utf8 } from '../../crypto/encoding.js'
import type { WalletFault, WalletSignature } from '../../exchange/mistakes/wallet/reading.js'
import { addressOf } from '../../exchange/wallet/wallet-key.js'
import type { SyncProbe } from '../hunt.js'

const FLIPPED: WalletFault = {
  id: 'wallet-recovery-bit',
  cause: 'The last part of the signature (v) is that of the other point: the signature recovers to another account.',
  fix: 'Take r, s and v from one signature; a library that makes s low must change v with it.',
}
const HIGH: WalletFault = {
  id: 'wallet-high-s',
  cause: 'The signature has the higher of its two values of s, which is refused (EIP-2).',
  fix: 'Ask the library for a low s (canonical signatures), with the v that belongs to it.',
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`)

/** The lower of the two values of s, with the recovery bit that belongs to it. */
function lowered({ bytes, faults }: WalletSignature): WalletSignature {
  const s = numberOf(bytes.subarray(32, 64))
  if (s <= SECP256K1_ORDER / 2n || s >= SECP256K1_ORDER) return { bytes, faults }
  const out = new Uint8Array(bytes)
  out.set(hexDecode((SECP256K1_ORDER - s).toString(16).padStart(64, '0')) as Uint8Array, 32)
  out[64] = 55 - (bytes[64] as number)
  return { bytes: out, faults: [...faults, HIGH] }
}

/** The address behind each text that a signature may be of, with the other recovery bit as well. */
export function recovererOf(
  signature: WalletSignature,
): ((base: Uint8Array | string) => readonly [string, string]) | undefined {
  const { bytes } = lowered(signature)
  const recover = secp256k1Recoverer(bytes.subarray(0, 64), (bytes[64] as number) - 27)
  return recover === undefined
    ? undefined
    : (base) => {
        const [one, other] = recover(keccak256(typeof base === 'string' ? utf8(base) : base))
        return [`0x${hex(addressOf(one))}`, `0x${hex(addressOf(other))}`]
      }
}

/** Tests whether an account signed: addresses by what is wrong where it is that one. */
export const walletProbes = (
  signatures: readonly WalletSignature[],
  wanted: ReadonlyMap<string, readonly WalletFault[]>,
): readonly SyncProbe[] =>
  signatures.flatMap((signature) => {
    const recover = recovererOf(signature)
    if (recover === undefined) return []
    const { faults } = lowered(signature)
    return [
      {
        main: true,
        test: (base) => {
          const [one, other] = recover(base)
          const right = wanted.get(one)
          if (right !== undefined) return [...right, ...faults]
          const flipped = wanted.get(other)
          return flipped === undefined ? undefined : [...flipped, ...faults, FLIPPED]
        },
      },
    ]
  })
