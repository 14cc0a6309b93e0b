import { expect, test } from 'vitest'
import { createSignedFetch } from '../../../src/client/index.js'
import { keyset } from '../../../src/client/keyset/keyset.js'
import { createResponseVerifier } from '../../../src/client/verify-response.js'
import { hmacKey } from '../../../src/crypto/hmac-key.js'
import { createKeyring, memoryKeyStore } from '../../../src/keyring/index.js'
import { rfc9421 } from '../../../src/schemes/rfc9421/index.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import {
  createResponseSigner,
  createVerifier,
  memoryReplayStore,
  rfc9421Verifier,
  strictPolicy,
} from '../../../src/server/index.js'
import { increasingNonces } from '../../../src/sources/increasing-nonces.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'

const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(1) })
const webhook = stripe({ secret: 'whsec_5f0c9d6d1b9f4a0f8d7b6a5c4e3f2a1b' })

test.each<[string, () => unknown]>([
  [
    'createVerifier',
    () =>
      createVerifier({
        schemes: [rfc9421Verifier()],
        keys: { get: () => undefined },
        policy: strictPolicy({ authorities: ['a.example'] }),
        replay: memoryReplayStore(),
        clock: performance,
      }),
  ],
  ['webhookVerifier', () => webhookVerifier(webhook, { clock: performance })],
  ['createKeyring', () => createKeyring({ store: memoryKeyStore(), prefix: 'acme', clock: performance } as never)],
  ['memoryReplayStore', () => memoryReplayStore({ clock: performance })],
  [
    'createSignedFetch',
    () => createSignedFetch(rfc9421({ key }), { origins: ['https://a.example'], clock: performance }),
  ],
  [
    'createResponseVerifier',
    () => createResponseVerifier({ scheme: rfc9421Verifier(), keys: [key], clock: performance } as never),
  ],
  ['createResponseSigner', () => createResponseSigner(rfc9421({ key }), { clock: performance })],
  ['keyset', () => keyset({ keys: [key], primary: 'bot-1', clock: performance })],
  ['increasingNonces', () => increasingNonces({ unit: 'ms', clock: performance })],
])('%s refuses performance for a clock, which counts from its own start', (name, build) => {
  expect(build).toThrow(new RegExp(`^${name}: "clock" must .+, got a Performance$`))
})

test('a clock of a test that stands in 1970 is one', () => {
  expect(() => webhookVerifier(webhook, { clock: { now: () => 1_000 } })).not.toThrow()
})
