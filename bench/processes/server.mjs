// One node:http server in a process of its own: what it is asked for, and how much CPU time it has used.
// node server.mjs <mode>, with an IPC channel.

import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { handHmacCheck, handReplay, handVerifier } from '../floors/rfc9421.mjs'
import { library } from '../lib/library.mjs'
import { AUTHORITY, KEY_ID } from '../lib/messages.mjs'

const [, , mode, secretText = ''] = process.argv
const secret = Buffer.from(secretText, 'hex')

const answer = (response) => {
  response.setHeader('content-type', 'text/plain')
  response.end('ok')
}
const refuse = (response) => {
  response.statusCode = 401
  response.end('no')
}

/** The whole body, as handlers written by hand read it. */
function withBody(then) {
  return (request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => then(request, response, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
  }
}

/** The smallest scheme that people write: three headers, and one HMAC over time, method, target and body. */
function threeHeaders() {
  const key = createSecretKey(secret)
  return withBody((request, response, body) => {
    const { headers, method, url } = request
    const time = headers['x-timestamp']
    const signature = headers['x-signature']
    if (headers['x-api-key'] !== KEY_ID || !/^[1-9]\d{12}$/.test(time) || !/^[0-9a-f]{64}$/.test(signature))
      return refuse(response)
    if (Math.abs(Date.now() - Number(time)) > 60_000) return refuse(response)
    const expected = createHmac('sha256', key).update(`${time}${method}${url}`).update(body).digest()
    return timingSafeEqual(expected, Buffer.from(signature, 'hex')) ? answer(response) : refuse(response)
  })
}

/** RFC 9421 of one fixed shape with digest and replay cache: the same product as the library's middleware. */
function byHand() {
  const verify = handVerifier(new Map([[KEY_ID, handHmacCheck(secret)]]), handReplay())
  return withBody((request, response, body) => {
    const { headers, method, url } = request
    const question = url.indexOf('?')
    const path = question === -1 ? url : url.slice(0, question)
    const query = question === -1 ? '' : url.slice(question)
    const ok =
      headers.host === AUTHORITY &&
      verify(method, AUTHORITY, path, query, headers, body.length === 0 ? undefined : body)
    return ok ? answer(response) : refuse(response)
  })
}

async function ours() {
  const { createVerifier, hmacKey, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } =
    await library('countersign/server')
  const { withSignature } = await library('countersign/server/node')
  const verifier = createVerifier({
    schemes: [rfc9421Verifier()],
    keys: staticKeys([{ key: hmacKey({ keyId: KEY_ID, algorithm: 'hmac-sha256', secret }), owner: 'bot' }]),
    policy: strictPolicy({ authorities: [AUTHORITY] }),
    // One key sends everything here, so it may have all of the store.
    replay: memoryReplayStore({ restartBarrier: false, maxPerKeyShare: 1 }),
  })
  return withSignature(verifier, (_request, response) => answer(response))
}

const MODES = { none: () => withBody((_request, response) => answer(response)), threeHeaders, byHand, ours }

const server = createServer(await MODES[mode]())
// Every server waits while the others are measured, and must not hang up meanwhile.
server.keepAliveTimeout = 0
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
process.on('message', () => process.send({ cpu: process.cpuUsage() }))
process.on('disconnect', () => process.exit())
