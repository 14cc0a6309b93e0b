// What a bot for one exchange bundles: a shared secret, a scheme of a few lines, and the one call that joins them.
import { hmacKey, type SignScheme } from 'countersign'
import { type Prepared, signPreparedSync } from 'countersign/scheme'
// As a scheme of the package itself would.
import { hex } from '../../src/crypto/encoding.js'
import { isRequest } from '../../src/message/message.js'
import { signatureText } from '../../src/schemes/scheme.js'

const exchange: SignScheme = {
  id: 'exchange',
  prepare: (message, { keyId, nowMs }): Prepared<typeof message> => {
    const base = isRequest(message) ? `${nowMs}${message.method}${message.target}` : ''
    return {
      base,
      encoding: 'hex',
      attach: (signature) => {
        const text = signatureText(signature, hex)
        return { ...message, fields: [...message.fields, 'X-Key', keyId, 'X-Time', `${nowMs}`, 'X-Signature', text] }
      },
      trace: () => ({ scheme: 'exchange', base, covered: ['method', 'target'] }),
    }
  },
}

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: crypto.getRandomValues(new Uint8Array(32)) })
const request = { method: 'GET', scheme: 'https', authority: 'api.example.com', target: '/v1', fields: [], body: null }
const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: '' }
console.log(signPreparedSync(exchange.prepare(request, context), key))
