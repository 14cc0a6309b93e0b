// The three parts themselves: RFC 9421 signed and verified, and the digest of a body. What is covered and how old a
// signature may be is judged by the code that composes them; createResponseVerifier and createVerifier have rows of their own.
import { type HttpRequest, rfc9421, rfc9421Verifier, signRequest } from 'countersign'
import { ed25519SigningKey, ed25519VerifyingKey } from 'countersign/crypto'
import { checkDigest } from 'countersign/message'

const seed = crypto.getRandomValues(new Uint8Array(32))
const peer = ed25519VerifyingKey({ keyId: 'peer-1', publicKey: new Uint8Array(32).fill(9) })
const body = new TextEncoder().encode('{}')
const order: HttpRequest = {
  method: 'POST',
  scheme: 'https',
  authority: 'api.example.com',
  target: '/v1/orders',
  fields: ['content-type', 'application/json'],
  body,
}
const signed = await signRequest(order, rfc9421({ key: ed25519SigningKey({ keyId: 'page-1', seed }) }))
checkDigest(signed.fields.at(-5), body)
for (const { base, signature } of rfc9421Verifier().parse(signed)) console.log(peer.verify(base, signature))
