import { fail } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import { hex } from '../encoding.js'
import { derNull, derReader, integer, OID_RSA, sequence, smallInteger } from './der.js'
import { algorithmIdentifier, writePrivateKeyInfo, writePublicKeyInfo } from './pkcs8.js'

/** Big-endian magnitudes without leading zeros (RFC 8017 section 3.1). */
export interface RsaPublic {
  readonly n: Uint8Array
  readonly e: Uint8Array
}

/** With two primes and their CRT values (RFC 8017 section 3.2); names as in a JWK. */
export interface RsaPrivate extends RsaPublic {
  readonly d: Uint8Array
  readonly p: Uint8Array
  readonly q: Uint8Array
  readonly dp: Uint8Array
  readonly dq: Uint8Array
  readonly qi: Uint8Array
}

/** Members of RSAPrivateKey in the order of RFC 8017 A.1.2. */
export const RSA_MEMBERS = ['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const

/** RSAPublicKey (RFC 8017 A.1.1). */
export function readRsaPublicKey(der: Uint8Array): RsaPublic {
  const outer = derReader(der)
  const key = outer.inside()
  outer.end()
  const n = key.integer()
  const e = key.integer()
  key.end()
  return { n, e }
}

/** RSAPrivateKey (RFC 8017 A.1.2) of two primes: version 1 announces more of them and is refused. */
export function readRsaPrivateKey(der: Uint8Array): RsaPrivate {
  const outer = derReader(der)
  const key = outer.inside()
  outer.end()
  key.small(0)
  const [n, e, d, p, q, dp, dq, qi] = RSA_MEMBERS.map(() => key.integer()) as Uint8Array[] & { length: 8 }
  key.end()
  return { n, e, d, p, q, dp, dq, qi } as RsaPrivate
}

const identifier = (): Uint8Array => algorithmIdentifier(OID_RSA, derNull())

export const rsaPkcs8 = (key: RsaPrivate): Uint8Array =>
  writePrivateKeyInfo(identifier(), sequence(smallInteger(0), ...RSA_MEMBERS.map((name) => integer(key[name]))))

export const rsaSpki = ({ n, e }: RsaPublic): Uint8Array =>
  writePublicKeyInfo(identifier(), sequence(integer(n), integer(e)))

const MIN_BITS = 1024
const MAX_BITS = 16_384
const MAX_EXPONENT_BYTES = 8

/** Bits of a magnitude without leading zeros. */
export const bitLength = (magnitude: Uint8Array): number => 8 * magnitude.length - Math.clz32(magnitude[0] ?? 0) + 24

export const toBigInt = (magnitude: Uint8Array): bigint => BigInt(`0x${hex(magnitude)}`)

const weak = (expected: string): never => fail('KEY_WEAK', `RSA ${expected}`)

/**
 * What every backend needs so that none of them is the weakest: with e = 1 any padded hash is its own signature, an even
 * modulus factors itself, and OpenSSL takes exponents above 64 bits for small moduli only.
 */
export function checkRsaPublic(spec: AlgorithmSpec, { n, e }: RsaPublic): void {
  const bits = bitLength(n)
  if (bits < MIN_BITS || bits > MAX_BITS) weak(`modulus must have ${MIN_BITS} to ${MAX_BITS} bits, got ${bits}`)
  if (((n.at(-1) as number) & 1) === 0) weak('modulus must be odd')
  if (e.length > MAX_EXPONENT_BYTES) weak('exponent must have at most 64 bits')
  if (((e.at(-1) as number) & 1) === 0 || (e.length === 1 && (e[0] as number) < 3)) weak('exponent must be odd, from 3')
  // RFC 8017 9.1.1: EMSA-PSS needs room for hash, salt and two bytes.
  if (spec.padding === 'pss' && bits - 1 < 8 * (2 * spec.hashBytes + 1) + 1)
    weak('modulus too small for this hash and salt')
}

/**
 * The members belong together. A wrong CRT value gives signatures that reveal a prime to anyone who sees one, and neither
 * OpenSSL nor WebCrypto checks them all on import.
 */
export function checkRsaPrivate(key: RsaPrivate): void {
  const [n, e, d, p, q] = [key.n, key.e, key.d, key.p, key.q].map(toBigInt) as [bigint, bigint, bigint, bigint, bigint]
  const consistent =
    p > 1n &&
    q > 1n &&
    p * q === n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    toBigInt(key.dp) === d % (p - 1n) &&
    toBigInt(key.dq) === d % (q - 1n) &&
    // No number has an inverse modulo itself, so the primes are two.
    (toBigInt(key.qi) * q) % p === 1n
  if (!consistent) fail('KEY_MALFORMED', 'RSA private key must have members that belong together')
}
