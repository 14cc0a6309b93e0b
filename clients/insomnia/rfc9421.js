// Signs requests by RFC 9421: a pre-request script for Insomnia. HMAC-SHA256 only: its sandbox has no Ed25519.
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
  const { value } = (insomnia.request.pathParameters || []).find(({ name }) => text === `:${name}`) || {}
  if (value) return encodeURIComponent(fill(value))
  return encodeURI(text)
    .replace(/%25(?=[0-9a-f]{2})/gi, '%')
    .replace(/&/g, '%26')
    .replace(/'/g, '%27')
}
const parameter = (text) => {
  const [name, ...value] = text.split('=').map((one) => encodeURIComponent(decoded(one)))
  return value.length === 0 ? name : `${name}=${value.join('%3D').replace(/%2C/g, ',')}`
}
const typed = fill(insomnia.request.url.toString())
  .split('#')[0]
  .replace(/^(?!https?:)/i, 'http://')
const [, protocol, authority, typedPath, search = ''] = /^(https?):\/\/([^/?@]+)([^?]*)\??(.*)$/i.exec(typed)
const scheme = protocol.toLowerCase()
const host = authority.toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '')
const route = typedPath.split('/').map(segment).join('/')
insomnia.request.url.update(`${scheme}://${host}${route || '/'}?${search.split('&').map(parameter).join('&')}`)
// As it is read again: an empty query or value loses its sign.
const target = insomnia.request.url.toString().slice(`${scheme}://${host}`.length)
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
