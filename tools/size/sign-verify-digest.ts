// Both sides in one bundle: sign, verify with policy and replay protection, and the body's digest.
import { hmacKey, httpRequest, rfc9421, rfc9421Verifier, signRequest } from 'countersign'
import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: crypto.getRandomValues(new Uint8Array(32)) })
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key, owner: 'alice' }]),
  policy: strictPolicy({ authorities: ['api.example.com'], maxBodyBytes: 4096 }),
  replay: memoryReplayStore(),
})
const order = httpRequest({ method: 'POST', url: 'https://api.example.com/v1/orders', body: '{}' })
console.log(await verifier.verify(await signRequest(order, rfc9421({ key }))))
