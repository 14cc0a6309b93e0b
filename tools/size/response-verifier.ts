// Both directions of a client: sign a request, prove its answer, and the digests of both bodies.
import {
  createResponseVerifier,
  type HttpRequest,
  type HttpResponse,
  rfc9421,
  rfc9421Verifier,
  signRequest,
} from 'countersign'
import { ed25519SigningKey, ed25519VerifyingKey } from 'countersign/crypto'

const signer = rfc9421({
  key: ed25519SigningKey({ keyId: 'page-1', seed: crypto.getRandomValues(new Uint8Array(32)) }),
})
const exchange = ed25519VerifyingKey({ keyId: 'exchange-1', publicKey: new Uint8Array(32).fill(9) })
const verifier = createResponseVerifier({ scheme: rfc9421Verifier(), keys: [exchange] })
const body = new TextEncoder().encode('{}')
const order: HttpRequest = {
  method: 'POST',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/v1/orders',
  fields: ['content-type', 'application/json'],
  body,
}
const answer: HttpResponse = { status: 200, fields: [], body, request: await signRequest(order, signer) }
console.log(await verifier.verify(answer))
