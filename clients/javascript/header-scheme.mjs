// Signs requests in the headers below with fetch and WebCrypto: browsers, Node 20 or newer, Deno, Bun, workers. No package.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     node main.mjs ./header-scheme.mjs POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a page: const signedFetch = signer({ origin: 'https://api.example.com', keyId, key }), with a key that cannot be extracted:
// hmacKey(), ed25519Key(), or crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).

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

const utf8 = new TextEncoder()
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))
const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
const ENCODINGS = {
  hex,
  base64,
  base64url: (bytes) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
}
const TIMES = {
  s: (now) => String(Math.floor(now / 1000)),
  ms: String,
  date: (now) => `${new Date(now).toISOString().slice(0, 19)}Z`,
}

export const hmacKey = (secret) =>
  crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

/** The key of a PEM text in PKCS #8. */
export function ed25519Key(pem) {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (char) => char.charCodeAt(0))
  return crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign'])
}

/** A fetch that signs what goes to one origin, and refuses everything else. The body is text, bytes, or none. */
export function signer({ origin, keyId, key }) {
  return async (input, { method = 'GET', body, headers: given, ...init } = {}) => {
    const url = new URL(input)
    if (url.origin !== origin) throw new TypeError(`requests to ${url.origin} are not signed`)
    const headers = new Headers(given)
    const bytes = typeof body === 'string' ? utf8.encode(body) : body
    if (bytes != null && !headers.has('content-type')) headers.set('content-type', 'application/json')
    const content = bytes ?? new Uint8Array()
    const digest = await crypto.subtle.digest('SHA-256', content)
    const parts = {
      key: keyId,
      timestamp: TIMES[TIME_UNIT](Date.now()),
      nonce: hex(crypto.getRandomValues(new Uint8Array(16))),
      method,
      authority: url.host,
      path: url.pathname,
      query: url.search.slice(1),
      target: url.pathname + url.search,
      body: content,
      'body-sha256': hex(digest),
      'body-sha256-base64': base64(digest),
    }
    const texts = BASE.map((name) => {
      const part = name.startsWith('text:') ? name.slice(5) : (parts[name] ?? headers.get(name.slice('field:'.length)))
      if (part === null) throw new TypeError(`${name} is signed and must be there`)
      return part
    })
    // A Blob joins texts and bytes; a text becomes UTF-8.
    const text = await new Blob(texts.flatMap((one, at) => (at === 0 ? [one] : [SEPARATOR, one]))).arrayBuffer()
    const signature = await crypto.subtle.sign(key.algorithm.name, key, text)
    headers.set(KEY_HEADER, keyId)
    headers.set(TIME_HEADER, parts.timestamp)
    headers.set(SIGNATURE_HEADER, PREFIX + ENCODINGS[ENCODING](signature))
    if (NONCE_HEADER !== '') headers.set(NONCE_HEADER, parts.nonce)
    if (DIGEST_HEADER !== '') headers.set(DIGEST_HEADER, parts[BASE.find((name) => name.startsWith('body-'))])
    // A signature is for one URL: it must not be shown to another one.
    return fetch(url, { ...init, method, body: bytes, headers, redirect: 'error' })
  }
}
