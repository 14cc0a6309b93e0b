// A shared secret is all this client has: no curve may come along.
import { createSignedFetch, hmacKey, rfc9421 } from 'countersign'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: crypto.getRandomValues(new Uint8Array(32)) })
const signedFetch = createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })
console.log(await signedFetch('https://api.example.com/v1/orders', { method: 'POST', body: '{}' }))
