import { expect, test } from 'vitest'
import { createKeyring, memoryKeyStore } from '../../../src/keyring/index.js'
import { stripe } from '../../../src/schemes/webhook/catalogue/stripe.js'
import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from '../../../src/server/index.js'
import { webhookVerifier } from '../../../src/webhook/verifier.js'

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
])('%s refuses performance for a clock, which counts from its own start', (name, build) => {
  expect(build).toThrow(`${name}: "clock" must not be performance`)
})

test('a clock of a test that stands in 1970 is one', () => {
  expect(() => webhookVerifier(webhook, { clock: { now: () => 1_000 } })).not.toThrow()
})
