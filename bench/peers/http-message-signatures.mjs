// http-message-signatures, set up as its documentation does: createSigner and createVerifier over a KeyObject made once.
// Its request is an object literal with the URL as a string, as in its documentation.

import { randomUUID } from 'node:crypto'
import { createSigner, createVerifier, httpbis } from 'http-message-signatures'

const FIELDS = ['@method', '@authority', '@path', '@query', 'content-type']

/** The request as this library takes it. */
export const peerRequest = ({ method, url, headers }) => ({ method, url, headers })

export function peerSigner(key, algorithm, keyId) {
  const signer = createSigner(key, algorithm, keyId)
  return (request) =>
    httpbis.signMessage(
      {
        key: signer,
        name: 'sig1',
        fields: FIELDS,
        params: ['created', 'nonce', 'keyid'],
        paramValues: { nonce: randomUUID() },
      },
      request,
    )
}

export function peerVerifier(key, algorithm, keyId) {
  const verifier = { id: keyId, algs: [algorithm], verify: createVerifier(key, algorithm) }
  const config = {
    keyLookup: async ({ keyid }) => (keyid === keyId ? verifier : null),
    maxAge: 300,
    tolerance: 5,
    requiredParams: ['created', 'nonce', 'keyid'],
    requiredFields: FIELDS,
  }
  return (request) => httpbis.verifyMessage(config, request)
}
