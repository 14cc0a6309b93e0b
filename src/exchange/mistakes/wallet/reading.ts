import { base64Decode, hexDecode } from '../../../crypto/encoding.js'
import { ecdsaSignatureOfDer } from '../../../crypto/format/ecdsa-signature.js'
import type { Bytes } from '../../../crypto/key.js'
import type { Mistake } from '../../../schemes/scheme/mistakes.js'
import { isObject } from '../../spec/json-text.js'
import { type TypedData, typedDataBase } from '../../wallet/typed-data.js'

/** What a wallet may have signed: what the typed data is made of, and what became of it. */
export interface WalletState<C> {
  readonly content: C
  /** `undefined`: the types and the domain are those of the exchange. */
  readonly shape?: (typed: TypedData) => TypedData
  /** `undefined`: it was signed as typed data. */
  readonly seal?: (typed: TypedData, content: C) => Bytes
}

/** One thing that is wrong with a signature or with who made it. */
export interface WalletFault {
  readonly id: string
  readonly cause: string
  readonly fix: string
}

/** The 65 bytes of a signature, `v` 27 or 28, with what had to be forgiven. */
export interface WalletSignature {
  readonly bytes: Uint8Array
  readonly faults: readonly WalletFault[]
}

/** A request that a wallet signed, read without refusing anything. */
export interface WalletReading<C> {
  readonly content: C
  readonly typed: (content: C) => TypedData
  readonly mistakes: ReadonlyArray<Mistake<WalletState<C>>>
  /** As it was sent. */
  readonly signText: string
  readonly signatures: readonly WalletSignature[]
  /** The account that the request names as its signer, in lower case; absent where it names none. */
  readonly stated?: string
  /** Accounts of the request that may have signed in its place. */
  readonly others?: ReadonlyArray<readonly [address: string, fault: WalletFault]>
}

/** What a state is signed as. @throws {CountersignError} where it fits no type. */
export function sealed<C>({ typed }: WalletReading<C>, { content, shape, seal }: WalletState<C>): Bytes {
  const made = typed(content)
  const shaped = shape === undefined ? made : shape(made)
  return seal === undefined ? typedDataBase(shaped) : seal(shaped, content)
}

/** A mistake in what the typed data is made of. */
export const ofContent = <C>(
  id: string,
  part: string,
  rank: 1 | 2 | 3,
  cause: string,
  fix: string,
  make: (content: C) => Iterable<readonly [content: C, detail?: string]>,
): Mistake<WalletState<C>> => ({
  ...{ id, part, rank, cause, fix },
  *apply(state) {
    for (const [content, detail = ''] of make(state.content)) yield [{ ...state, content }, detail]
  },
})

const V: WalletFault = {
  id: 'wallet-v',
  cause:
    'The last part of the signature is not 27 or 28: it is the recovery bit alone (0 or 1), a chain was put into it, as transactions have it, or it is missing.',
  fix: 'Write v as 27 + the recovery bit; signTypedData of viem, ethers and eth-account answers so.',
}
const FORM: WalletFault = {
  id: 'signature-form',
  cause: 'The signature is not in the form that the exchange takes.',
  fix: 'Follow the page of the exchange: { r, s, v } with hexadecimal r and s, or one text of 0x and 130 hexadecimal digits.',
}

const DER: WalletFault = {
  id: 'signature-form',
  cause: 'The signature is written as DER, as OpenSSL and key stores write it: it has no recovery bit.',
  fix: 'Take r and s out of it, make s low, find v by the address, and send r, s and v as the exchange takes them.',
}

/** Of a length that no hexadecimal has. */
const inBase64 = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' && value.length <= MOST_BASE64 ? base64Decode(value) : undefined

const MOST_BASE64 = 104

const withV = (rs: Uint8Array, v: number): Uint8Array => {
  const out = new Uint8Array(65)
  out.set(rs)
  out[64] = v
  return out
}

/** Signatures that 64 bytes and a last part may be. EIP-155: `v = 35 + 2 chainId + recovery`. */
function signaturesOf(rs: Uint8Array, v: number | undefined, faults: readonly WalletFault[]): WalletSignature[] {
  if (v === 27 || v === 28) return [{ bytes: withV(rs, v), faults }]
  const found = v === 0 || v === 1 ? [27 + v] : v !== undefined && v >= 35 ? [28 - (v % 2)] : [27, 28]
  return found.map((one) => ({ bytes: withV(rs, one), faults: [V, ...faults] }))
}

const digits = (value: unknown, length: number): Uint8Array | undefined =>
  typeof value === 'string' && /^(?:0x)?[0-9a-fA-F]+$/.test(value)
    ? hexDecode(value.replace(/^0x/, '').toLowerCase().padStart(length, '0'))
    : undefined

/** A signature in any form in which clients write one. `object` where the exchange takes `{ r, s, v }`. */
export function signaturesIn(value: unknown, object: boolean): readonly WalletSignature[] {
  if (isObject(value)) {
    const [r, s] = [digits(value['r'], 64), digits(value['s'], 64)]
    if (r?.length !== 32 || s?.length !== 32) return []
    const v = Number(value['v'] ?? value['yParity'] ?? Number.NaN)
    const rs = new Uint8Array(64)
    rs.set(r)
    rs.set(s, 32)
    return signaturesOf(rs, Number.isNaN(v) ? undefined : v, object ? [] : [FORM])
  }
  const bytes = digits(value, 0) ?? inBase64(value)
  const raw = bytes === undefined || bytes[0] !== 0x30 ? undefined : ecdsaSignatureOfDer(bytes, 32)
  if (raw !== undefined) return [27, 28].map((v) => ({ bytes: withV(raw, v), faults: [DER] }))
  if (bytes?.length !== 65 && bytes?.length !== 64) return []
  const isHexadecimal = typeof value === 'string' && /^(?:0x)?[0-9a-fA-F]+$/.test(value)
  return signaturesOf(bytes.subarray(0, 64), bytes[64], object || !isHexadecimal ? [FORM] : [])
}
