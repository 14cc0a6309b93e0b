// One of the two nodes of bench/revocation.mjs. It issues and revokes keys, or verifies requests without pause and tells when
// one is refused. Times are of the monotonic clock, which is the same in all processes of a machine.

import { answerParent } from '../lib/answer-parent.mjs'
import { openNode } from '../lib/keyring-node.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts } from '../lib/messages.mjs'
import { requestOf, signedFacts } from '../lib/ours.mjs'

const { createVerifier, hmacKey, noReplayProtection, rfc9421Verifier, strictPolicy } =
  await library('countersign/server')

const BY = { actor: 'operator' }
const LOOK_EVERY_MS = 1
const nowMs = () => Number(process.hrtime.bigint()) / 1e6

let node
let verifier
/** Keys that are used all the time, by id. */
const watched = new Map()

async function look() {
  for (const one of watched.values()) {
    const startedMs = nowMs()
    const verdict = await verifier.verify(one.request)
    if (verdict.ok) {
      one.acceptedMs = startedMs
      one.onAccepted()
    } else if (verdict.code !== 'STORE_UNAVAILABLE') {
      watched.delete(one.id)
      one.onRefused({ code: verdict.code, refusedMs: nowMs(), acceptedMs: one.acceptedMs })
    }
  }
  setTimeout(look, LOOK_EVERY_MS)
}

function watch({ id, secret }) {
  const key = hmacKey({ keyId: id, algorithm: 'hmac-sha256', secret: Buffer.from(secret) })
  const one = { id, request: requestOf(signedFacts(facts[0], key)), acceptedMs: 0 }
  one.refused = new Promise((resolve) => {
    one.onRefused = resolve
  })
  const accepted = new Promise((resolve) => {
    one.onAccepted = resolve
  })
  watched.set(id, one)
  refusals.set(id, one.refused)
  return accepted
}
const refusals = new Map()

answerParent({
  start: async (setup) => {
    node = await openNode(setup, () => {})
    verifier = createVerifier({
      schemes: [rfc9421Verifier()],
      keys: node.keyring,
      policy: strictPolicy({ authorities: [AUTHORITY] }),
      replay: noReplayProtection,
    })
    void look()
  },
  issue: async () => {
    const { key, secret } = await node.keyring.issue({ owner: 'alice', ...BY })
    return { id: key.id, secret: secret.revealText() }
  },
  revoke: async (id) => {
    await node.keyring.revoke(id, BY)
    return nowMs()
  },
  revokeAndWait: async (id) => {
    const startedMs = nowMs()
    const { how, nodes } = await node.keyring.revokeAndWait(id, BY)
    const resolvedMs = nowMs()
    return { how, nodes, tookMs: resolvedMs - startedMs, resolvedMs }
  },
  /** Resolves when the key was accepted for the first time, and so is in this node's memory. */
  watch,
  refused: async (id) => {
    const seen = await refusals.get(id)
    refusals.delete(id)
    return seen
  },
  cutNotify: (how) => node.cutNotify(how),
})
