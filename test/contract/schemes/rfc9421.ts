import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
import { ed25519PrivateKey, hmacKey } from '../../../src/crypto/index.js'
import type { SyncSigningKey, SyncVerifyingKey } from '../../../src/crypto/key.js'
import { mlDsaKey } from '../../../src/crypto/ml-dsa.js'
import { hybrid, hybridVerifier, hybridVerifyingKey } from '../../../src/schemes/rfc9421/hybrid/index.js'
import { rfc9421, rfc9421Signer, rfc9421Verifier } from '../../../src/schemes/rfc9421/index.js'
import { unregisteredAlgorithm, unregisteredVerifier } from '../../../src/schemes/rfc9421/unregistered.js'
import type { Signer } from '../../../src/schemes/scheme.js'
import { arbitraryMessage, arbitraryRequest, FIELD_NAMES } from '../../property/rfc9421-messages.js'
import type { SchemeRow } from './row.js'

export const hmac = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(3) })
const ed25519 = ed25519PrivateKey({ keyId: 'bot-2', seed: new Uint8Array(32).fill(5) })
const postQuantum = mlDsaKey({ keyId: 'bot-2-pq', algorithm: 'ml-dsa-44', seed: new Uint8Array(32).fill(7), mlDsa })
const own = unregisteredAlgorithm<typeof hmac, typeof hmac>({
  name: 'hmac-sha256-of-acme',
  signatureBytes: 32,
  sign: (base, key) => key.sign(base),
  verify: (base, signature, key) => key.verify(base, signature),
})

/** RFC 9421. */
export const RFC9421_SCHEMES: readonly SchemeRow[] = [
  {
    name: 'rfc9421 as it comes, with hmac-sha256',
    of: ['rfc9421', 'rfc9421Verifier'],
    signer: rfc9421({ key: hmac }),
    verifyingKey: hmac,
    verifier: rfc9421Verifier(),
    arbitraryMessage,
  },
  {
    name: 'rfc9421 as it comes, with ed25519',
    of: ['rfc9421', 'rfc9421Verifier'],
    signer: rfc9421({ key: ed25519, alg: true, tag: 'orders', expiresInMs: 60_000 }),
    verifyingKey: ed25519.verifyingKey,
    verifier: rfc9421Verifier(),
    arbitraryMessage,
    runs: 30,
  },
  {
    name: 'rfc9421 over everything a request has',
    of: ['rfc9421Signer', 'rfc9421Verifier'],
    signer: rfc9421Signer({
      key: hmac,
      label: 'all',
      components: ['@method', '@scheme', '@authority', '@target-uri', '@request-target', '@path', '@query'],
      whenPresent: ['content-digest', ...FIELD_NAMES],
      digest: 'sha-512',
      parameters: ';zone=eu',
    }),
    verifyingKey: hmac,
    verifier: rfc9421Verifier({ parameters: ['zone'] }),
    arbitraryMessage: arbitraryRequest,
  },
  {
    name: 'rfc9421 with an algorithm that no registry has',
    of: ['rfc9421', 'unregisteredVerifier'],
    // Its functions answer at once.
    signer: rfc9421({ key: own.signingKey({ keyId: 'bot-1', privateKey: hmac }) as SyncSigningKey, alg: true }),
    verifyingKey: own.verifyingKey({ keyId: 'bot-1', publicKey: hmac }) as SyncVerifyingKey,
    verifier: unregisteredVerifier({ algorithms: [own] }),
    policy: { algorithms: [own.name] },
    arbitraryMessage,
  },
  {
    name: 'rfc9421 with ed25519 and ml-dsa-44 together',
    of: ['hybrid', 'hybridVerifier'],
    signer: hybrid({ classical: ed25519, postQuantum }) as Signer<SyncSigningKey>,
    verifyingKey: hybridVerifyingKey({
      classical: ed25519.verifyingKey,
      postQuantum: postQuantum.verifyingKey,
    }) as SyncVerifyingKey,
    verifier: hybridVerifier(),
    policy: { algorithms: ['ed25519+ml-dsa-44'] },
    arbitraryMessage,
    // A signature takes ten milliseconds in JavaScript.
    runs: 5,
  },
]
