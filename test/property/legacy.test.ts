import { ecdsaPrivateKey, ed25519PrivateKey, hmacKey, jwkThumbprint } from '../../src/crypto/index.js'
import { cavage, cavageVerifier } from '../../src/schemes/legacy/cavage/index.js'
import { dpop, dpopVerifier } from '../../src/schemes/legacy/dpop/index.js'
import { hawk, hawkBewit, hawkBewitVerifier, hawkVerifier } from '../../src/schemes/legacy/hawk/index.js'
import { jwt, jwtVerifier } from '../../src/schemes/legacy/jwt/index.js'
import { apisix, apisixVerifier, kong, kongVerifier } from '../../src/schemes/legacy/kong/index.js'
import { oauth1, oauth1Key, oauth1Verifier } from '../../src/schemes/legacy/oauth1/index.js'
import { staticToken, staticTokenKey, staticTokenVerifier } from '../../src/schemes/legacy/static-token/index.js'
import { turnkey, turnkeyVerifier } from '../../src/schemes/legacy/turnkey/index.js'
import { requestsWithout } from './legacy-messages.js'
import { schemeLaws } from './scheme-laws.js'

const hmac = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })
const ed25519 = ed25519PrivateKey({ keyId: 'https://a.example/u#main-key', seed: new Uint8Array(32).fill(5) })
const p256 = ecdsaPrivateKey({
  keyId: 'p256-1',
  algorithm: 'ecdsa-p256-sha256',
  scalar: new Uint8Array(32).fill(7),
})

schemeLaws('cavage as Mastodon has it', {
  signer: cavage({ key: hmac }),
  verifyingKey: hmac,
  verifier: cavageVerifier(),
  arbitraryMessage: requestsWithout('date'),
  runs: 40,
})

schemeLaws('cavage with (created) and ed25519, in Authorization', {
  signer: cavage({ key: ed25519, time: 'created', expiresInMs: 60_000, field: 'authorization' }),
  verifyingKey: ed25519.verifyingKey,
  verifier: cavageVerifier(),
  arbitraryMessage: requestsWithout('date'),
  runs: 20,
})

schemeLaws('cavage with ECDSA, whose signature is DER', {
  signer: cavage({ key: p256 }),
  verifyingKey: p256.verifyingKey,
  verifier: cavageVerifier(),
  arbitraryMessage: requestsWithout('date'),
  runs: 20,
})

schemeLaws('hawk', {
  signer: hawk({ key: hmac, ext: 'some-app-data', app: 'app-1', dlg: 'dlg-1' }),
  verifyingKey: hmac,
  verifier: hawkVerifier(),
  arbitraryMessage: requestsWithout(),
  runs: 40,
})

schemeLaws('a bewit of hawk', {
  signer: hawkBewit({ key: hmac, ttlMs: 60_000 }),
  verifyingKey: hmac,
  verifier: hawkBewitVerifier(),
  arbitraryMessage: requestsWithout().map((request) => ({ ...request, method: 'GET', body: null })),
  runs: 30,
})

schemeLaws('hmac-auth of Kong', {
  signer: kong({ key: hmac }),
  verifyingKey: hmac,
  verifier: kongVerifier(),
  arbitraryMessage: requestsWithout('date'),
  runs: 30,
})

schemeLaws('hmac-auth of APISIX', {
  signer: apisix({ key: hmac }),
  verifyingKey: hmac,
  verifier: apisixVerifier(),
  arbitraryMessage: requestsWithout('date'),
  runs: 30,
})

schemeLaws('a JWT with the usual claims', {
  signer: jwt({ key: hmac }),
  verifyingKey: hmac,
  verifier: jwtVerifier(),
  arbitraryMessage: requestsWithout(),
  runs: 30,
})

schemeLaws('a JWT in a field of its own, as Fireblocks binds it, with ECDSA', {
  signer: jwt({ key: p256, field: 'X-Token', bind: { uri: 'target', bodyHash: 'body-hex' }, claims: { sub: 'a' } }),
  verifyingKey: p256.verifyingKey,
  verifier: jwtVerifier({ field: 'x-token', bind: { uri: 'target', bodyHash: 'body-hex' } }),
  arbitraryMessage: requestsWithout(),
  runs: 20,
})

const stamper = ecdsaPrivateKey({
  keyId: `02${'0'.repeat(64)}`,
  algorithm: 'ecdsa-p256-sha256',
  scalar: new Uint8Array(32).fill(7),
})
schemeLaws('a stamp of Turnkey', {
  signer: turnkey({ key: stamper }),
  verifyingKey: stamper.verifyingKey,
  verifier: turnkeyVerifier({ timestamp: false }),
  arbitraryMessage: requestsWithout().filter(({ body }) => body instanceof Uint8Array && body.length > 0),
  runs: 20,
})

const token = new TextEncoder().encode('a-token-of-many-letters')
schemeLaws('a static token, which proves itself alone', {
  signer: staticToken({ keyId: 'old', token }),
  verifyingKey: staticTokenKey({ keyId: 'old', token, onUse: () => {} }),
  verifier: staticTokenVerifier(),
  arbitraryMessage: requestsWithout(),
  runs: 10,
})

const consumer = oauth1Key({ consumerKey: 'a!b c', consumerSecret: 'a secret', token: 't:~', tokenSecret: 'another' })
schemeLaws('OAuth 1.0a, bodies by their hash', {
  signer: oauth1({ key: consumer, realm: 'r', alwaysHash: true }),
  verifyingKey: consumer,
  verifier: oauth1Verifier(),
  // A "%" has to encode something.
  arbitraryMessage: requestsWithout().map((request) => ({ ...request, target: request.target.replaceAll('%', '_') })),
  runs: 40,
})

schemeLaws('OAuth 1.0a over a form', {
  signer: oauth1({ key: consumer }),
  verifyingKey: consumer,
  verifier: oauth1Verifier(),
  arbitraryMessage: requestsWithout('content-type').map((request) => ({
    ...request,
    target: '/p?a=one&b=two',
    fields: [...request.fields, 'Content-Type', 'application/x-www-form-urlencoded'],
    body: new TextEncoder().encode('c=x+y&d=z'),
  })),
  runs: 30,
})

const scalar = new Uint8Array(32).fill(9)
const unnamed = ecdsaPrivateKey({ keyId: 'unnamed', algorithm: 'ecdsa-p256-sha256', scalar })
const prover = ecdsaPrivateKey({ keyId: jwkThumbprint(unnamed), algorithm: 'ecdsa-p256-sha256', scalar })
schemeLaws('a proof of DPoP', {
  signer: dpop({ key: prover, accessToken: 'a-token' }),
  verifyingKey: prover.verifyingKey,
  verifier: dpopVerifier(),
  arbitraryMessage: requestsWithout(),
  runs: 20,
})
