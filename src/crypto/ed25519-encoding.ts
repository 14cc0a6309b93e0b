import { CountersignError } from '../errors.js'
import { hex } from './encoding.js'

// The five y coordinates, little-endian, of the eight points whose order divides the cofactor (RFC 7748 section 7 has them
// as u coordinates); each comes with both signs of x.
const SMALL_ORDER_Y = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]
const P_AND_ABOVE = /^(?:ed|ee|ef|f.)f{60}7f$/

/**
 * Refuses 32 bytes that OpenSSL would take as a key although no honest one looks like it: y not below 2^255 - 19
 * (RFC 8032 5.1.3), and points of small order, under which one signature fits all messages.
 */
export function assertEd25519PublicKey(publicKey: Uint8Array): void {
  const y = new Uint8Array(publicKey)
  y[31] = (y[31] as number) & 0x7f
  const text = hex(y)
  if (P_AND_ABOVE.test(text)) throw new CountersignError('KEY_WEAK', 'Ed25519 public key expected in canonical form')
  if (SMALL_ORDER_Y.includes(text)) {
    throw new CountersignError('KEY_WEAK', 'Ed25519 public key expected of large order, got a small one')
  }
}
