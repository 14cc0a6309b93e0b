// The life of an API key on a server: issued, used, limited, rotated, leaked, revoked, and looked into.
import { createServer } from 'node:http'
import { createSignedFetch, hmacKey, randomBytes, rfc9421, Secret } from 'countersign'
import {
  createAuditLog,
  createKeyring,
  createSealing,
  generateKek,
  handleLeakReport,
  isWellFormedSecret,
  localKek,
  memoryAuditLog,
  memoryKeyStore,
  printIncident,
} from 'countersign/keyring'
import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/node'
import { printTable } from './table.mjs'

// The server's side.
const store = memoryKeyStore()
const log = createAuditLog({ sinks: [memoryAuditLog()], chain: true })
const sealing = createSealing({ primary: localKek(Secret.fromText(generateKek())), indexSecret: randomBytes(32) })
const keyring = createKeyring({ store, prefix: 'acme', sealing, audit: log, cache: { pollMs: 0 } })
let authority = ''
let handle
const server = createServer((request, response) => handle(request, response))
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
authority = `127.0.0.1:${server.address().port}`
let last
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: keyring,
  policy: strictPolicy({ authorities: [authority] }),
  replay: memoryReplayStore({ restartBarrier: false }),
  audit: (event) => {
    last = event
    log.sink(event)
  },
})
handle = withSignature(verifier, (_request, response, { owner }) => response.end(`hello ${owner}\n`), {
  scope: ({ method }) => (method === 'GET' ? 'orders:read' : 'orders:write'),
})

// The client's side.
const rows = []
const client = ({ key, secret }) => {
  const signingKey = hmacKey({ keyId: key.id, algorithm: 'hmac-sha256', secret })
  return createSignedFetch(rfc9421({ key: signingKey }), { origins: [`http://${authority}`] })
}
/** Sends a request and notes whether the verdict was the expected one. */
async function scene(what, expected, signedFetch, path = '/v1/orders', init = {}) {
  const response = await signedFetch(`http://${authority}${path}`, init)
  await response.text()
  const got = last.event === 'auth.ok' ? 'ok' : last.code
  const right = got === expected && (got === 'ok') === (response.status === 200)
  rows.push([
    right ? 'ok' : 'wrong',
    last.keyId?.slice(0, 16).concat('…') ?? '—',
    what,
    String(response.status),
    got === 'ok' ? `accepted (${last.owner})` : got,
    right ? '' : `expected ${expected}`,
  ])
}
/** Notes whether something is as it should be. */
const fact = (what, holds, note = '') =>
  rows.push([holds ? 'ok' : 'wrong', '', what, '', holds ? note : 'no', holds ? '' : 'expected yes'])

const actor = 'demo'
const issued = await keyring.issue({
  owner: 'alice',
  name: 'rebalancer',
  scopes: ['orders:read'],
  policy: { pathPrefixes: ['/v1/orders'] },
  allowIp: ['127.0.0.0/8'],
  actor,
})
const text = issued.secret.revealText()
const first = client(issued)
fact(
  'the secret is well-formed, and a mistyped one is not',
  isWellFormedSecret(text, { prefix: 'acme' }) && !isWellFormedSecret(`${text.slice(0, -1)}_`, { prefix: 'acme' }),
  `${text.slice(0, 14)}…`,
)
fact('the store holds it sealed', !JSON.stringify(store.get(issued.key.id)).includes(text.slice(11, 30)), 'AES-256-GCM')
await scene('GET orders', 'ok', first)
await scene('POST orders with a key that may read', 'SCOPE_DENIED', first, '/v1/orders', { method: 'POST', body: '{}' })
await scene('GET /v1/withdrawals, not one of its paths', 'SCOPE_DENIED', first, '/v1/withdrawals')
await keyring.update(issued.key.id, { allowIp: ['203.0.113.0/24'], actor })
await scene('GET orders from another network than it may', 'IP_DENIED', first)
await keyring.update(issued.key.id, { allowIp: ['127.0.0.0/8'], actor })
await keyring.disable(issued.key.id, { actor, reason: 'holiday' })
await scene('GET orders while it is disabled', 'KEY_DISABLED', first)
await keyring.enable(issued.key.id, { actor })
await scene('GET orders, enabled again', 'ok', first)

const next = await keyring.rotate(issued.key.id, { overlapMs: 3_600_000, actor })
const second = client(next)
await scene('the old key during the overlap', 'ok', first)
await scene('the new key', 'ok', second)
fact(
  'both end when the first one would have',
  next.key.expiresAtMs === issued.key.expiresAtMs,
  new Date(next.key.expiresAtMs).toISOString().slice(0, 10),
)

const report = await handleLeakReport({ keyrings: keyring, prefix: 'acme', publicKeys: async () => [] })(
  new Request('https://api.example.com/leaks', { method: 'POST', body: '[]' }),
)
fact('an unsigned leak report is refused', report.status === 401, '401')
fact('the key of a leaked secret is found by its hash', (await keyring.findBySecret(text)) === issued.key.id)
await log.flush()
const leak = await keyring.compromise(next.key.id, { actor: 'on-call', reason: 'in a public gist' })
await scene('the leaked key', 'KEY_REVOKED', second)
await scene('the key in its place', 'ok', client(leak.replacement))

printTable(['', 'key', 'what happens', 'status', 'verdict', ''], rows)
console.log(`\n${printIncident(leak.incident)}\n`)
const wrong = rows.filter(([mark]) => mark === 'wrong').length
console.log(
  wrong === 0 ? `${rows.length} of ${rows.length} as expected.` : `${wrong} of ${rows.length} are not as expected.`,
)
server.close()
server.closeAllConnections()
await keyring.close()
await log.close()
process.exitCode = wrong === 0 ? 0 : 1
