import { createHmac } from 'node:crypto'
import { startServer } from '../lib/child.mjs'
import { library } from '../lib/library.mjs'
import { openConnection, sendAll, wire } from '../lib/load.mjs'
import { AUTHORITY, facts, KEY_ID, MASK, posts } from '../lib/messages.mjs'
import { requestOf } from '../lib/ours.mjs'
import { median, ratio } from '../lib/rounds.mjs'

const { hmacKey, randomBytes, rfc9421, signRequestSync } = await library('countersign')

const CONNECTIONS = 20
const MODES = ['none', 'threeHeaders', 'byHand', 'ours']
const secret = randomBytes(32)
const signer = rfc9421({ key: hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret }) })

// The servers speak plain HTTP, and the signature covers the authority without its scheme.
const rfc9421Wire = (fact) => {
  const { method, target, fields } = signRequestSync(requestOf(fact), signer)
  const headers = { host: AUTHORITY }
  for (let i = 0; i < fields.length; i += 2) headers[fields[i]] = fields[i + 1]
  return wire(method, target, headers, fact.body)
}
const threeHeadersWire = ({ method, path, query, headers, body = '' }) => {
  const time = String(Date.now())
  const signature = createHmac('sha256', secret).update(`${time}${method}${path}${query}${body}`).digest('hex')
  const own = { 'x-api-key': KEY_ID, 'x-timestamp': time, 'x-signature': signature }
  return wire(method, path + query, { host: AUTHORITY, ...headers, ...own }, body)
}
/** What each server is sent. The one without verification gets the same bytes as ours: it has to read them too. */
const WIRE = { none: rfc9421Wire, threeHeaders: threeHeadersWire, byHand: rfc9421Wire, ours: rfc9421Wire }

/** Microseconds of the server's CPU time per request, the four modes in turn. */
async function measure(messages, { rounds, quick }) {
  const requests = quick ? 300 : 1000
  const servers = await Promise.all(MODES.map((mode) => startServer(mode, secret)))
  const connections = await Promise.all(
    servers.map(({ port }) => Promise.all(Array.from({ length: CONNECTIONS }, () => openConnection(port)))),
  )
  let count = 0
  const load = (at, n) => {
    const make = WIRE[MODES[at]]
    return sendAll(
      connections[at],
      Array.from({ length: n }, () => make(messages[count++ & MASK])),
    )
  }
  const out = []
  try {
    for (let at = 0; at < MODES.length; at++) for (let k = 0; k < 4; k++) await load(at, requests)
    for (let round = 0; round < rounds; round++) {
      const used = {}
      for (let k = 0; k < MODES.length; k++) {
        const at = (k + round) % MODES.length
        const before = await servers[at].cpu()
        await load(at, requests)
        used[MODES[at]] = (((await servers[at].cpu()) - before) * 1000) / requests
      }
      out.push(used)
    }
  } finally {
    for (const one of connections.flat()) one.close()
    for (const one of servers) one.stop()
  }
  return out
}

// What verification adds is a difference of two noisy numbers: the median is taken of each difference, then the ratio.
const more = (name) => (round) => round[name] - round.none
const added = (of, over) => ({
  value: (round) => more(of)(round) / more(over)(round),
  whole: (rounds) => median(rounds.map(more(of))) / median(rounds.map(more(over))),
})

const group = (kind, name, messages, { added: [bar, goal], whole }) => ({
  title: `A node:http server, ${name}`,
  measure: (options) => measure(messages, options),
  rows: [
    {
      name: `server/${kind}/added`,
      what: `${name}: CPU added by the middleware / added by hand`,
      ...added('ours', 'byHand'),
      bar,
      goal,
    },
    {
      name: `server/${kind}/whole`,
      what: `${name}: CPU in all / without verification`,
      value: ratio('ours', 'none'),
      bar: whole,
      goal: 1.35,
    },
    {
      name: `server/${kind}/whole-by-hand`,
      what: `${name}: by hand, CPU in all / without verification`,
      value: ratio('byHand', 'none'),
    },
    {
      name: `server/${kind}/three-headers`,
      what: `${name}: CPU added / added by hand for three headers, no replay cache`,
      ...added('ours', 'threeHeaders'),
    },
  ],
})

export const groups = [
  group('get', 'GET', facts, { added: [1.5, 0.9], whole: 1.7 }),
  group('post', 'POST 230 B', posts, { added: [1.6, 1], whole: 2 }),
]
