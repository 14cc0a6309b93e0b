import { ecdsaPrivateKey, ed25519PrivateKey, hmacKey, jwkThumbprint } from '../../../src/crypto/index.js'
import { httpRequest } from '../../../src/message/message.js'
import { cavage, cavageVerifier } from '../../../src/schemes/legacy/cavage/index.js'
import { dpop, dpopVerifier } from '../../../src/schemes/legacy/dpop/index.js'
import { hawk, hawkBewit, hawkBewitVerifier, hawkVerifier } from '../../../src/schemes/legacy/hawk/index.js'
import { ibkr, ibkrVerifier } from '../../../src/schemes/legacy/ibkr/index.js'
import { jwt, jwtVerifier } from '../../../src/schemes/legacy/jwt/index.js'
import { apisix, apisixVerifier, kong, kongVerifier } from '../../../src/schemes/legacy/kong/index.js'
import { oauth1, oauth1Key, oauth1Verifier } from '../../../src/schemes/legacy/oauth1/index.js'
import { staticToken, staticTokenKey, staticTokenVerifier } from '../../../src/schemes/legacy/static-token/index.js'
import { turnkey, turnkeyVerifier } from '../../../src/schemes/legacy/turnkey/index.js'
import { requestsWithout } from '../../property/legacy-messages.js'
import { HOST, type SchemeRow } from './row.js'

const hmac = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })
const ed25519 = ed25519PrivateKey({ keyId: 'https://a.example/u#main-key', seed: new Uint8Array(32).fill(5) })
const p256 = ecdsaPrivateKey({
  keyId: 'p256-1',
  algorithm: 'ecdsa-p256-sha256',
  scalar: new Uint8Array(32).fill(7),
})

const stamper = ecdsaPrivateKey({
  keyId: `02${'0'.repeat(64)}`,
  algorithm: 'ecdsa-p256-sha256',
  scalar: new Uint8Array(32).fill(7),
})
const token = new TextEncoder().encode('a-token-of-many-letters')
const consumer = oauth1Key({ consumerKey: 'a!b c', consumerSecret: 'a secret', token: 't:~', tokenSecret: 'another' })
const session = hmacKey({ keyId: 'TESTCONS:2f3a4b5c', algorithm: 'hmac-sha256', secret: new Uint8Array(20).fill(3) })
const scalar = new Uint8Array(32).fill(9)
const unnamed = ecdsaPrivateKey({ keyId: 'unnamed', algorithm: 'ecdsa-p256-sha256', scalar })
const prover = ecdsaPrivateKey({ keyId: jwkThumbprint(unnamed), algorithm: 'ecdsa-p256-sha256', scalar })

/** The older schemes. */
export const LEGACY_SCHEMES: readonly SchemeRow[] = [
  {
    name: 'cavage as Mastodon has it',
    of: ['cavage', 'cavageVerifier'],
    signer: cavage({ key: hmac }),
    verifyingKey: hmac,
    verifier: cavageVerifier(),
    arbitraryMessage: requestsWithout('date'),
    runs: 40,
  },
  {
    name: 'cavage with (created) and ed25519, in Authorization',
    of: ['cavage', 'cavageVerifier'],
    signer: cavage({ key: ed25519, time: 'created', expiresInMs: 60_000, field: 'authorization' }),
    verifyingKey: ed25519.verifyingKey,
    verifier: cavageVerifier(),
    arbitraryMessage: requestsWithout('date'),
    runs: 20,
  },
  {
    name: 'cavage with ECDSA, whose signature is DER',
    of: ['cavage', 'cavageVerifier'],
    signer: cavage({ key: p256 }),
    verifyingKey: p256.verifyingKey,
    verifier: cavageVerifier(),
    arbitraryMessage: requestsWithout('date'),
    runs: 20,
  },
  {
    name: 'hawk',
    of: ['hawk', 'hawkVerifier'],
    signer: hawk({ key: hmac, ext: 'some-app-data', app: 'app-1', dlg: 'dlg-1' }),
    verifyingKey: hmac,
    verifier: hawkVerifier(),
    arbitraryMessage: requestsWithout(),
    runs: 40,
  },
  {
    name: 'a bewit of hawk',
    of: ['hawkBewit', 'hawkBewitVerifier'],
    signer: hawkBewit({ key: hmac, ttlMs: 60_000 }),
    verifyingKey: hmac,
    verifier: hawkBewitVerifier(),
    request: httpRequest({ url: `http://${HOST}/v1/orders?b=2&a=1` }),
    arbitraryMessage: requestsWithout().map((request) => ({ ...request, method: 'GET', body: null })),
    runs: 30,
  },
  {
    name: 'hmac-auth of Kong',
    of: ['kong', 'kongVerifier'],
    signer: kong({ key: hmac }),
    verifyingKey: hmac,
    verifier: kongVerifier(),
    arbitraryMessage: requestsWithout('date'),
    runs: 30,
  },
  {
    name: 'hmac-auth of APISIX',
    of: ['apisix', 'apisixVerifier'],
    signer: apisix({ key: hmac }),
    verifyingKey: hmac,
    verifier: apisixVerifier(),
    arbitraryMessage: requestsWithout('date'),
    runs: 30,
  },
  {
    name: 'a JWT with the usual claims',
    of: ['jwt', 'jwtVerifier'],
    signer: jwt({ key: hmac }),
    verifyingKey: hmac,
    verifier: jwtVerifier(),
    arbitraryMessage: requestsWithout(),
    runs: 30,
  },
  {
    name: 'a JWT in a field of its own, as Fireblocks binds it, with ECDSA',
    of: ['jwt', 'jwtVerifier'],
    signer: jwt({ key: p256, field: 'X-Token', bind: { uri: 'target', bodyHash: 'body-hex' }, claims: { sub: 'a' } }),
    verifyingKey: p256.verifyingKey,
    verifier: jwtVerifier({ field: 'x-token', bind: { uri: 'target', bodyHash: 'body-hex' } }),
    arbitraryMessage: requestsWithout(),
    runs: 20,
  },
  {
    name: 'a stamp of Turnkey',
    of: ['turnkey', 'turnkeyVerifier'],
    signer: turnkey({ key: stamper }),
    verifyingKey: stamper.verifyingKey,
    verifier: turnkeyVerifier({ timestamp: false }),
    arbitraryMessage: requestsWithout().filter(({ body }) => body instanceof Uint8Array && body.length > 0),
    runs: 20,
  },
  {
    name: 'a static token, which proves itself alone',
    of: ['staticToken', 'staticTokenVerifier'],
    signer: staticToken({ keyId: 'old', token }),
    verifyingKey: staticTokenKey({ keyId: 'old', token, onUse: () => {} }),
    verifier: staticTokenVerifier(),
    arbitraryMessage: requestsWithout(),
    runs: 10,
  },
  {
    name: 'OAuth 1.0a, bodies by their hash',
    of: ['oauth1', 'oauth1Verifier'],
    signer: oauth1({ key: consumer, realm: 'r', alwaysHash: true }),
    verifyingKey: consumer,
    verifier: oauth1Verifier(),
    // A "%" has to encode something.
    arbitraryMessage: requestsWithout().map((request) => ({ ...request, target: request.target.replaceAll('%', '_') })),
    runs: 40,
  },
  {
    name: 'OAuth 1.0a of Interactive Brokers',
    of: ['ibkr', 'ibkrVerifier'],
    signer: ibkr({ key: session }),
    verifyingKey: session,
    verifier: ibkrVerifier(),
    // A name that is repeated, and what could be read as two, cannot be signed.
    arbitraryMessage: requestsWithout().map((request) => ({
      ...request,
      target: `${(request.target.split('?')[0] as string).replaceAll('%', '_')}?a=one&b=two`,
    })),
    runs: 30,
  },
  {
    name: 'OAuth 1.0a over a form',
    of: ['oauth1', 'oauth1Verifier'],
    signer: oauth1({ key: consumer }),
    verifyingKey: consumer,
    verifier: oauth1Verifier(),
    request: httpRequest({
      method: 'POST',
      url: `http://${HOST}/v1/orders?b=2&a=1`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'c=3&d=4',
    }),
    arbitraryMessage: requestsWithout('content-type').map((request) => ({
      ...request,
      target: '/p?a=one&b=two',
      fields: [...request.fields, 'Content-Type', 'application/x-www-form-urlencoded'],
      body: new TextEncoder().encode('c=x+y&d=z'),
    })),
    runs: 30,
  },
  {
    name: 'a proof of DPoP',
    of: ['dpop', 'dpopVerifier'],
    signer: dpop({ key: prover, accessToken: 'a-token' }),
    verifyingKey: prover.verifyingKey,
    verifier: dpopVerifier(),
    arbitraryMessage: requestsWithout(),
    runs: 20,
  },
]
