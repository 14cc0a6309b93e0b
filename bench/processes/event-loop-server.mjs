// A node:http server that verifies RFC 9421 with Ed25519, on the main thread or in the thread pool, and how late its event loop
// was. node event-loop-server.mjs <none|main|pool> <public key in base64>, with an IPC channel.

import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { library } from '../lib/library.mjs'
import { AUTHORITY, KEY_ID } from '../lib/messages.mjs'

const [, , mode, publicKey = ''] = process.argv

const answer = (_request, response) => {
  response.setHeader('content-type', 'text/plain')
  response.end('ok')
}

async function verifying(threadPool) {
  const { createVerifier, importVerifyingKey, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } =
    await library('countersign/server')
  const { withSignature } = await library('countersign/server/node')
  const options = { keyId: KEY_ID, algorithm: 'ed25519', threadPool }
  const key = await importVerifyingKey(Buffer.from(publicKey, 'base64'), options)
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'bot' }]),
    policy: strictPolicy({ authorities: [AUTHORITY] }),
    // Nothing is refused because the machine has much else to do.
    storeTimeoutMs: 30_000,
    // One key sends everything here, so it may have all of the store.
    replay: memoryReplayStore({ restartBarrier: false, maxPerKeyShare: 1, maxEntries: 4_000_000 }),
  })
  return withSignature(verifier, answer)
}

const RESOLUTION_MS = 1
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()

const server = createServer(mode === 'none' ? answer : await verifying(mode === 'pool'))
// Every server waits while the others are measured, and must not hang up meanwhile.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', (question) => {
  // What is recorded is the time between two samples; what is more than it should be is the delay.
  const p99 = Math.max(0, delay.percentile(99) / 1e6 - RESOLUTION_MS)
  if (question === 'reset') delay.reset()
  process.send({ p99, cpu: process.cpuUsage() })
})
process.on('disconnect', () => process.exit())
