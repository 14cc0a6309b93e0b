import { hash } from '#backend/hash'
import { legacyHash } from '#backend/legacy'
import { concatBytes, hex, hexDecode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'

/** What an RSA signature encodes (RFC 8017), read with the public key: padding, hash and salt are facts, not guesses. */

export type Digest = 'sha256' | 'sha384' | 'sha512' | 'sha1' | 'md5'

/** One form that an encoded message can be of. */
export interface Encoding {
  readonly padding: 'pkcs1' | 'pss'
  readonly digest: Digest
  /** Of PSS: the length of its salt in bytes, and the longest that would have fitted. */
  readonly salt?: number
  readonly longest?: number
  /** Of PSS: the hash of its mask, where it is not the other one. */
  readonly mask?: Digest
  /** Of PKCS #1 v1.5: no DigestInfo stands before the digest. */
  readonly bare?: true
  /** True for the text that was signed. */
  readonly fits: (base: Bytes) => boolean
}

export const digestOf = (name: Digest, data: Bytes): Uint8Array =>
  name === 'sha1' || name === 'md5' ? legacyHash(name, data) : hash(name, data)

// RFC 8017 9.2, note 1.
const DIGEST_INFO: Readonly<Record<Digest, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha512: '3051300d060960864801650304020305000440',
  sha384: '3041300d060960864801650304020205000430',
  sha1: '3021300906052b0e03021a05000414',
  md5: '3020300c06082a864886f70d020505000410',
}
const LENGTH: Readonly<Record<Digest, number>> = { sha256: 32, sha384: 48, sha512: 64, sha1: 20, md5: 16 }
const DIGESTS = Object.keys(DIGEST_INFO) as readonly Digest[]

const number = (bytes: Uint8Array): bigint => BigInt(`0x0${hex(bytes)}`)

/** RSAVP1 (RFC 8017 5.2.2) as bytes of the modulus' length; `undefined` for a signature of another length. */
function encodedMessage(n: Uint8Array, e: Uint8Array, signature: Uint8Array): Uint8Array | undefined {
  const modulus = number(n)
  let base = number(signature)
  if (signature.length !== n.length || base >= modulus) return undefined
  let out = 1n
  for (let rest = number(e); rest > 0n; rest >>= 1n) {
    if (rest & 1n) out = (out * base) % modulus
    base = (base * base) % modulus
  }
  return hexDecode(out.toString(16).padStart(2 * n.length, '0'))
}

const same = (a: string, b: Uint8Array): boolean => a === hex(b)

/** EMSA-PKCS1-v1_5 (RFC 8017 9.2): 00 01 FF … FF 00, then the digest. */
function pkcs1(message: Uint8Array): readonly Encoding[] {
  const [, filler, rest] = /^0001((?:ff){8,})00((?:[0-9a-f]{2})+)$/.exec(hex(message)) ?? []
  if (filler === undefined || rest === undefined) return []
  return DIGESTS.flatMap((digest): readonly Encoding[] => {
    const info = DIGEST_INFO[digest]
    const bare = rest.length === 2 * LENGTH[digest]
    if (!bare && !(rest.startsWith(info) && rest.length === info.length + 2 * LENGTH[digest])) return []
    const made = bare ? rest : rest.slice(info.length)
    return [{ padding: 'pkcs1', digest, ...(bare && { bare }), fits: (base) => same(made, digestOf(digest, base)) }]
  })
}

/** MGF1 (RFC 8017 B.2.1). */
function mask(digest: Digest, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (let counter = 0; counter * LENGTH[digest] < length; counter++)
    parts.push(digestOf(digest, concatBytes(seed, Uint8Array.of(0, 0, counter >> 8, counter & 0xff))))
  return concatBytes(...parts).subarray(0, length)
}

/** EMSA-PSS (RFC 8017 9.1.2), with whatever salt there is. */
function pss(n: Uint8Array, whole: Uint8Array): readonly Encoding[] {
  // One bit less than the modulus.
  const bits = 8 * n.length - Math.clz32(n[0] as number) + 24 - 1
  const message = whole.subarray(whole.length - Math.ceil(bits / 8))
  if (message.at(-1) !== 0xbc) return []
  return DIGESTS.flatMap((digest) => [digest, ...DIGESTS.filter((one) => one !== digest)].map((of) => [digest, of]))
    .map(([digest, of]) => unmasked(message, bits, digest as Digest, of as Digest))
    .filter((one): one is Encoding => one !== undefined)
}

function unmasked(message: Uint8Array, bits: number, digest: Digest, of: Digest): Encoding | undefined {
  const size = LENGTH[digest]
  const length = message.length - size - 1
  if (length < 1) return undefined
  const made = message.subarray(length, length + size)
  const block = mask(of, made, length).map((byte, at) => byte ^ (message[at] as number))
  block[0] = (block[0] as number) & (0xff >> (8 * message.length - bits))
  const mark = block.findIndex((byte) => byte !== 0)
  if (mark === -1 || block[mark] !== 1) return undefined
  const salt = block.slice(mark + 1)
  const expected = hex(made)
  return {
    padding: 'pss',
    digest,
    salt: salt.length,
    longest: length - 1,
    ...(of !== digest && { mask: of }),
    // M' of step 12: eight zeros, the digest, the salt.
    fits: (base) => same(expected, digestOf(digest, concatBytes(new Uint8Array(8), digestOf(digest, base), salt))),
  }
}

/** The forms that a signature has under a key; none where another key made it. `undefined`: it is not of this length. */
export function rsaEncodings(
  { n, e }: { readonly n: Uint8Array; readonly e: Uint8Array },
  signature: Uint8Array,
): readonly Encoding[] | undefined {
  const message = encodedMessage(n, e, signature)
  return message === undefined ? undefined : [...pkcs1(message), ...pss(n, message)]
}
