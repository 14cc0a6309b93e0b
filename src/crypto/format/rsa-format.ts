import { fail } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import { type DerReader, OID_MGF1, OID_RSA, OID_RSA_PSS, OID_SHA256, OID_SHA384, OID_SHA512, TAG } from './der.js'
import type { Jwk, JwkMembers } from './jwk.js'
import type { PrivateReader, PublicReader } from './key-reader.js'
import { type AlgorithmIdentifier, expectNull, readAlgorithmIdentifier } from './pkcs8.js'
import {
  checkRsaPrivate,
  checkRsaPublic,
  RSA_MEMBERS,
  type RsaPrivate,
  type RsaPublic,
  readRsaPrivateKey,
  readRsaPublicKey,
} from './rsa-der.js'

const OID_OF_HASH = { sha256: OID_SHA256, sha384: OID_SHA384, sha512: OID_SHA512 } as const

const disagree = (): never => fail('KEY_MALFORMED', 'RSASSA-PSS key must have parameters of the given algorithm')

function expectHash(spec: AlgorithmSpec, reader: DerReader): void {
  const algorithm = readAlgorithmIdentifier(reader)
  if (algorithm.oid !== OID_OF_HASH[spec.hash]) disagree()
  // RFC 4055 section 2.1: NULL or absent, both must be accepted.
  if (algorithm.parameters.peek() !== undefined) expectNull(algorithm)
  reader.end()
}

/**
 * RSASSA-PSS-params of a key (RFC 4055 section 3.1): absent means no restriction; present, they must allow exactly what
 * the given algorithm does. A member left out stands for its SHA-1 default, which no algorithm here uses.
 */
export function checkPssParameters(spec: AlgorithmSpec, parameters: DerReader): void {
  if (parameters.peek() === undefined) return
  const inside = parameters.inside()
  parameters.end()
  expectHash(spec, inside.inside(TAG.context0))
  const mask = inside.inside(TAG.context1)
  const mgf = readAlgorithmIdentifier(mask)
  mask.end()
  if (mgf.oid !== OID_MGF1) disagree()
  expectHash(spec, mgf.parameters)
  // A key states the shortest salt it allows, 20 by default.
  if (inside.peek() === TAG.context2) {
    const salt = inside.inside(TAG.context2)
    salt.small(spec.hashBytes)
    salt.end()
  }
  if (inside.peek() === TAG.context3) {
    const trailer = inside.inside(TAG.context3)
    if (trailer.small(1) !== 1) disagree()
    trailer.end()
  }
  inside.end()
}

const malformed = (expected: string): never => fail('KEY_MALFORMED', `RSA key must be ${expected}`)

function expectRsa(spec: AlgorithmSpec, algorithm: AlgorithmIdentifier): void {
  if (algorithm.oid === OID_RSA) {
    expectNull(algorithm)
    return
  }
  // A key that names PSS may only be used for it (RFC 4055 section 1.2); RFC 9421 B.1.2 is such a file.
  if (algorithm.oid !== OID_RSA_PSS || spec.padding !== 'pss')
    malformed('of an identifier that allows the given algorithm')
  checkPssParameters(spec, algorithm.parameters)
}

const noRaw = (): never => malformed('PEM, DER or JWK, there is no raw form')

function checkedPublic(spec: AlgorithmSpec, key: RsaPublic): RsaPublic {
  checkRsaPublic(spec, key)
  return key
}

function checkedPrivate(spec: AlgorithmSpec, key: RsaPrivate): RsaPrivate {
  checkRsaPublic(spec, key)
  checkRsaPrivate(key)
  return key
}

/** RFC 7518 section 2, Base64urlUInt: no leading zeros. */
function magnitude(jwk: JwkMembers, name: keyof Jwk): Uint8Array {
  const bytes = jwk.bytes(name)
  return bytes[0] === 0 ? malformed('JWK integers without leading zeros') : bytes
}

export const rsaPrivateReader: PrivateReader<RsaPrivate> = {
  kty: 'RSA',
  raw: noRaw,
  pkcs8: (spec, { algorithm, privateKey }) => {
    expectRsa(spec, algorithm)
    return checkedPrivate(spec, readRsaPrivateKey(privateKey))
  },
  jwk: (spec, jwk) => {
    const members = RSA_MEMBERS.map((name) => [name, magnitude(jwk, name)] as const)
    return checkedPrivate(spec, Object.fromEntries(members) as unknown as RsaPrivate)
  },
  legacy: (spec, label, der) =>
    label === 'RSA PRIVATE KEY' ? checkedPrivate(spec, readRsaPrivateKey(der)) : undefined,
}

export const rsaPublicReader: PublicReader<RsaPublic> = {
  kty: 'RSA',
  raw: noRaw,
  spki: (spec, algorithm, publicKey) => {
    expectRsa(spec, algorithm)
    return checkedPublic(spec, readRsaPublicKey(publicKey))
  },
  jwk: (spec, jwk) => checkedPublic(spec, { n: magnitude(jwk, 'n'), e: magnitude(jwk, 'e') }),
  legacy: (spec, label, der) => (label === 'RSA PUBLIC KEY' ? checkedPublic(spec, readRsaPublicKey(der)) : undefined),
}
