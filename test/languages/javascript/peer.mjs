// The command line of every JavaScript program here: keys of a folder, a server that answers with a verdict, and a client.
import {
  constants,
  createHash,
  createHmac,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest } from 'node:http'

export const ALGORITHMS = ['hmac-sha256', 'ed25519', 'ecdsa-p256-sha256', 'rsa-pss-sha512', 'rsa-v1_5-sha256']

const read = (/** @type {string} */ name) => readFileSync(`${process.argv[3]}/${name}`)
// A key has the name of its algorithm as its id.
export const privateOf = (/** @type {string} */ id) => read(id === 'hmac-sha256' ? 'hmac-sha256.key' : `${id}.pem`)
export const publicOf = (/** @type {string} */ id) => read(id === 'hmac-sha256' ? 'hmac-sha256.key' : `${id}.pub.pem`)

export const covered = (/** @type {boolean} */ hasBody) => [
  '@method',
  '@authority',
  '@path',
  '@query',
  ...(hasBody ? ['content-type', 'content-digest'] : []),
]

// Some of the libraries leave the algorithms to their user.
const HASHES = { 'ecdsa-p256-sha256': 'sha256', 'rsa-pss-sha512': 'sha512', 'rsa-v1_5-sha256': 'sha256' }
const hashOf = (/** @type {string} */ id) => HASHES[/** @type {keyof typeof HASHES} */ (id)] ?? null
const keyOf = (/** @type {string} */ id, /** @type {Buffer} */ key) => ({
  key,
  dsaEncoding: /** @type {const} */ ('ieee-p1363'),
  ...(id === 'rsa-pss-sha512' ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 64 } : {}),
})
const macOf = (/** @type {Uint8Array} */ data) => createHmac('sha256', privateOf('hmac-sha256')).update(data).digest()

/** @param {string} id @param {Uint8Array} data @returns {Uint8Array} */
export const signed = (id, data) =>
  id === 'hmac-sha256' ? macOf(data) : signBytes(hashOf(id), data, keyOf(id, privateOf(id)))

/** @param {string} id @param {Uint8Array} data @param {Uint8Array} signature @returns {boolean} */
export const fits = (id, data, signature) =>
  id === 'hmac-sha256'
    ? signature.length === 32 && timingSafeEqual(macOf(data), signature)
    : verifyBytes(hashOf(id), data, keyOf(id, publicOf(id)), signature)

/** None of the libraries makes or checks a digest. */
const digestOf = (/** @type {string | Buffer} */ body) =>
  `sha-256=:${createHash('sha256').update(body).digest('base64')}:`

/**
 * @typedef {{ method: string, url: string, headers: Record<string, string> }} Message the URL is absolute
 * @typedef {{
 *   sign(algorithm: string, message: Message, hasBody: boolean): Promise<Record<string, string>>
 *   verify(message: Message, hasBody: boolean): Promise<void>
 * }} Peer `sign` gives the headers, `verify` throws
 */

/** @param {Peer} peer */
function serve({ verify }) {
  const server = createServer(async (request, response) => {
    const parts = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts)
    const headers = /** @type {Record<string, string>} */ (request.headers)
    try {
      const digest = headers['content-digest']
      if (digest !== undefined && digest !== digestOf(body)) throw new Error('another body was signed')
      await verify(
        { method: request.method ?? '', url: `http://${headers.host}${request.url}`, headers },
        body.length > 0,
      )
      response.end('ok')
    } catch (error) {
      const { code, message } = /** @type {Error & { code?: string }} */ (error)
      response.writeHead(401).end(code === undefined ? message : `${code}: ${message}`)
    }
  })
  server.listen(0, '127.0.0.1', () =>
    console.log(/** @type {import('node:net').AddressInfo} */ (server.address()).port),
  )
  // The parent is gone: so is its end of the pipe.
  process.stdin.on('end', () => process.exit()).resume()
}

/** @param {Peer} peer @param {string} algorithm @param {string} method @param {string} url @param {string} [body] */
async function send({ sign }, algorithm, method, url, body) {
  const { host, origin } = new URL(url)
  const bytes = body === undefined ? undefined : Buffer.from(body)
  const content = bytes === undefined ? {} : { 'content-type': 'application/json', 'content-digest': digestOf(bytes) }
  const headers = await sign(algorithm, { method, url, headers: { host, ...content } }, bytes !== undefined)
  const length = bytes === undefined ? {} : { 'content-length': String(bytes.length) }
  const request = httpRequest(origin, { method, path: url.slice(origin.length), headers: { ...headers, ...length } })
  request.on('response', (response) => response.pipe(process.stdout))
  request.end(bytes)
}

/**
 * `verify KEYS`, which prints its port, or `sign KEYS ALGORITHM METHOD URL [BODY]`, which prints the answer.
 *
 * @param {Peer} peer
 */
export function main(peer) {
  const [, , action, , algorithm = '', method = '', url = '', body] = process.argv
  if (action === 'verify') serve(peer)
  else send(peer, algorithm, method, url, body).catch((error) => console.error(error))
}
