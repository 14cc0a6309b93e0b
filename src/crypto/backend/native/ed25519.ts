import crypto from 'node:crypto'
import { base64url } from '../../encoding.js'
import type { VerifyingKey } from '../../key.js'
import type { PrivateHalf } from '../backend.js'
import { nodeSigner, nodeVerifier, poolVerifier } from './node-key.js'

// RFC 8410 section 7: everything before the 32 bytes of the seed.
const PKCS8_PREFIX = '302e020100300506032b657004220420'
const RAW_BYTES = 32

/** Ed25519 (RFC 8032) over OpenSSL. The key object is made once: parsing one takes ten times as long as signing. */
export function ed25519Signer(seed: Uint8Array): PrivateHalf {
  const der = Buffer.concat([Buffer.from(PKCS8_PREFIX, 'hex'), seed])
  const key = crypto.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  return {
    sign: nodeSigner(null, key),
    publicKey: () =>
      new Uint8Array(crypto.createPublicKey(key).export({ format: 'der', type: 'spki' }).slice(-RAW_BYTES)),
  }
}

// Through JWK: OpenSSL 3.0 takes ten times longer to decode the same key from DER.
const publicKeyObject = (raw: Uint8Array): crypto.KeyObject =>
  crypto.createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: base64url(raw) }, format: 'jwk' })

export const ed25519Verifier = (publicKey: Uint8Array): ReturnType<typeof nodeVerifier> =>
  nodeVerifier(null, publicKeyObject(publicKey))

export const ed25519PoolVerifier = (publicKey: Uint8Array): VerifyingKey['verify'] =>
  poolVerifier(null, publicKeyObject(publicKey))
