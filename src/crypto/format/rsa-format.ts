import { CountersignError } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import type { Jwk, JwkMembers } from './jwk.js'
import type { PrivateReader, PublicReader } from './key-reader.js'
import { OID_RSA, OID_RSA_PSS } from './oid.js'
import { type AlgorithmIdentifier, expectNull } from './pkcs8.js'
import { checkRsaPrivate, checkRsaPublic } from './rsa-check.js'
import { RSA_MEMBERS, type RsaPrivate, type RsaPublic, readRsaPrivateKey, readRsaPublicKey } from './rsa-der.js'
import { checkPssParameters } from './rsa-pss-parameters.js'

const malformed = (expected: string): never => {
  throw new CountersignError('KEY_MALFORMED', `RSA key expected ${expected}`)
}

function expectRsa(spec: AlgorithmSpec, algorithm: AlgorithmIdentifier): void {
  if (algorithm.oid === OID_RSA) {
    expectNull(algorithm)
    return
  }
  // A key that names PSS may only be used for it (RFC 4055 section 1.2); RFC 9421 B.1.2 is such a file.
  if (algorithm.oid !== OID_RSA_PSS || spec.padding !== 'pss')
    malformed('an identifier that allows the stated algorithm')
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
