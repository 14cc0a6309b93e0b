import { ecdsaSigningKey } from '../../../src/crypto/ecdsa-key.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import type { SigningKey } from '../../../src/crypto/key.js'
import { Secret } from '../../../src/crypto/secret.js'
import { cavage, cavageVerifier } from '../../../src/schemes/legacy/cavage/index.js'
import { dpop, dpopNonces, dpopVerifier } from '../../../src/schemes/legacy/dpop/index.js'
import { hawk, hawkBewit, hawkVerifier } from '../../../src/schemes/legacy/hawk/index.js'
import {
  ibkr,
  ibkrAccessTokenSecret,
  ibkrSession,
  ibkrSessionAnswer,
  ibkrSignatureKey,
} from '../../../src/schemes/legacy/ibkr/index.js'
import { jwt, jwtVerifier } from '../../../src/schemes/legacy/jwt/index.js'
import { apisix, apisixVerifier, kong, kongVerifier } from '../../../src/schemes/legacy/kong/index.js'
import { oauth1, oauth1Key, oauth1KeyId, oauth1Verifier } from '../../../src/schemes/legacy/oauth1/index.js'
import { staticToken, staticTokenKey, staticTokenVerifier } from '../../../src/schemes/legacy/static-token/index.js'
import { turnkey, turnkeyVerifier } from '../../../src/schemes/legacy/turnkey/index.js'
import { boundKeys } from '../../../src/server/bound-keys.js'
import IBKR_VECTORS from '../../vectors/legacy/ibkr.json' with { type: 'json' }
import type { OptionsRoom } from './row.js'

const IBKR_PEM = `-----BEGIN PRIVATE KEY-----\n${IBKR_VECTORS.encryptionKey}\n-----END PRIVATE KEY-----\n`

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })

const publicKey = `02${'ab'.repeat(32)}`
const p256 = ecdsaSigningKey({ keyId: publicKey, algorithm: 'ecdsa-p256-sha256', scalar: new Uint8Array(32).fill(1) })
const token = new TextEncoder().encode('a-token-of-many-letters')

const consumer = oauth1Key({ consumerKey: 'a', consumerSecret: 'a-secret-of-many-letters' })
const session = hmacKey({ keyId: 'TESTCONS:2f3a4b5c', algorithm: 'hmac-sha256', secret: new Uint8Array(20).fill(3) })
const rsa: SigningKey = { keyId: 'signature', algorithm: 'rsa-v1_5-sha256', sign: () => new Uint8Array(256) }
const accessTokenSecret = new Secret(new Uint8Array(32).fill(3))
const names = { consumerKey: 'TESTCONS', accessToken: '2f3a4b5c' }
const party = { ...names, accessTokenSecret, prime: 'f'.repeat(512), exponent: new Uint8Array(32).fill(3) }

export const room: OptionsRoom = {
  rows: [
    {
      name: 'countersign/legacy/cavage#cavage',
      call: (extra) => cavage({ key, ...extra }),
      misspelt: [
        ['header', 'headers'],
        ['components', 'headers'],
        ['expiresIn', 'expiresInMs'],
      ],
    },
    {
      name: 'countersign/legacy/cavage#cavageVerifier',
      call: (extra) => cavageVerifier(extra),
      misspelt: [
        ['certificates', 'certificate'],
        ['maxAgeMs', 'policy'],
      ],
    },
    {
      name: 'countersign/legacy/hawk#hawk',
      call: (extra) => hawk({ key, ...extra }),
      misspelt: [
        ['exts', 'ext'],
        ['hash', 'payload'],
      ],
    },
    {
      name: 'countersign/legacy/hawk#hawkVerifier',
      call: (extra) => hawkVerifier(extra),
      misspelt: [
        ['window', 'windowMs'],
        ['timestampSkewSec', 'windowMs'],
      ],
    },
    {
      name: 'countersign/legacy/hawk#hawkBewit',
      call: (extra) => hawkBewit({ key, ttlMs: 60_000, ...extra }),
      misspelt: [['ttlSec', 'ttlMs']],
    },
    {
      name: 'countersign/legacy/kong#kong',
      call: (extra) => kong({ key, ...extra }),
      misspelt: [['header', 'headers']],
    },
    {
      name: 'countersign/legacy/kong#apisix',
      call: (extra) => apisix({ key, ...extra }),
      misspelt: [['header', 'headers']],
    },
    {
      name: 'countersign/legacy/kong#kongVerifier',
      call: (extra) => kongVerifier(extra),
      misspelt: [['version', 'httpVersion']],
    },
    {
      name: 'countersign/legacy/kong#apisixVerifier',
      call: (extra) => apisixVerifier(extra),
      misspelt: [['httpversion', 'httpVersion']],
    },
    {
      name: 'countersign/legacy/turnkey#turnkey',
      call: (extra) => turnkey({ key: p256, ...extra }),
      misspelt: [['keys', 'key']],
    },
    {
      name: 'countersign/legacy/turnkey#turnkeyVerifier',
      call: (extra) => turnkeyVerifier(extra),
      misspelt: [['timestamps', 'timestamp']],
    },
    {
      name: 'countersign/legacy/jwt#jwt',
      call: (extra) => jwt({ key, ...extra }),
      misspelt: [
        ['expiresIn', 'expiresInMs'],
        ['binding', 'bind'],
        ['claim', 'claims'],
      ],
    },
    {
      name: 'countersign/legacy/jwt#jwtVerifier',
      call: (extra) => jwtVerifier(extra),
      misspelt: [
        ['issuers', 'issuer'],
        ['audiences', 'audience'],
      ],
    },
    {
      name: 'countersign/legacy/static-token#staticToken',
      call: (extra) => staticToken({ keyId: 'old', token, ...extra }),
      misspelt: [['header', 'field']],
    },
    {
      name: 'countersign/legacy/static-token#staticTokenKey',
      call: (extra) => staticTokenKey({ keyId: 'old', token, onUse: () => {}, ...extra }),
      misspelt: [['onuse', 'onUse']],
    },
    {
      name: 'countersign/legacy/static-token#staticTokenVerifier',
      call: (extra) => staticTokenVerifier(extra),
      misspelt: [['header', 'field']],
    },
    {
      name: 'countersign/legacy/oauth1#oauth1',
      call: (extra) => oauth1({ key: consumer, ...extra }),
      misspelt: [
        ['realms', 'realm'],
        ['bodyhash', 'bodyHash'],
      ],
    },
    {
      name: 'countersign/legacy/oauth1#oauth1Key',
      call: (extra) => oauth1Key({ consumerKey: 'a', consumerSecret: 'a-secret-of-many-letters', ...extra }),
      misspelt: [
        ['clientKey', 'consumerKey'],
        ['algoritm', 'algorithm'],
      ],
    },
    {
      name: 'countersign/legacy/oauth1#oauth1KeyId',
      call: (extra) => oauth1KeyId({ consumerKey: 'a', ...extra }),
      misspelt: [['tokens', 'token']],
    },
    {
      name: 'countersign/legacy/oauth1#oauth1Verifier',
      call: (extra) => oauth1Verifier(extra),
      misspelt: [['bodyHash', 'bodyHashes']],
    },
    {
      name: 'countersign/legacy/ibkr#ibkr',
      call: (extra) => ibkr({ key: session, ...extra }),
      misspelt: [
        ['realms', 'realm'],
        ['liveSessionToken', 'key'],
      ],
    },
    {
      name: 'countersign/legacy/ibkr#ibkrSession',
      call: (extra) => ibkrSession({ ...party, signatureKey: rsa, ...extra }),
      misspelt: [
        ['dhPrime', 'prime'],
        ['key', 'signatureKey'],
      ],
    },
    {
      name: 'countersign/legacy/ibkr#ibkrSessionAnswer',
      call: (extra) => ibkrSessionAnswer({ ...party, challenge: '3', expiresMs: 0, ...extra }),
      misspelt: [['expires', 'expiresMs']],
    },
    {
      name: 'countersign/legacy/ibkr#ibkrSignatureKey',
      call: (extra) => ibkrSignatureKey({ ...names, key: rsa, accessTokenSecret, ...extra }),
      misspelt: [['signatureKey', 'key']],
    },
    {
      name: 'countersign/legacy/ibkr#ibkrAccessTokenSecret',
      call: (extra) =>
        ibkrAccessTokenSecret({ encryptionKey: IBKR_PEM, accessTokenSecret: IBKR_VECTORS.sealed, ...extra }),
      misspelt: [['privateKey', 'encryptionKey']],
    },
    {
      name: 'countersign/legacy/dpop#dpop',
      call: (extra) => dpop({ key: p256, ...extra }),
      misspelt: [['token', 'accessToken']],
    },
    {
      name: 'countersign/legacy/dpop#dpopVerifier',
      call: (extra) => dpopVerifier(extra),
      misspelt: [
        ['nonce', 'nonces'],
        ['algs', 'algorithms'],
      ],
    },
    {
      name: 'countersign/legacy/dpop#dpopNonces',
      call: (extra) => dpopNonces({ secret: new Uint8Array(32), clock: Date, ...extra }),
      misspelt: [['life', 'lifeMs']],
    },
    {
      name: 'countersign/server#boundKeys',
      call: (extra) => boundKeys({ token: () => undefined, ...extra }),
      misspelt: [['tokens', 'token']],
    },
  ],
  without: {
    'countersign/legacy/hawk#hawkBewitVerifier': 'none',
    'countersign/legacy/hawk#hawkServerTime': 'a key and a time',
    'countersign/legacy/ibkr#ibkrChallenge': 'a request',
    'countersign/legacy/ibkr#ibkrVerifier': 'none',
  },
}
