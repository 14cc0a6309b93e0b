// http-message-signatures
import { randomUUID } from 'node:crypto'
import { createSigner, createVerifier, httpbis } from 'http-message-signatures'
import { covered, main, privateOf, publicOf } from './peer.mjs'

main({
  async sign(algorithm, message, hasBody) {
    const { headers } = await httpbis.signMessage(
      {
        key: createSigner(privateOf(algorithm), algorithm, algorithm),
        name: 'sig1',
        fields: covered(hasBody),
        params: ['created', 'keyid', 'nonce'],
        paramValues: { nonce: randomUUID() },
      },
      message,
    )
    return /** @type {Record<string, string>} */ (headers)
  },
  async verify(message, hasBody) {
    const verified = await httpbis.verifyMessage(
      {
        keyLookup: async ({ keyid = '' }) => ({
          id: keyid,
          algs: [keyid],
          verify: createVerifier(publicOf(keyid), keyid),
        }),
        requiredFields: covered(hasBody),
        requiredParams: ['created', 'keyid', 'nonce'],
        maxAge: 60,
      },
      message,
    )
    if (verified !== true) throw new Error(`verified: ${verified}`)
  },
})
