import { derReader } from './der.js'
import { derNull, integer, sequence, smallInteger } from './der-writer.js'
import { OID_RSA } from './oid.js'
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
