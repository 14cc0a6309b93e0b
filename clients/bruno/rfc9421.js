// Signs requests by RFC 9421: a pre-request script for Bruno. HMAC-SHA256 only: its sandbox has no Ed25519.
//
// Paste it into "Script", "Pre Request" of a collection, and set SIGNING_KEY_ID and SIGNING_SECRET as secrets of an environment
// or in the collection's .env file. It runs in safe mode.
// The example: POST https://api.example.com/orders?dry=1
const cryptoJs = require('crypto-js')

// settings: what the service requires
const LABEL = 'sig1'
const TAG = ''
const COVERED = ['@method', '@authority', '@path', '@query']
const WHEN_PRESENT = ['content-type', 'content-digest']
const EXPIRES_IN = 0
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
const query = target.slice(path.length)
if (body !== undefined) {
  fields['content-digest'] = `sha-256=:${cryptoJs.SHA256(body).toString(cryptoJs.enc.Base64)}:`
  setHeader('Content-Digest', fields['content-digest'])
}
const values = {
  ...fields,
  '@method': method,
  '@authority': host,
  '@scheme': scheme,
  '@path': path,
  '@query': query || '?',
  '@request-target': target,
  '@target-uri': `${scheme}://${host}${target}`,
}
const names = [...COVERED, ...WHEN_PRESENT.filter((name) => name in values)]
const missing = names.find((name) => values[name] === undefined)
if (missing !== undefined) throw new Error(`${missing} is signed and must be there`)
const created = Math.floor(Date.now() / 1000)
let params = `(${names.map((name) => `"${name}"`).join(' ')});created=${created}`
if (EXPIRES_IN > 0) params += `;expires=${created + EXPIRES_IN}`
params += `;nonce="${nonce}";keyid="${keyId}"`
if (TAG !== '') params += `;tag="${TAG}"`
const base = [...names.map((name) => `"${name}": ${values[name]}`), `"@signature-params": ${params}`].join('\n')
setHeader('Signature-Input', `${LABEL}=${params}`)
setHeader('Signature', `${LABEL}=:${cryptoJs.HmacSHA256(base, secret).toString(cryptoJs.enc.Base64)}:`)
