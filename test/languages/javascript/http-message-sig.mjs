// http-message-sig
import { randomUUID } from 'node:crypto'
import { createSignature, verifySignature } from 'http-message-sig'
import { ALGORITHMS, covered, fits, main, signed } from './peer.mjs'

/** @param {import('./peer.mjs').Message} message @returns {import('http-message-sig').RequestDescriptor} */
const described = ({ method, url, headers }) => ({
  kind: 'request',
  method,
  targetUri: url,
  fields: Object.entries(headers).map(([name, value]) => ({ name, value })),
})

main({
  async sign(algorithm, message, hasBody) {
    const { signature, signatureInput } = await createSignature(described(message), {
      label: 'sig1',
      components: covered(hasBody),
      parameters: { created: Math.floor(Date.now() / 1000), keyid: algorithm, nonce: randomUUID() },
      signer: { algorithm, sign: (data) => signed(algorithm, data) },
    })
    return { ...message.headers, signature, 'signature-input': signatureInput }
  },
  async verify(message, hasBody) {
    await verifySignature(described(message), {
      policy: {
        algorithms: ALGORITHMS,
        requiredComponents: covered(hasBody),
        requiredParameters: ['created', 'keyid', 'nonce'],
        maxAge: 60,
        clockSkew: 5,
      },
      resolveVerifier: ({ parameters: { keyid = '' } }) => ({
        algorithm: keyid,
        verify: (data, signature) => fits(keyid, data, signature),
      }),
    })
  },
})
