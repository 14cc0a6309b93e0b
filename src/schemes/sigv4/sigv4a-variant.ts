import { hex, hexDecode } from '../../crypto/encoding.js'
import { ecdsaSignatureDer, ecdsaSignatureOfDer } from '../../crypto/format/ecdsa-signature.js'
import { fail } from '../../errors.js'
import { AWS_QUERY, AWS4, type Variant } from './variant.js'

export const LABEL: string = 'AWS4-ECDSA-P256-SHA256'
export const WIDTH: number = 32

/** AWS Signature Version 4A: for several regions at once, with a key pair that is derived from the access key. */
export const AWS4A: Variant = {
  ...AWS4,
  id: 'sigv4a',
  name: 'AWS Signature Version 4A',
  label: LABEL,
  algorithm: 'ecdsa-p256-sha256',
  scope: ['service'],
  fields: { ...AWS4.fields, regions: 'X-Amz-Region-Set' },
  query: { ...AWS_QUERY, regions: 'X-Amz-Region-Set' },
  signatureText: (signature) => {
    const bytes = typeof signature === 'string' ? hexDecode(signature) : signature
    if (bytes?.length !== 2 * WIDTH) fail('ARGUMENT_INVALID', `the signature must have ${2 * WIDTH} bytes`)
    return hex(ecdsaSignatureDer(bytes))
  },
  readSignature: (text) => {
    const der = hexDecode(text)
    return der && ecdsaSignatureOfDer(der, WIDTH)
  },
}
