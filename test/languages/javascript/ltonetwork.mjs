// @ltonetwork/http-message-signatures
import { randomUUID } from 'node:crypto'
import { sign, verify } from '@ltonetwork/http-message-signatures'
import { covered, fits, main, signed } from './peer.mjs'

main({
  async sign(algorithm, message, hasBody) {
    const { headers } = await sign(message, {
      components: covered(hasBody),
      nonce: randomUUID(),
      signer: { keyid: algorithm, alg: algorithm, sign: (data) => signed(algorithm, Buffer.from(data)) },
    })
    return /** @type {Record<string, string>} */ (headers)
  },
  async verify(message) {
    await verify(message, (data, signature, { keyid = '' }) => {
      if (!fits(keyid, Buffer.from(data), signature)) throw new Error('the signature does not fit')
    })
  },
})
