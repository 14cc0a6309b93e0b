import { expect, test } from 'vitest'
import { readCertificate } from '../../../src/crypto/format/certificate.js'
import { parsePem } from '../../../src/crypto/format/pem.js'
import { PAYPAL_VECTOR } from '../../contract/webhooks/paypal.js'

const hexOf = (pem: string): string => Buffer.from(parsePem(pem).der).toString('hex')
const issuer = hexOf(PAYPAL_VECTOR.issuer)
const read = (hex: string) => readCertificate(new Uint8Array(Buffer.from(hex, 'hex')))
/** The certificate with some bytes of its extensions exchanged; what it signs is another question. */
const changed = (from: string, to: string) => {
  expect(issuer.split(from)).toHaveLength(2)
  return read(issuer.replace(from, to))
}

// Critical, and its bit string: certificates and lists may be signed.
const USAGE = '0603551d0f0101ff04040302'
const BASIC = '0603551d130101ff0408300601 01ff020100'.replace(' ', '')

test('an authority states that it is one, and how many may stand below it', () => {
  expect(read(issuer)).toMatchObject({ isAuthority: true, maxBelow: 0 })
  expect(changed(BASIC, BASIC.replace(/00$/, '03'))).toMatchObject({ isAuthority: true, maxBelow: 3 })
  expect(read(hexOf(PAYPAL_VECTOR.certificate)).isAuthority).toBe(false)
})

test('a key that may not sign certificates makes no authority', () => {
  const at = issuer.indexOf(USAGE)
  const usage = issuer.slice(at, at + USAGE.length + 4)
  expect(changed(usage, `${USAGE}0780`).isAuthority).toBe(false)
  expect(changed(usage, `${USAGE}0204`).isAuthority).toBe(true)
})

test('a critical limit that is not understood makes none either (RFC 5280 4.2)', () => {
  // Name constraints in place of the usage.
  expect(changed('0603551d0f0101ff', '0603551d1e0101ff').isAuthority).toBe(false)
  expect(changed('0603551d0f0101ff', '0603551d1e010100').isAuthority).toBe(true)
})
