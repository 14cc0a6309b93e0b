import { fail } from '../../errors.js'
import type { AlgorithmSpec, Curve } from '../algorithm.js'
import { concatBytes } from '../encoding.js'
import { type DerReader, derReader, OID_EC, TAG } from './der.js'
import { OID_OF_CURVE } from './ecdsa-der.js'
import type { PrivateReader, PublicReader } from './key-reader.js'
import type { AlgorithmIdentifier } from './pkcs8.js'

/** The secret scalar in full width, and the public point where the file states one. */
export interface EcdsaPrivate {
  readonly scalar: Uint8Array
  readonly point: Uint8Array | undefined
}

const malformed = (expected: string): never => fail('KEY_MALFORMED', `EC key must be ${expected}`)

const width = (spec: AlgorithmSpec): number => spec.signatureBytes / 2

function fixed(spec: AlgorithmSpec, bytes: Uint8Array): Uint8Array {
  return bytes.length === width(spec) ? bytes : malformed(`${width(spec)} bytes, got ${bytes.length}`)
}

// Compressed (02, 03) or uncompressed (04). The hybrid form (06, 07) is a second spelling of the same point.
function encodedPoint(spec: AlgorithmSpec, bytes: Uint8Array): Uint8Array {
  const [first] = bytes
  const size = first === 4 ? 1 + 2 * width(spec) : first === 2 || first === 3 ? 1 + width(spec) : -1
  return bytes.length === size ? bytes : malformed('a compressed or uncompressed point of the given curve')
}

// Only named curves: with explicit parameters the file would choose the generator (CVE-2020-0601).
function expectCurve(spec: AlgorithmSpec, reader: DerReader): void {
  if (reader.peek() !== TAG.oid || reader.oid() !== OID_OF_CURVE[spec.curve as Curve]) {
    malformed(`of the named curve ${spec.curve}`)
  }
  reader.end()
}

function expectEc(spec: AlgorithmSpec, { oid, parameters }: AlgorithmIdentifier): void {
  if (oid !== OID_EC) malformed('a key of ECDSA, got another kind: is the algorithm right?')
  expectCurve(spec, parameters)
}

/** ECPrivateKey (RFC 5915 section 3). Inside PKCS#8 the curve was named before, so it may be absent here. */
function readEcPrivateKey(spec: AlgorithmSpec, der: Uint8Array, curveRequired: boolean): EcdsaPrivate {
  const outer = derReader(der)
  const key = outer.inside()
  outer.end()
  if (key.small(1) !== 1) malformed('of version 1')
  const scalar = fixed(spec, key.octets())
  if (key.peek() === TAG.context0) expectCurve(spec, key.inside(TAG.context0))
  else if (curveRequired) malformed(`of the named curve ${spec.curve}`)
  let point: Uint8Array | undefined
  if (key.peek() === TAG.context1) {
    const wrapped = key.inside(TAG.context1)
    point = encodedPoint(spec, wrapped.bits())
    wrapped.end()
  }
  key.end()
  return { scalar, point }
}

const jwkPoint: PublicReader<Uint8Array>['jwk'] = (spec, jwk) =>
  concatBytes(Uint8Array.of(4), fixed(spec, jwk.bytes('x')), fixed(spec, jwk.bytes('y')))

export const ecdsaPrivateReader: PrivateReader<EcdsaPrivate> = {
  kty: 'EC',
  raw: (spec, bytes) => ({ scalar: fixed(spec, bytes), point: undefined }),
  pkcs8: (spec, { algorithm, privateKey, publicKey }) => {
    expectEc(spec, algorithm)
    const key = readEcPrivateKey(spec, privateKey, false)
    return publicKey === undefined ? key : { scalar: key.scalar, point: encodedPoint(spec, publicKey) }
  },
  jwk: (spec, jwk) => ({ scalar: fixed(spec, jwk.bytes('d')), point: jwkPoint(spec, jwk) }),
  legacy: (spec, label, der) => (label === 'EC PRIVATE KEY' ? readEcPrivateKey(spec, der, true) : undefined),
}

export const ecdsaPublicReader: PublicReader<Uint8Array> = {
  kty: 'EC',
  raw: encodedPoint,
  spki: (spec, algorithm, publicKey) => {
    expectEc(spec, algorithm)
    return encodedPoint(spec, publicKey)
  },
  jwk: jwkPoint,
}
