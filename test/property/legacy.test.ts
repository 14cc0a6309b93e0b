import { ecdsaPrivateKey, ed25519PrivateKey, hmacKey } from '../../src/crypto/index.js'
import { cavage, cavageVerifier } from '../../src/schemes/legacy/cavage/index.js'
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
