import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSignedFetch, generateKeyPair, rfc9421 } from 'countersign'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, tradingPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/node'

const { PORT = '8080' } = process.env
const host = `127.0.0.1:${PORT}`
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
  withSignature(verifier, (_request, response, { owner, body }) => {
    // A request without content, such as a GET, has no body.
    const order = body === null ? 'nothing' : new TextDecoder().decode(body)
    response.end(`hello ${owner}, you ordered ${order}`)
  }),
)
// Two seconds: what was signed just before a restart could be a replay.
await replay.ready()
await once(server.listen(Number(PORT), '127.0.0.1'), 'listening')

// The client signs method, host, path, query and body, and sends exactly that.
const signedFetch = createSignedFetch(rfc9421({ key: signingKey }), { origins: [`http://${host}`] })
const order = { method: 'POST', body: '{"symbol":"BTCUSDT","qty":"0.5"}' }

const accepted = await signedFetch(`http://${host}/v1/orders`, order)
console.log(accepted.status, await accepted.text())
const read = await signedFetch(`http://${host}/v1/orders?open=true`)
console.log(read.status, await read.text())

// Without a signature nothing gets through, and the answer does not say why.
const refused = await fetch(`http://${host}/v1/orders`, order)
console.log(refused.status, refused.headers.get('www-authenticate') ?? '')
server.close()
