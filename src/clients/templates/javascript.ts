// Made from clients/javascript by tools/clients-table.mjs: npm run docs:clients
import type { ClientFile, ClientTemplate } from '../template.js'

const FILE_0: ClientFile = {
  name: 'rfc9421.mjs',
  text: `// Signs requests by RFC 9421 with fetch and WebCrypto: browsers, Node 20 or newer, Deno, Bun, workers. No package.
//
//     export SIGNING_KEY_ID=bot-1 SIGNING_SECRET=…          # or SIGNING_KEY_FILE=ed25519.pem in place of the secret
//     export SIGNING_KEY_PASSWORD=…                         # where that file has one
//     node main.mjs ./rfc9421.mjs POST 'https://api.example.com/orders?dry=1' '{"qty":1}' 'X-Trace: 7'
//
// In a page: const signedFetch = signer({ origin: 'https://api.example.com', keyId, key }), with a key that cannot be extracted:
// hmacKey(), ed25519Key(), or crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']).

// settings: what the service requires
const LABEL = 'sig1'
const TAG = ''
const COVERED = ['@method', '@authority', '@path', '@query']
const WHEN_PRESENT = ['content-type', 'content-digest']
const EXPIRES_IN = 0
// end of settings

const utf8 = new TextEncoder()
const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)))

export const hmacKey = (secret) =>
  crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

/** The key of a PEM text in PKCS #8. */
export function ed25519Key(pem) {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\\s/g, '')), (char) => char.charCodeAt(0))
  return crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign'])
}

/** The values that a signature can cover, by name. */
function components(method, url, headers) {
  const { protocol, host, pathname, search } = url
  const target = pathname + search
  return {
    ...Object.fromEntries(headers),
    '@method': method,
    '@authority': host,
    '@scheme': protocol.slice(0, -1),
    '@path': pathname,
    '@query': search || '?',
    '@request-target': target,
    '@target-uri': \`\${protocol}//\${host}\${target}\`,
  }
}

/** A fetch that signs what goes to one origin, and refuses everything else. The body is text, bytes, or none. */
export function signer({ origin, keyId, key }) {
  return async (input, { method = 'GET', body, headers: given, ...init } = {}) => {
    const url = new URL(input)
    if (url.origin !== origin) throw new TypeError(\`requests to \${url.origin} are not signed\`)
    const headers = new Headers(given)
    const bytes = typeof body === 'string' ? utf8.encode(body) : body
    if (bytes != null) {
      if (!headers.has('content-type')) headers.set('content-type', 'application/json')
      headers.set('content-digest', \`sha-256=:\${base64(await crypto.subtle.digest('SHA-256', bytes))}:\`)
    }
    const values = components(method, url, headers)
    const names = [...COVERED, ...WHEN_PRESENT.filter((name) => name in values)]
    const missing = names.find((name) => values[name] === undefined)
    if (missing !== undefined) throw new TypeError(\`\${missing} is signed and must be there\`)
    const created = Math.floor(Date.now() / 1000)
    let params = \`(\${names.map((name) => \`"\${name}"\`).join(' ')});created=\${created}\`
    if (EXPIRES_IN > 0) params += \`;expires=\${created + EXPIRES_IN}\`
    params += \`;nonce="\${base64(crypto.getRandomValues(new Uint8Array(16)))}";keyid="\${keyId}"\`
    if (TAG !== '') params += \`;tag="\${TAG}"\`
    const base = [...names.map((name) => \`"\${name}": \${values[name]}\`), \`"@signature-params": \${params}\`].join('\\n')
    const signature = await crypto.subtle.sign(key.algorithm.name, key, utf8.encode(base))
    headers.set('signature-input', \`\${LABEL}=\${params}\`)
    headers.set('signature', \`\${LABEL}=:\${base64(signature)}:\`)
    // A signature is for one URL: it must not be shown to another one.
    return fetch(url, { ...init, method, body: bytes, headers, redirect: 'error' })
  }
}
`,
}

const FILE_1: ClientFile = {
  name: 'main.mjs',
  text: `// The command line of these clients on Node, with the key from the environment: FILE METHOD URL [BODY [HEADER…]]
import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [scheme, method, url, body, ...lines] = process.argv.slice(2)
const { ed25519Key, hmacKey, signer } = await import(pathToFileURL(resolve(scheme)).href)
const {
  SIGNING_KEY_FILE: file,
  SIGNING_KEY_PASSWORD: passphrase,
  SIGNING_KEY_ID: keyId,
  SIGNING_SECRET: secret,
} = process.env
// WebCrypto reads no file with a password: Node opens it.
const pem = (name) => createPrivateKey({ key: readFileSync(name), passphrase }).export({ type: 'pkcs8', format: 'pem' })
const key = await (file === undefined ? hmacKey(secret) : ed25519Key(pem(file)))
const headers = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()])
const answer = await signer({ origin: new URL(url).origin, keyId, key })(url, { method, body, headers })
console.log(await answer.text())
process.exitCode = answer.ok ? 0 : 1
`,
}

const FILE_2: ClientFile = {
  name: 'header-scheme.mjs',
  text: `// Signs requests in the headers below with fetch and WebCrypto: browsers, Node 20 or newer, Deno, Bun, workers. No package.
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
const SEPARATOR = '\\n'
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
  date: (now) => \`\${new Date(now).toISOString().slice(0, 19)}Z\`,
}

export const hmacKey = (secret) =>
  crypto.subtle.importKey('raw', utf8.encode(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

/** The key of a PEM text in PKCS #8. */
export function ed25519Key(pem) {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\\s/g, '')), (char) => char.charCodeAt(0))
  return crypto.subtle.importKey('pkcs8', der, 'Ed25519', false, ['sign'])
}

/** A fetch that signs what goes to one origin, and refuses everything else. The body is text, bytes, or none. */
export function signer({ origin, keyId, key }) {
  return async (input, { method = 'GET', body, headers: given, ...init } = {}) => {
    const url = new URL(input)
    if (url.origin !== origin) throw new TypeError(\`requests to \${url.origin} are not signed\`)
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
      if (part === null) throw new TypeError(\`\${name} is signed and must be there\`)
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
`,
}

export const javascript: ClientTemplate = {
  id: 'javascript',
  name: 'JavaScript',
  syntax: 'js',
  needs: 'a browser, Node 20 or newer, Deno, Bun, workers',
  algorithms: ['hmac-sha256', 'ed25519'],
  run: 'node main.mjs ./FILE',
  files: {
    rfc9421: [FILE_0, FILE_1],
    'header-scheme': [FILE_2, FILE_1],
  },
}
