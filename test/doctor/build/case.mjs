// What the cases of the corpus are made with: each request is signed wrongly by the few lines of its file, not by the doctor's own
// hypotheses, and its inputs are ours also where it is made after a public thread.
import { createHash, createHmac, createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../corpus/', import.meta.url)
mkdirSync(folder, { recursive: true })
const only = new Set(process.argv.slice(2))

export const SECRET = 'canary-secret-5d41402abc4b2a76'
export const PASS = 'canary-passphrase-77'
export const MS = '1700000000123'
export const S = '1700000000'
export const ISO = '2023-11-14T22:13:20.123Z'
export const DATE = 'Tue, 14 Nov 2023 22:13:20 GMT'
export const JSON_BODY = '{"name":"a","n":1}'

/** What a thread has in common with the case. */
export const same = 'the same cause'
export const elsewhere = 'the same cause, at another service'
export const refused = 'the same refusal'
export const subject = 'the same subject'
/** Not made after a thread: a well-known mistake, at a scheme where it was not looked for before. */
export const listed = 'a mistake of the list'

export const gh = (path) => `https://github.com/${path}`
export const mac = (text, form = 'hex', hash = 'sha256', secret = SECRET) =>
  createHmac(hash, secret).update(text).digest(form)
export const sha = (text, form = 'hex', hash = 'sha256') => createHash(hash).update(text).digest(form)
export const publicOf = (pem) => createPublicKey(pem).export({ type: 'spki', format: 'pem' })
export const b64url = (value) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** A request as it is on the wire. */
export const http = (method, host, path, headers, body = '') =>
  `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** One case. A file that is there stays (what is random in a signature would change it), unless it is named or `--all` is. */
export function write(name, family, source, about, expected, input, options = { secret: SECRET }) {
  const file = new URL(`${name}.json`, folder)
  if (existsSync(file) && !only.has(name) && !only.has('--all')) return
  // A case that was frozen before the doctor had seen it keeps what came of that, and the id that its cause turned out to have.
  const seen = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  const frozen = seen.firstSight === undefined ? { expected } : { firstSight: seen.firstSight, expected: seen.expected }
  const text = JSON.stringify({ family, source: source && gh(source), about, ...frozen, input, options }, null, 2)
  writeFileSync(file, `${text}\n`)
}

/** The same from the parts of a request. */
export const sent = (
  name,
  source,
  about,
  expected,
  { method = 'GET', host, path, headers = [], body = '', options = {} },
) =>
  write(name, name.split('-')[0], source, about, expected, http(method, host, path, headers, body), {
    secret: SECRET,
    ...options,
  })

/** The same of a webhook, or of what is like one. */
export const hook = (
  name,
  source,
  expected,
  headers,
  body,
  options = { secret: SECRET },
  { method = 'POST', host = 'shop.example.com', path = '/webhook' } = {},
  about = same,
) => write(name, name.split('-')[0], source, about, expected, http(method, host, path, headers, body), options)

/** A request with the answer that came of it. */
export const answered = (request, status, body) =>
  `${request}\r\n\r\nHTTP/1.1 ${status}\r\nContent-Type: text/plain\r\n\r\n${body}`
