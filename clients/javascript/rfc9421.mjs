// Signs requests by RFC 9421 with fetch and WebCrypto: browsers, Node 20 or newer, Deno, Bun, workers. No package.
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
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----|\s/g, '')), (char) => char.charCodeAt(0))
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
    '@target-uri': `${protocol}//${host}${target}`,
  }
}

/** A fetch that signs what goes to one origin, and refuses everything else. The body is text, bytes, or none. */
export function signer({ origin, keyId, key }) {
  return async (input, { method = 'GET', body, headers: given, ...init } = {}) => {
    const url = new URL(input)
    if (url.origin !== origin) throw new TypeError(`requests to ${url.origin} are not signed`)
    const headers = new Headers(given)
    const bytes = typeof body === 'string' ? utf8.encode(body) : body
    if (bytes != null) {
      if (!headers.has('content-type')) headers.set('content-type', 'application/json')
      headers.set('content-digest', `sha-256=:${base64(await crypto.subtle.digest('SHA-256', bytes))}:`)
    }
    const values = components(method, url, headers)
    const names = [...COVERED, ...WHEN_PRESENT.filter((name) => name in values)]
    const missing = names.find((name) => values[name] === undefined)
    if (missing !== undefined) throw new TypeError(`${missing} is signed and must be there`)
    const created = Math.floor(Date.now() / 1000)
    let params = `(${names.map((name) => `"${name}"`).join(' ')});created=${created}`
    if (EXPIRES_IN > 0) params += `;expires=${created + EXPIRES_IN}`
    params += `;nonce="${base64(crypto.getRandomValues(new Uint8Array(16)))}";keyid="${keyId}"`
    if (TAG !== '') params += `;tag="${TAG}"`
    const base = [...names.map((name) => `"${name}": ${values[name]}`), `"@signature-params": ${params}`].join('\n')
    const signature = await crypto.subtle.sign(key.algorithm.name, key, utf8.encode(base))
    headers.set('signature-input', `${LABEL}=${params}`)
    headers.set('signature', `${LABEL}=:${base64(signature)}:`)
    // A signature is for one URL: it must not be shown to another one.
    return fetch(url, { ...init, method, body: bytes, headers, redirect: 'error' })
  }
}
