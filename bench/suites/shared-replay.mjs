// A verification whose nonces are in Redis, in wall time: what it adds to the one with nonces in memory is one round trip.

import { redisClient } from '../lib/keyring-node.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts, KEY_ID, MASK } from '../lib/messages.mjs'
import { requestOf } from '../lib/ours.mjs'
import { ratio } from '../lib/rounds.mjs'
import { hasRedis, startRedis } from '../lib/servers/redis.mjs'

const { hmacKey, randomBytes, rfc9421, rfc9421Verifier, signRequestSync } = await library('countersign')
const { createVerifier, memoryReplayStore, staticKeys, strictPolicy } = await library('countersign/server')
const { redisReplayStore } = await library('countersign/server/redis')

const CLIENTS = ['redis', 'ioredis']
const AT_ONCE = 64

const key = hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret: randomBytes(32) })
const signer = rfc9421({ key })
const messages = facts.map(requestOf)
// No loss is ever far enough away in a run this short: what is signed now counts as signed later.
const CLOCK = { now: () => Date.now() + 10_000 }
const verifierWith = (replay) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'bot' }]),
    policy: strictPolicy({ authorities: [AUTHORITY] }),
    replay,
    clock: CLOCK,
    storeTimeoutMs: 5_000,
  })
const memory = () => memoryReplayStore({ restartBarrier: false, maxEntries: 4_000_000, maxPerKeyShare: 1 })

/** Nanoseconds of wall time an operation, `atOnce` of them in flight. */
async function wall(n, atOnce, make, operation) {
  const inputs = Array.from({ length: n }, (_, i) => make(i))
  const started = performance.now()
  for (let i = 0; i < n; i += atOnce) await Promise.all(inputs.slice(i, i + atOnce).map(operation))
  return ((performance.now() - started) * 1e6) / n
}

async function measure(kind, { rounds, quick }) {
  const server = await startRedis()
  const client = await redisClient(server.url, kind)
  try {
    const send = kind === 'redis' ? (args) => client.sendCommand(args) : ([name, ...args]) => client.call(name, ...args)
    let count = 0
    const set = () => send(['SET', `rp:bare-${count++}`, 'A'.repeat(22), 'NX', 'GET', 'PX', '306000'])
    const replay = redisReplayStore({ client, deadlineMs: 5_000, localGate: 4_000_000 })
    await replay.check()
    // Its mark is made by the first claim; the clock of the verifiers runs ahead of it.
    await replay.claim({ keyId: 'x', nonce: 'x', createdMs: Date.now(), expiresAtMs: Date.now() + 1_000, nowMs: Date.now() })
    const ours = verifierWith(replay)
    const local = verifierWith(memory())
    const sign = (i) => signRequestSync(messages[i & MASK], signer, { clock: CLOCK })
    const accepted = (verdict) => {
      if (!verdict.ok) throw new Error(`refused what it should accept: ${verdict.code}`)
    }
    const contestants = {
      ours: [sign, async (message) => accepted(await ours.verify(message))],
      floor: [
        sign,
        async (message) => {
          accepted(await local.verify(message))
          await set()
        },
      ],
      local: [sign, async (message) => accepted(await local.verify(message))],
      set: [() => undefined, set],
    }
    const loads = [
      ['one', 1, quick ? 20 : 100],
      ['many', AT_ONCE, quick ? 128 : 512],
    ]
    const out = []
    for (let round = -2; round < rounds; round++) {
      const times = {}
      const entries = Object.entries(contestants)
      for (let k = 0; k < entries.length; k++) {
        const [name, [make, operation]] = entries[(k + round + 4) % entries.length]
        for (const [load, atOnce, n] of loads) times[`${name} ${load}`] = await wall(n, atOnce, make, operation)
      }
      if (round >= 0) out.push(times)
    }
    return out
  } finally {
    client.destroy?.()
    client.disconnect?.()
    await server.stop()
  }
}

if (!hasRedis) console.error('*** G20 is SKIPPED: there is no redis-server on this machine ***')

export const groups = !hasRedis
  ? []
  : CLIENTS.map((kind) => ({
      ids: ['G20'],
      title: `Nonces in Redis, with ${kind}`,
      measure: (options) => measure(kind, options),
      rows: [
        ['one', 'one at a time'],
        ['many', `${AT_ONCE} in flight`],
      ].flatMap(([load, text]) => [
        {
          id: 'G20',
          what: `${kind}, ${text}: verify with nonces in Redis / in memory and one SET`,
          value: ratio(`ours ${load}`, `floor ${load}`),
          bar: 1.5,
        },
        {
          id: 'G20',
          what: `${kind}, ${text}: what Redis adds / one SET`,
          value: (round) => (round[`ours ${load}`] - round[`local ${load}`]) / round[`set ${load}`],
        },
      ]),
    }))
