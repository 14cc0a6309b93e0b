// The whole of what a server with a keyring does for one request: signature, status, life, address, scope, replay, use.

import { handHmacCheck, handReplay, handVerifier } from '../floors/rfc9421.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts, MASK } from '../lib/messages.mjs'
import { forged, fresh, requestOf, signedFacts } from '../lib/ours.mjs'
import { interleaved, ratio } from '../lib/rounds.mjs'

const { hmacKey, randomBytes, rfc9421, rfc9421Verifier, signRequestSync } = await library('countersign')
const { createVerifier, memoryReplayStore, noReplayProtection, strictPolicy } = await library('countersign/server')
const { createKeyring, createSealing, memoryKeyStore } = await library('countersign/keyring')

const sealing = createSealing({ primary: { id: 'kek', key: randomBytes(32) } })
const keyring = createKeyring({ store: memoryKeyStore(), prefix: 'acme', sealing, cache: { pollMs: 0 } })
const CLIENT = '203.0.113.77'
const allowIp = Array.from({ length: 29 }, (_, i) => `10.${i}.0.0/16`).concat('203.0.113.0/24')
const issued = await keyring.issue({
  owner: 'alice',
  scopes: ['orders:write'],
  allowIp,
  denyIp: ['203.0.113.13'],
  actor: 'bench',
})
const key = hmacKey({ keyId: issued.key.id, algorithm: 'hmac-sha256', secret: issued.secret })
const signer = rfc9421({ key })
const messages = facts.map(requestOf)
const signed = facts.map((fact) => signedFacts(fact, key))
const context = { clientIp: CLIENT, scope: 'orders:write' }

const handChecks = new Map([[key.keyId, handHmacCheck(issued.secret.reveal())]])
const byHand =
  (verify) =>
  ({ method, path, query, headers }) =>
    verify(method, AUTHORITY, path, query, headers)
const handOnce = byHand(handVerifier(handChecks, handReplay()))
const hand = byHand(handVerifier(handChecks))

const parts = { schemes: [rfc9421Verifier()], keys: keyring, policy: strictPolicy({ authorities: [AUTHORITY] }) }
const store = () => memoryReplayStore({ restartBarrier: false, maxEntries: 4_000_000, maxPerKeyShare: 1 })
const whole = createVerifier({ ...parts, replay: store() })
const noReplay = createVerifier({ ...parts, replay: noReplayProtection })

async function check() {
  await keyring.get(key.keyId)
  const good = signed[5]
  const outcomes = [
    (await whole.verify(requestOf(good), context)).ok,
    (await whole.verify(requestOf(good), context)).code,
    (await whole.verify(requestOf(forged(good)), context)).code,
    (await whole.verify(requestOf(signed[6]), { ...context, clientIp: '203.0.113.13' })).code,
    (await whole.verify(requestOf(signed[6]), { ...context, scope: 'orders:read' })).code,
    handOnce(good),
    handOnce(good),
  ]
  return String(outcomes) === String([true, 'REPLAY', 'SIGNATURE_INVALID', 'IP_DENIED', 'SCOPE_DENIED', true, false])
}

export const groups = [
  {
    title: 'A keyring: verify with status, address, scope, replay and use',
    check,
    measure: async (options) => {
      await keyring.get(key.keyId)
      const signedMessages = signed.map(requestOf)
      const forHand = fresh((i) => signedFacts(facts[i & MASK], key))
      const forOurs = fresh((i) => signRequestSync(messages[i & MASK], signer))
      return interleaved(
        {
          hand: (i) => hand(signed[i & MASK]),
          ours: (i) => noReplay.verify(signedMessages[i & MASK], context),
          handOnce: { before: forHand.before, op: (i) => handOnce(forHand.batch[i]) },
          whole: { before: forOurs.before, op: (i) => whole.verify(forOurs.batch[i], context) },
        },
        options,
      )
    },
    rows: [
      {
        name: 'keyring/verify/by-hand',
        what: 'keyring, address, scope, replay, use / by hand with two Maps',
        value: ratio('whole', 'handOnce'),
        bar: 2,
        goal: 1.2,
      },
      {
        name: 'keyring/verify/without-replay',
        what: 'the same without replay protection / by hand without',
        value: ratio('ours', 'hand'),
      },
    ],
  },
]
