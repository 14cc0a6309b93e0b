// Signs requests in the headers below: a pre-request script for Bruno. HMAC-SHA256 only: its sandbox has no Ed25519.
//
// Paste it into "Script", "Pre Request" of a collection, and set SIGNING_KEY_ID and SIGNING_SECRET as secrets of an environment
// or in the collection's .env file. It runs in safe mode.
// The example: POST https://api.example.com/orders?dry=1
const cryptoJs = require('crypto-js')

// settings: what the service requires
const KEY_HEADER = 'X-Acme-Key'
const TIME_HEADER = 'X-Acme-Time'
const NONCE_HEADER = 'X-Acme-Nonce'
const SIGNATURE_HEADER = 'X-Acme-Signature'
const DIGEST_HEADER = ''
const BASE = ['timestamp', 'nonce', 'method', 'target', 'body-sha256']
const SEPARATOR = '\n'
const TIME_UNIT = 'ms'
const ENCODING = 'hex'
const PREFIX = ''
// end of settings

const fill = (text) => bru.interpolate(String(text))

// What goes out: variables filled in, and everything percent-encoded that a URL cannot hold.
const url = encodeURI(fill(req.getUrl()).split('#')[0]).replace(/%25/g, '%')
const [, scheme, authority, rest] = /^(https?):\/\/([^/?@]+)(.*)$/.exec(url)
const host = authority.toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '')
const target = rest.startsWith('/') ? rest : `/${rest}`
req.setUrl(`${scheme}://${host}${target}`)
const method = req.getMethod().toUpperCase()
const keyId = bru.getEnvVar('SIGNING_KEY_ID') || bru.getProcessEnv('SIGNING_KEY_ID')
const secret = bru.getEnvVar('SIGNING_SECRET') || bru.getProcessEnv('SIGNING_SECRET')
const nonce = fill('{{$guid}}')

const setHeader = (name, value) => req.setHeader(name, value)
const given = req.getBody({ raw: true })
const body = given === undefined || given === null ? undefined : fill(given)
if (body !== undefined) req.setBody(body)
const headers = req.getHeaders()
const fields = {}
for (const [name, value] of Object.entries(headers))
  if (typeof value === 'string') fields[name.toLowerCase()] = fill(value).trim()
// Where a request has no body, Bruno has `false` in this place. Else a content type would be added after this script.
if (fields['content-type'] === undefined && headers['content-type'] !== false) {
  fields['content-type'] = 'application/json'
  setHeader('Content-Type', fields['content-type'])
}

const path = target.split('?')[0]
const digest = cryptoJs.SHA256(body || '')
const now = Date.now()
const times = {
  s: String(Math.floor(now / 1000)),
  ms: String(now),
  date: `${new Date(now).toISOString().slice(0, 19)}Z`,
}
const base64url = (words) =>
  words.toString(cryptoJs.enc.Base64).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '')
const encodings = { hex: String, base64: (words) => words.toString(cryptoJs.enc.Base64), base64url }
const parts = {
  key: keyId,
  timestamp: times[TIME_UNIT],
  nonce,
  method,
  authority: host,
  path,
  query: target.slice(path.length + 1),
  target,
  body: body || '',
  'body-sha256': String(digest),
  'body-sha256-base64': digest.toString(cryptoJs.enc.Base64),
}
const texts = BASE.map((name) => {
  const part = name.startsWith('text:')
    ? name.slice(5)
    : name.startsWith('field:')
      ? fields[name.slice(6)]
      : parts[name]
  if (part === undefined) throw new Error(`${name} is signed and must be there`)
  return part
})
setHeader(KEY_HEADER, keyId)
setHeader(TIME_HEADER, parts.timestamp)
if (NONCE_HEADER !== '') setHeader(NONCE_HEADER, nonce)
if (DIGEST_HEADER !== '') setHeader(DIGEST_HEADER, parts[BASE.find((name) => name.startsWith('body-'))])
setHeader(SIGNATURE_HEADER, PREFIX + encodings[ENCODING](cryptoJs.HmacSHA256(texts.join(SEPARATOR), secret)))
