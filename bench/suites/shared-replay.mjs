// A verification whose nonces are in Redis, in wall time. On a line that takes a while, what it adds to the one with nonces in
// memory must be one round trip; on the loopback, where a round trip is nothing but work, it is the work of three commands.

import { hasRedis, startRedis } from '../../test/servers/start-redis.mjs'
import { startChild } from '../lib/child.mjs'
import { redisClient } from '../lib/keyring-node.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, facts, KEY_ID, MASK } from '../lib/messages.mjs'
import { requestOf } from '../lib/ours.mjs'
import { ratio } from '../lib/rounds.mjs'

const { hmacKey, randomBytes, rfc9421, rfc9421Verifier, signRequestSync } = await library('countersign')
const { createVerifier, memoryReplayStore, staticKeys, strictPolicy } = await library('countersign/server')
const { redisReplayStore } = await library('countersign/replay/redis')

const CLIENTS = ['redis', 'ioredis']
const AT_ONCE = 64
/** Timers know whole milliseconds only. */
const EACH_WAY_MS = 1
const WARM_UP = 3

const key = hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret: randomBytes(32) })
const signer = rfc9421({ key })
const messages = facts.map(requestOf)
const verifierWith = (replay) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'bot' }]),
    policy: strictPolicy({ authorities: [AUTHORITY] }),
    replay,
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

async function contestantsOn(url, kind) {
  const client = await redisClient(url, kind)
  const send = kind === 'redis' ? (args) => client.sendCommand(args) : ([name, ...args]) => client.call(name, ...args)
  let count = 0
  const set = () => send(['SET', `bare:${count++}`, 'A'.repeat(22), 'NX', 'GET', 'PX', '306000'])
  const replay = redisReplayStore({ client, deadlineMs: 5_000, localGate: 4_000_000 })
  // The store refuses what may have been signed before it remembers: not a moment of that is measured.
  await replay.ready()
  const ours = verifierWith(replay)
  const local = verifierWith(memory())
  const sign = (i) => signRequestSync(messages[i & MASK], signer)
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
  return {
    contestants: Object.entries(contestants),
    close: () => {
      client.destroy?.()
      client.disconnect?.()
    },
  }
}

/** Rounds of the named loads: `[name, in flight, operations a round]`. */
async function measureOn(url, kind, loads, rounds) {
  const { contestants, close } = await contestantsOn(url, kind)
  const out = []
  for (let round = -WARM_UP; round < rounds; round++) {
    const times = {}
    for (let k = 0; k < contestants.length; k++) {
      const [name, [make, operation]] = contestants[(k + round + WARM_UP) % contestants.length]
      for (const [load, atOnce, n] of loads) times[`${name} ${load}`] = await wall(n, atOnce, make, operation)
    }
    if (round >= 0) out.push(times)
  }
  close()
  return out
}

async function measure(kind, { rounds, quick }) {
  const server = await startRedis()
  const line = startChild('delayed-port.mjs', [String(server.port), String(EACH_WAY_MS)])
  try {
    const { port } = await line.answer()
    const near = [
      ['one', 1, quick ? 20 : 100],
      ['many', AT_ONCE, quick ? 128 : 512],
    ]
    const far = await measureOn(`redis://127.0.0.1:${port}`, kind, [['far', 1, quick ? 5 : 10]], rounds)
    const local = await measureOn(server.url, kind, near, rounds)
    return far.map((times, i) => ({ ...times, ...local[i] }))
  } finally {
    line.stop()
    await server.stop()
  }
}

const added = (load) => (round) => (round[`ours ${load}`] - round[`local ${load}`]) / round[`set ${load}`]

if (!hasRedis)
  console.error('*** replay/redis and replay/ioredis are SKIPPED: there is no redis-server on this machine ***')

export const groups = !hasRedis
  ? []
  : CLIENTS.map((kind) => ({
      title: `Nonces in Redis, with ${kind}`,
      measure: (options) => measure(kind, options),
      rows: [
        {
          name: `replay/${kind}/far`,
          what: `${kind}, ${EACH_WAY_MS} ms each way: verify with nonces in Redis / in memory and one SET`,
          value: ratio('ours far', 'floor far'),
          bar: 1.5,
          goal: 1.1,
        },
        { name: `replay/${kind}/loopback`, what: `${kind}, loopback: the same`, value: ratio('ours one', 'floor one') },
        {
          name: `replay/${kind}/loopback-added`,
          what: `${kind}, loopback: what Redis adds / one SET`,
          value: added('one'),
        },
        {
          name: `replay/${kind}/in-flight`,
          what: `${kind}, loopback, ${AT_ONCE} in flight: verify / in memory and one SET`,
          value: ratio('ours many', 'floor many'),
        },
        {
          name: `replay/${kind}/in-flight-added`,
          what: `${kind}, loopback, ${AT_ONCE} in flight: what Redis adds / one SET`,
          value: added('many'),
        },
      ],
    }))
