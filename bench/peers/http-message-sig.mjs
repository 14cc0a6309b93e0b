// http-message-sig with a key written on node:crypto: its own WebCrypto keys know no HMAC and would cost more.

import { createHmac, createSecretKey, randomUUID, timingSafeEqual } from 'node:crypto'
import { createSignatureSync, verifySignature } from 'http-message-sig'

const COMPONENTS = ['@method', '@authority', '@path', '@query', 'content-type']
const ALGORITHM = 'hmac-sha256'

/** The request as this library takes it. */
export const peerRequest = ({ method, url, headers }) => ({
  kind: 'request',
  method,
  targetUri: url,
  fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
})

export function peerSigner(secret, keyid) {
  const key = createSecretKey(secret)
  const signer = { algorithm: ALGORITHM, sign: (base) => createHmac('sha256', key).update(base).digest() }
  return (request) =>
    createSignatureSync(request, {
      label: 'sig1',
      components: COMPONENTS,
      parameters: { created: Math.floor(Date.now() / 1000), nonce: randomUUID(), keyid },
      signer,
    })
}

export function peerVerifier(secret, keyid) {
  const key = createSecretKey(secret)
  const verifier = {
    algorithm: ALGORITHM,
    verify: (base, signature) => {
      const expected = createHmac('sha256', key).update(base).digest()
      return signature.length === expected.length && timingSafeEqual(expected, signature)
    },
  }
  const options = {
    policy: {
      algorithms: [ALGORITHM],
      requiredComponents: COMPONENTS,
      requiredParameters: ['created', 'nonce', 'keyid'],
      maxAge: 300,
      clockSkew: 5,
    },
    resolveVerifier: ({ parameters }) => {
      if (parameters.keyid !== keyid) throw new Error('unknown key')
      return verifier
    },
  }
  return (request) => verifySignature(request, options)
}
