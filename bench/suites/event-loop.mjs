import { setTimeout as sleep } from 'node:timers/promises'
import { startChild } from '../lib/child.mjs'
import { library } from '../lib/library.mjs'
import { openConnection, sendAll, wire } from '../lib/load.mjs'
import { AUTHORITY, facts, KEY_ID, MASK } from '../lib/messages.mjs'
import { requestOf } from '../lib/ours.mjs'
import { ratio } from '../lib/rounds.mjs'

const { exportPublicKey, generateKeyPair, rfc9421, signRequestSync } = await library('countersign')
const { requireSync } = await library('countersign/crypto')

// How late a server's event loop is while it verifies Ed25519, which is a tenth of a millisecond each: on the main thread, where it
// holds up everything else, and in the thread pool.
const CONNECTIONS = 64
const BURST_EVERY_MS = 25
const MODES = ['none', 'main', 'pool']

const { signingKey, verifyingKey } = await generateKeyPair('ed25519', { keyId: KEY_ID })
const signer = rfc9421({ key: requireSync(signingKey) })
const publicKey = Buffer.from(await exportPublicKey(verifyingKey, 'raw')).toString('base64')

function signedWire(fact) {
  const { method, target, fields } = signRequestSync(requestOf(fact), signer)
  const headers = { host: AUTHORITY }
  for (let i = 0; i < fields.length; i += 2) headers[fields[i]] = fields[i + 1]
  return wire(method, target, headers)
}

/** All connections at once, again and again, with time in between: what many clients do that wait for the same event. */
async function inBursts(connections, requests) {
  for (let at = 0; at < requests.length; at += connections.length) {
    const start = performance.now()
    await sendAll(connections, requests.slice(at, at + connections.length))
    await sleep(Math.max(0, BURST_EVERY_MS - (performance.now() - start)))
  }
}

const LOADS = { saturated: sendAll, bursts: inBursts }

async function startServer(mode) {
  const child = startChild('event-loop-server.mjs', [mode, publicKey])
  const { port } = await child.answer()
  const connections = await Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(port)))
  return {
    connections,
    ask: child.ask,
    stop: () => {
      for (const one of connections) one.close()
      child.stop()
    },
  }
}

/** Delay, requests a second and CPU time per request of every mode, in turn. */
async function measure(load, { rounds, quick }) {
  const count = quick ? 2 * CONNECTIONS : 16 * CONNECTIONS
  const servers = Object.fromEntries(await Promise.all(MODES.map(async (mode) => [mode, await startServer(mode)])))
  let next = 0
  const requests = (n) => Array.from({ length: n }, () => signedWire(facts[next++ & MASK]))
  const out = []
  try {
    for (const { connections } of Object.values(servers)) await sendAll(connections, requests(count))
    // Twenty are enough: a round is a second.
    for (let round = 0; round < Math.min(rounds, 20); round++) {
      const found = {}
      for (let k = 0; k < MODES.length; k++) {
        const mode = MODES[(k + round) % MODES.length]
        const { connections, ask } = servers[mode]
        const batch = requests(count)
        const { cpu: before } = await ask('reset')
        const start = performance.now()
        await load(connections, batch)
        const seconds = (performance.now() - start) / 1000
        const { p99, cpu } = await ask('read')
        found[`${mode} p99`] = p99
        found[`${mode} rate`] = count / seconds
        found[`${mode} cpu`] = (cpu.user + cpu.system - before.user - before.system) / count
      }
      out.push(found)
    }
  } finally {
    for (const { stop } of Object.values(servers)) stop()
  }
  return out
}

const group = (name, said, more = []) => ({
  title: `Ed25519 verified by a server, ${said}`,
  measure: (options) => measure(LOADS[name], options),
  rows: [
    { row: 'p99', what: 'event-loop delay p99, thread pool / main thread', value: ratio('pool p99', 'main p99') },
    { row: 'cpu', what: 'CPU per request, thread pool / main thread', value: ratio('pool cpu', 'main cpu') },
    ...more,
    ...MODES.map((mode) => ({
      row: `p99-${mode}`,
      what: `event-loop delay p99, ${{ none: 'without verification', main: 'main thread', pool: 'thread pool' }[mode]}, ms`,
      value: (round) => round[`${mode} p99`],
    })),
  ].map(({ row, what, value }) => ({ name: `event-loop/${name}/${row}`, what: `${said}: ${what}`, value })),
})

export const groups = [
  group('saturated', `${CONNECTIONS} in flight`, [
    { row: 'rate', what: 'requests a second, thread pool / main thread', value: ratio('pool rate', 'main rate') },
  ]),
  group('bursts', `${CONNECTIONS} at once, 40 times a second`),
]
