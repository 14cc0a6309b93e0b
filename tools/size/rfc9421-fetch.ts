// What a page bundles that signs its calls with a private key: RFC 9421 and the wrapped fetch.
import { createSignedFetch, rfc9421 } from 'countersign'
import { ed25519SigningKey } from 'countersign/crypto'

const key = ed25519SigningKey({ keyId: 'page-1', seed: crypto.getRandomValues(new Uint8Array(32)) })
const signedFetch = createSignedFetch(rfc9421({ key }), { origins: ['https://api.example.com'] })
console.log(await signedFetch('https://api.example.com/v1/orders', { method: 'POST', body: '{}' }))
