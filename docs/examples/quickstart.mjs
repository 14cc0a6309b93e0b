import { createServer } from 'node:http'
import { createSignedFetch, generateKeyPair, rfc9421 } from 'countersign'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, tradingPolicy } from 'countersign/server'
import { protectListener } from 'countersign/server/node'

const host = `127.0.0.1:${process.env.PORT ?? 8080}`
// The client keeps the private half; the server gets the public one.
const { signingKey, verifyingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })

// The server answers only requests that it can prove.
const replay = memoryReplayStore({ maxFutureMs: 1_000 })
const verifier = createVerifier({
  schemes: [rfc9421Verifier()],
  keys: staticKeys([{ key: verifyingKey, owner: 'alice' }]),
  policy: tradingPolicy({ authorities: [host] }),
  replay,
  audit: (event) => console.log('  audit:', event.code ?? 'ok', event.keyId ?? '-'),
})
const server = createServer(
  protectListener(verifier, (_request, response, verdict) => {
    response.end(`hello ${verdict.owner}, you ordered ${new TextDecoder().decode(verdict.body)}`)
  }),
)
// Two seconds: what was signed just before a restart could be a replay.
await replay.ready()
await new Promise((resolve) => server.listen(Number(host.split(':')[1]), '127.0.0.1', resolve))

// The client signs method, host, path, query and body, and sends exactly that.
const signedFetch = createSignedFetch(rfc9421({ key: signingKey }), { origins: [`http://${host}`] })
const order = { method: 'POST', body: '{"symbol":"BTCUSDT","qty":"0.5"}' }

const accepted = await signedFetch(`http://${host}/v1/orders`, order)
console.log(accepted.status, await accepted.text())

// Without a signature nothing gets through, and the answer does not say why.
const refused = await fetch(`http://${host}/v1/orders`, order)
console.log(refused.status, refused.headers.get('www-authenticate') ?? '')
server.close()
