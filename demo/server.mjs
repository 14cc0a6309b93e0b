// A server on loopback that accepts what one key signed: `node node_modules/countersign/demo/server.mjs bot-1.pub.pem`, with PORT for
// another port than 8787.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import {
  createVerifier,
  importVerifyingKey,
  jwkThumbprint,
  memoryReplayStore,
  rfc9421Verifier,
  staticKeys,
  strictPolicy,
} from 'countersign/server'
import { withSignature } from 'countersign/server/node'

const pem = readFileSync(process.argv[2] ?? 'key.pub.pem', 'utf8')
const port = Number(process.env.PORT ?? 8787)
const keyId = jwkThumbprint(await importVerifyingKey(pem, { keyId: 'unnamed', algorithm: 'ed25519' }))
const key = await importVerifyingKey(pem, { keyId, algorithm: 'ed25519' })

/** A policy names the hosts it is reached by, so the port has to be known first: 0 is any free one. */
const verifierAt = (port) =>
  createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key, owner: 'alice' }]),
    policy: strictPolicy({ authorities: [`localhost:${port}`, `127.0.0.1:${port}`] }),
    // false: there is no earlier process whose nonces could be replayed.
    replay: memoryReplayStore({ restartBarrier: false }),
  })
const answer = (_request, response, verdict) => {
  const { method, target } = verdict.request
  const body = verdict.body === null ? undefined : JSON.parse(new TextDecoder().decode(verdict.body))
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ owner: verdict.owner, method, target, body }))
}
const server = createServer()
server.listen(port, '127.0.0.1', () => {
  const { port } = server.address()
  server.on('request', withSignature(verifierAt(port), answer))
  console.log(`listening on http://localhost:${port}`)
})
