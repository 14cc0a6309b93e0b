import { SECP256K1_ORDER } from '../../crypto/backend/secp256k1.js'
import { hex, hexDecode, utf8Decode } from '../../crypto/encoding.js'
import { cleanSecretText, isSecret } from '../../crypto/secret.js'
import { fail, kindOf } from '../../errors.js'
import { ADDRESS } from './address.js'

export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${hex(bytes)}`)

function readScalar(privateKey: unknown): Uint8Array {
  const given = isSecret(privateKey) ? privateKey.reveal() : privateKey
  if (given instanceof Uint8Array && given.length === 32) return new Uint8Array(given)
  const text = given instanceof Uint8Array ? utf8Decode(given) : given
  if (typeof text !== 'string')
    return fail('KEY_MALFORMED', `"privateKey" must be 32 bytes or 64 hexadecimal digits, got ${kindOf(given)}`)
  const clean = cleanSecretText('"privateKey"', text, 'KEY_MALFORMED')
  if (/^(?:[a-z]+\s+){11,23}[a-z]+$/.test(clean))
    return fail(
      'KEY_MALFORMED',
      '"privateKey" must be 64 hexadecimal digits, got a seed phrase: export the account’s own key',
    )
  if (ADDRESS.test(clean)) return fail('KEY_MALFORMED', '"privateKey" must be 64 hexadecimal digits, got an address')
  const bytes = hexDecode(clean.replace(/^0x/, '').toLowerCase())
  return bytes?.length === 32
    ? bytes
    : fail('KEY_MALFORMED', `"privateKey" must be 32 bytes or 64 hexadecimal digits, got ${clean.length} characters`)
}

/** The private key of an account on secp256k1. @throws {CountersignError} `KEY_MALFORMED`, `KEY_WEAK` for one out of range. */
export function scalarOf(privateKey: unknown): Uint8Array {
  const scalar = readScalar(privateKey)
  const number = numberOf(scalar)
  if (number === 0n || number >= SECP256K1_ORDER)
    fail('KEY_WEAK', '"privateKey" must be from 1 to the order of the curve less one')
  return scalar
}
