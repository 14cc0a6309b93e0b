// What a page bundles that signs for one exchange: its rules, a shared secret, and the one call that joins them.
import { hmacSha256Key } from 'countersign/crypto'
import { exchangeScheme } from 'countersign/exchange'
import { okxRules } from 'countersign/exchange/okx'
import { signPreparedSync } from 'countersign/scheme'

const key = hmacSha256Key({ keyId: 'bot-1', secret: crypto.getRandomValues(new Uint8Array(32)) })
const scheme = exchangeScheme(okxRules, { passphrase: 'phrase' })
const request = { method: 'GET', scheme: 'https', authority: 'www.okx.com', target: '/v1', fields: [], body: null }
const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs: Date.now(), nonce: '' }
console.log(signPreparedSync(scheme.prepare(request, context), key))
