// Made from clients/insomnia by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.js',
  text: `// Signs requests by RFC 9421: a pre-request script for Insomnia. HMAC-SHA256 only: its sandbox has no Ed25519.
//
// Paste it into "Scripts", "Pre-request" of a folder or request, and set SIGNING_KEY_ID and SIGNING_SECRET in an environment.
// The example: POST https://api.example.com/orders?dry=1
const cryptoJs = require('crypto-js')

// settings: what the service requires
const LABEL = 'sig1'
const TAG = ''
const COVERED = ['@method', '@authority', '@path', '@query']
const WHEN_PRESENT = ['content-type', 'content-digest']
const EXPIRES_IN = 0
// end of settings

const uuid = require('uuid')
const fill = (text) => insomnia.variables.replaceIn(String(text))

// What goes out: variables filled in, and encoded as Insomnia itself does afterwards, so that it changes nothing that is signed.
const decoded = (text) => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
const segment = (text) => {
  const { value } = (insomnia.request.pathParameters || []).find(({ name }) => text === \`:\${name}\`) || {}
  if (value) return encodeURIComponent(fill(value))
  return encodeURI(text)
    .replace(/%25(?=[0-9a-f]{2})/gi, '%')
    .replace(/&/g, '%26')
    .replace(/'/g, '%27')
}
const parameter = (text) => {
  const [name, ...value] = text.split('=').map((one) => encodeURIComponent(decoded(one)))
  return value.length === 0 ? name : \`\${name}=\${value.join('%3D').replace(/%2C/g, ',')}\`
}
const typed = fill(insomnia.request.url.toString())
  .split('#')[0]
  .replace(/^(?!https?:)/i, 'http://')
const [, protocol, authority, typedPath, search = ''] = /^(https?):\\/\\/([^/?@]+)([^?]*)\\??(.*)$/i.exec(typed)
const scheme = protocol.toLowerCase()
const host = authority.toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '')
const route = typedPath.split('/').map(segment).join('/')
insomnia.request.url.update(\`\${scheme}://\${host}\${route || '/'}?\${search.split('&').map(parameter).join('&')}\`)
// As it is read again: an empty query or value loses its sign.
const target = insomnia.request.url.toString().slice(\`\${scheme}://\${host}\`.length)
const { method } = insomnia.request
const keyId = insomnia.variables.get('SIGNING_KEY_ID')
const secret = insomnia.variables.get('SIGNING_SECRET')
const nonce = uuid.v4()

let body
const { mode, raw } = insomnia.request.body || {}
if (mode !== undefined && mode !== 'raw') throw new Error('only raw bodies are signed')
if (raw) {
  body = fill(raw)
  insomnia.request.body.update({ mode: 'raw', raw: body })
  if (!insomnia.request.headers.has('Content-Type'))
    insomnia.request.headers.add({ key: 'Content-Type', value: 'application/json' })
}
const setHeader = (key, value) => insomnia.request.headers.upsert({ key, value })
const fields = {}
insomnia.request.headers.each(({ key, value, disabled }) => {
  if (!disabled) fields[key.toLowerCase()] = fill(value).trim()
})

const path = target.split('?')[0]
const query = target.slice(path.length)
if (body !== undefined) {
  fields['content-digest'] = \`sha-256=:\${cryptoJs.SHA256(body).toString(cryptoJs.enc.Base64)}:\`
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
  '@target-uri': \`\${scheme}://\${host}\${target}\`,
}
const names = [...COVERED, ...WHEN_PRESENT.filter((name) => name in values)]
const missing = names.find((name) => values[name] === undefined)
if (missing !== undefined) throw new Error(\`\${missing} is signed and must be there\`)
const created = Math.floor(Date.now() / 1000)
let params = \`(\${names.map((name) => \`"\${name}"\`).join(' ')});created=\${created}\`
if (EXPIRES_IN > 0) params += \`;expires=\${created + EXPIRES_IN}\`
params += \`;nonce="\${nonce}";keyid="\${keyId}"\`
if (TAG !== '') params += \`;tag="\${TAG}"\`
const base = [...names.map((name) => \`"\${name}": \${values[name]}\`), \`"@signature-params": \${params}\`].join('\\n')
setHeader('Signature-Input', \`\${LABEL}=\${params}\`)
setHeader('Signature', \`\${LABEL}=:\${cryptoJs.HmacSHA256(base, secret).toString(cryptoJs.enc.Base64)}:\`)
`,
}

const FILE_1: ClientFile = {
  name: 'header-scheme.js',
  text: `// Signs requests in the headers below: a pre-request script for Insomnia. HMAC-SHA256 only: its sandbox has no Ed25519.
//
// Paste it into "Scripts", "Pre-request" of a folder or request, and set SIGNING_KEY_ID and SIGNING_SECRET in an environment.
// The example: POST https://api.example.com/orders?dry=1
const cryptoJs = require('crypto-js')

// settings: what the service requires
const KEY_HEADER = 'X-Acme-Key'
const TIME_HEADER = 'X-Acme-Time'
const NONCE_HEADER = 'X-Acme-Nonce'
const SIGNATURE_HEADER = 'X-Acme-Signature'
const DIGEST_HEADER = ''
const BASE = ['timestamp', 'nonce', 'method', 'target', 'body-sha256']
const SEPARATOR = '\\n'
const TIME_UNIT = 'ms'
const ENCODING = 'hex'
const PREFIX = ''
// end of settings

const uuid = require('uuid')
const fill = (text) => insomnia.variables.replaceIn(String(text))

// What goes out: variables filled in, and encoded as Insomnia itself does afterwards, so that it changes nothing that is signed.
const decoded = (text) => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
const segment = (text) => {
  const { value } = (insomnia.request.pathParameters || []).find(({ name }) => text === \`:\${name}\`) || {}
  if (value) return encodeURIComponent(fill(value))
  return encodeURI(text)
    .replace(/%25(?=[0-9a-f]{2})/gi, '%')
    .replace(/&/g, '%26')
    .replace(/'/g, '%27')
}
const parameter = (text) => {
  const [name, ...value] = text.split('=').map((one) => encodeURIComponent(decoded(one)))
  return value.length === 0 ? name : \`\${name}=\${value.join('%3D').replace(/%2C/g, ',')}\`
}
const typed = fill(insomnia.request.url.toString())
  .split('#')[0]
  .replace(/^(?!https?:)/i, 'http://')
const [, protocol, authority, typedPath, search = ''] = /^(https?):\\/\\/([^/?@]+)([^?]*)\\??(.*)$/i.exec(typed)
const scheme = protocol.toLowerCase()
const host = authority.toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '')
const route = typedPath.split('/').map(segment).join('/')
insomnia.request.url.update(\`\${scheme}://\${host}\${route || '/'}?\${search.split('&').map(parameter).join('&')}\`)
// As it is read again: an empty query or value loses its sign.
const target = insomnia.request.url.toString().slice(\`\${scheme}://\${host}\`.length)
const { method } = insomnia.request
const keyId = insomnia.variables.get('SIGNING_KEY_ID')
const secret = insomnia.variables.get('SIGNING_SECRET')
const nonce = uuid.v4()

let body
const { mode, raw } = insomnia.request.body || {}
if (mode !== undefined && mode !== 'raw') throw new Error('only raw bodies are signed')
if (raw) {
  body = fill(raw)
  insomnia.request.body.update({ mode: 'raw', raw: body })
  if (!insomnia.request.headers.has('Content-Type'))
    insomnia.request.headers.add({ key: 'Content-Type', value: 'application/json' })
}
const setHeader = (key, value) => insomnia.request.headers.upsert({ key, value })
const fields = {}
insomnia.request.headers.each(({ key, value, disabled }) => {
  if (!disabled) fields[key.toLowerCase()] = fill(value).trim()
})

const path = target.split('?')[0]
const digest = cryptoJs.SHA256(body || '')
const now = Date.now()
const times = {
  s: String(Math.floor(now / 1000)),
  ms: String(now),
  date: \`\${new Date(now).toISOString().slice(0, 19)}Z\`,
}
const base64url = (words) =>
  words.toString(cryptoJs.enc.Base64).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=/g, '')
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
  if (part === undefined) throw new Error(\`\${name} is signed and must be there\`)
  return part
})
setHeader(KEY_HEADER, keyId)
setHeader(TIME_HEADER, parts.timestamp)
if (NONCE_HEADER !== '') setHeader(NONCE_HEADER, nonce)
if (DIGEST_HEADER !== '') setHeader(DIGEST_HEADER, parts[BASE.find((name) => name.startsWith('body-'))])
setHeader(SIGNATURE_HEADER, PREFIX + encodings[ENCODING](cryptoJs.HmacSHA256(texts.join(SEPARATOR), secret)))
`,
}

export const insomnia: ClientTemplate = {
  id: 'insomnia',
  name: 'Insomnia',
  syntax: 'js',
  needs: 'Insomnia 9 or newer',
  algorithms: ['hmac-sha256'],
  run: 'pre-request script',
  files: {
    rfc9421: [FILE_0],
    'header-scheme': [FILE_1],
  },
}
