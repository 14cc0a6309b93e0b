import { CountersignError } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import { type DerReader, TAG } from './der.js'
import { OID_MGF1, OID_SHA256, OID_SHA384, OID_SHA512 } from './oid.js'
import { expectNull, readAlgorithmIdentifier } from './pkcs8.js'

const OID_OF_HASH = { sha256: OID_SHA256, sha384: OID_SHA384, sha512: OID_SHA512 } as const

const disagree = (): never => {
  throw new CountersignError('KEY_MALFORMED', 'RSASSA-PSS key expected parameters that match the stated algorithm')
}

function expectHash(spec: AlgorithmSpec, reader: DerReader): void {
  const algorithm = readAlgorithmIdentifier(reader)
  if (algorithm.oid !== OID_OF_HASH[spec.hash]) disagree()
  // RFC 4055 section 2.1: NULL or absent, both must be accepted.
  if (algorithm.parameters.peek() !== undefined) expectNull(algorithm)
  reader.end()
}

/**
 * RSASSA-PSS-params of a key (RFC 4055 section 3.1): absent means no restriction; present, they must allow exactly what
 * the stated algorithm does. A member left out stands for its SHA-1 default, which no algorithm here uses.
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
