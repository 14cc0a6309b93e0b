/** What a page does: sign a request with a `fetch` of its own, and hand over what would have been sent. */
export const PAGE = `
import { createSignedFetch, hmacKey, rfc9421 } from 'countersign'
import { okx } from 'countersign/exchange/okx'

globalThis.program = async () => {
  const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
  let sent
  const signedFetch = createSignedFetch(rfc9421({ key }), {
    origins: ['https://api.example.com'],
    fetch: async (input, init) => {
      const request = new Request(input, init)
      sent = { method: request.method, url: request.url, headers: [...request.headers], body: await request.text() }
      return new Response('{}')
    },
  })
  await signedFetch('https://api.example.com/v1/orders', { method: 'POST', body: '{"qty":1}' })
  const { headers } = await okx({ apiKey: 'key', secret: 'secret', passphrase: 'phrase' }).sign({ path: '/api/v5/account/balance' })
  if (!('OK-ACCESS-SIGN' in headers)) throw new Error('nothing was signed for the exchange')
  return sent
}
`

/** What a server does: verify what the page sent, once, and not with another body. */
export const SERVER = `
import { hmacKey } from 'countersign'
import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
import { withSignature } from 'countersign/server/fetch'

globalThis.verify = async ({ url, body, ...init }) => {
  const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: new Uint8Array(32).fill(7) })
  const handler = withSignature(
    createVerifier({
      schemes: [rfc9421Verifier()],
      keys: staticKeys([{ key, owner: 'alice' }]),
      policy: strictPolicy({ authorities: ['api.example.com'] }),
      replay: memoryReplayStore({ restartBarrier: false }),
    }),
    async (request, { owner }) => new Response(owner + ' ' + (await request.text())),
  )
  const answers = []
  for (const text of [body.replace('1', '2'), body, body]) {
    const answer = await handler(new Request(url, { ...init, body: text }))
    answers.push(answer.status === 200 ? await answer.text() : answer.status)
  }
  return answers
}
`

/** Refused with another body, accepted, refused when it comes again. */
export const EXPECTED = JSON.stringify([401, 'alice {"qty":1}', 401])

/** The server's program as a worker: it is asked with what the page sent. */
export const WORKER = `${SERVER}
export default { fetch: async (request) => Response.json(await globalThis.verify(await request.json())) }
`
