// A keyring over a file and over SQLite, with its audit trail in a file, behind a server that verifies: what needs a disk, by the
// names that users import. Prints one line of JSON: what each store came to.
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSignedFetch, hmacKey, randomBytes, rfc9421 } from 'countersign'
import { createAuditLog, createKeyring, createSealing } from 'countersign/keyring'
import { fileSink } from 'countersign/keyring/audit-file'
import { fileKeyStore } from 'countersign/keyring/file'
import { sqliteKeyStore } from 'countersign/keyring/sqlite'
import { createVerifier, memoryReplayStore, rfc9421Verifier, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/node'

const folder = mkdtempSync(join(tmpdir(), 'countersign-disk-'))
const trail = join(folder, 'audit.jsonl')
const audit = createAuditLog({ sinks: [fileSink({ path: trail })], chain: true })
const sealing = createSealing({ primary: { id: 'kek-1', key: randomBytes(32) }, indexSecret: randomBytes(32) })

/** @param {() => import('countersign/keyring').KeyStore} open the same store once more, as another process would */
async function keyOver(open) {
  const ring = () => createKeyring({ store: open(), sealing, prefix: 'acme', audit })
  const { key, secret } = await ring().issue({ owner: 'alice', actor: 'test' })
  const keys = ring()
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys,
    policy: strictPolicy({ authorities: [host] }),
    replay: memoryReplayStore({ restartBarrier: false }),
  })
  server.on(
    'request',
    withSignature(verifier, (_request, response, { owner }) => response.end(owner)),
  )
  if (secret === undefined) throw new Error('no secret was made')
  const signingKey = hmacKey({ keyId: key.id, algorithm: 'hmac-sha256', secret })
  const signedFetch = createSignedFetch(rfc9421({ key: signingKey }), { origins: [`http://${host}`] })
  const ask = async () => {
    const { status } = await signedFetch(`http://${host}/orders`, { method: 'POST', body: '{}' })
    return status
  }
  const before = await ask()
  await keys.revoke(key.id, { actor: 'test', reason: 'leaked' })
  const after = await ask()
  server.close()
  return before === 200 && after === 401 ? 'ok' : `${before}, then ${after}`
}

const found = { file: await keyOver(() => fileKeyStore(join(folder, 'keys'))), sqlite: 'missing', audit: '' }
// Node has it from 22.13 on.
if (process.getBuiltinModule?.('node:sqlite') !== undefined)
  found.sqlite = await keyOver(() => sqliteKeyStore({ path: join(folder, 'keys.sqlite') }))
await audit.close()
found.audit = readFileSync(trail, 'utf8').includes('"leaked"') ? 'ok' : 'no event in the file'
console.log(JSON.stringify(found))
process.exit(0)
