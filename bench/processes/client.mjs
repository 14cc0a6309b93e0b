// An undici client in a process of its own: the same orders unsigned and signed, round by round.
// node client.mjs <port> <rounds> <requests>, with an IPC channel.

import { Pool } from 'undici'
import { handHmac, handSigner } from '../floors/rfc9421.mjs'
import { library } from '../lib/library.mjs'
import { facts, KEY_ID, MASK, posts } from '../lib/messages.mjs'

const [, , port, rounds, requests] = process.argv.map(Number)
const IN_FLIGHT = 16

const { hmacKey, randomBytes, rfc9421 } = await library('countersign')
const { signInterceptor } = await library('countersign/client/undici')

const host = `127.0.0.1:${port}`
const origin = `http://${host}`
const secret = randomBytes(32)
const signer = rfc9421({ key: hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret }) })
const pool = () => new Pool(origin, { connections: 8 })
const handSign = handSigner(KEY_ID, handHmac(secret))

/** A pool whose requests are signed by hand before it gets them, as people do it who compose nothing. */
function signedByHand() {
  const client = pool()
  return {
    request: (options) => {
      const { method, path, headers, body } = options
      const question = path.indexOf('?')
      const signed = handSign(method, host, path.slice(0, question), path.slice(question), headers, body)
      return client.request({ ...options, headers: signed })
    },
    close: () => client.close(),
  }
}

const clients = {
  unsigned: pool(),
  // What composing costs by itself: undici wraps every handler for it.
  composed: pool().compose((dispatch) => (options, handler) => dispatch(options, handler)),
  byHand: signedByHand(),
  signed: pool().compose(signInterceptor(signer, { origins: [origin] })),
}

async function send(client, n) {
  let next = 0
  const worker = async () => {
    while (next < n) {
      const at = next++ & MASK
      const { path, query, headers } = facts[at]
      const { statusCode, body } = await client.request({
        origin,
        method: 'POST',
        path: path + query,
        headers,
        body: posts[at].body,
      })
      await body.text()
      if (statusCode !== 200) throw new Error(`answered ${statusCode}`)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
}

for (const name in clients) await send(clients[name], 4 * requests)
const out = []
const names = Object.keys(clients)
for (let round = 0; round < rounds; round++) {
  const one = {}
  for (let k = 0; k < names.length; k++) {
    const name = names[(k + round) % names.length]
    const before = process.cpuUsage()
    const started = performance.now()
    await send(clients[name], requests)
    one[`${name}Wall`] = ((performance.now() - started) * 1e6) / requests
    const { user, system } = process.cpuUsage(before)
    one[`${name}Cpu`] = ((user + system) * 1000) / requests
  }
  out.push(one)
}
process.send({ rounds: out })
process.disconnect()
await Promise.all(Object.values(clients).map((client) => client.close()))
