/** A server for API keys: issue, rotate, revoke over signed requests, with a file store and an audit log. */
// npm install countersign @hono/node-server
import { realpathSync } from 'node:fs'
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { createAuditLog, createKeyring, createKeyringApi, createSealing } from 'countersign/keyring'
import { fileSink } from 'countersign/keyring/audit-file'
import { fileKeyStore } from 'countersign/keyring/file'
import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/fetch'

/**
 * `folder` is this server's own, on a disk; `kek` and `indexSecret` are 32 bytes each, from where the service keeps its
 * secrets; `origin` is the name and port that clients use: behind a proxy, `https://keys.example.com`.
 */
export async function run({ folder, kek, indexSecret, origin, port, replay = memoryReplayStore() }) {
  const log = createAuditLog({ sinks: [fileSink({ path: `${folder}/audit.jsonl` })], chain: true })
  const keyring = createKeyring({
    store: fileKeyStore(`${folder}/keys`),
    prefix: 'acme',
    sealing: createSealing({ primary: { id: 'kek-1', key: kek }, indexSecret }),
    audit: log,
    // No other process writes to the file.
    cache: { pollMs: 0 },
  })

  // The first admin comes from the machine itself: over the network, no client could sign for it yet. What it may hand out
  // later is what it has here, so the scopes of the service stand beside those of the API.
  let admin
  if ((await keyring.list({ limit: 1 })).keys.length === 0) {
    const { key, secret } = await keyring.issue({
      owner: 'ops',
      name: 'first admin',
      scopes: ['keys:*', 'orders:*'],
      actor: 'bootstrap',
    })
    if (secret !== undefined) admin = { id: key.id, secret: secret.revealText() }
  }

  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: keyring,
    policy: strictPolicy({ authorities: [new URL(origin).host], maxBodyBytes: 65_536 }),
    replay,
    audit: log.sink,
  })
  const api = createKeyringApi({ keyring, ...(log.incident && { incident: log.incident }) })
  const server = createServer(getRequestListener(withSignature(verifier, api, { publicOrigin: origin })))
  // Until then it would refuse everything: what was signed just before a restart may have been accepted already.
  await replay.ready?.()
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))

  const close = async () => {
    await new Promise((resolve) => {
      server.close(resolve)
      server.closeIdleConnections()
    })
    await keyring.close()
    await log.close()
  }
  return { admin, keyring, close }
}

// Run by itself it prints the first admin's secret, once: keep it in a password manager.
if (process.argv[1] && realpathSync(process.argv[1]) === import.meta.filename) {
  const {
    FOLDER: folder = '.',
    ORIGIN: origin = 'http://127.0.0.1:8787',
    PORT = '8787',
    KEK = '',
    INDEX = '',
  } = process.env
  const [kek, indexSecret] = [Buffer.from(KEK, 'base64'), Buffer.from(INDEX, 'base64')]
  const { admin, close } = await run({ folder, kek, indexSecret, origin, port: Number(PORT) })
  if (admin !== undefined) console.log(admin)
  process.once('SIGTERM', close)
}
