import type { Curve, HashSpec } from '../algorithm.js'
import {
  bitString,
  OID_EC,
  OID_P256,
  OID_P384,
  OID_P521,
  octetString,
  oid,
  sequence,
  smallInteger,
  TAG,
  tlv,
} from './der.js'
import { algorithmIdentifier, writePrivateKeyInfo, writePublicKeyInfo } from './pkcs8.js'

export const OID_OF_CURVE: Readonly<Record<Curve, string>> = { 'P-256': OID_P256, 'P-384': OID_P384, 'P-521': OID_P521 }

const identifier = (spec: HashSpec): Uint8Array => algorithmIdentifier(OID_EC, oid(OID_OF_CURVE[spec.curve as Curve]))

/** PKCS#8 of a scalar (RFC 5915 section 3), with the public point where it is known. */
export const ecdsaPkcs8 = (spec: HashSpec, scalar: Uint8Array, point?: Uint8Array): Uint8Array =>
  writePrivateKeyInfo(
    identifier(spec),
    sequence(
      smallInteger(1),
      octetString(scalar),
      ...(point === undefined ? [] : [tlv(TAG.context1, bitString(point))]),
    ),
  )

export const ecdsaSpki = (spec: HashSpec, point: Uint8Array): Uint8Array => writePublicKeyInfo(identifier(spec), point)
