// The same work by hand, over whichever library makes the signature: node:crypto, WebCrypto, noble alone, or jose. One fixed
// shape of message, as in bench/floors/rfc9421.mjs, and without what that leaves out.

const MAX_AGE_S = 300
const COMPONENTS = '("@method" "@authority" "@path" "@query" "content-type")'
const INPUT =
  /^sig1=(\([^)]*\);created=(\d{1,15});nonce="([A-Za-z0-9._~+/=-]{16,128})";keyid="([A-Za-z0-9._-]{1,64})")$/
const SIGNATURE = /^sig1=:([A-Za-z0-9+/]+={0,2}):$/

const encoder = new TextEncoder()
export const utf8 = (text) => encoder.encode(text)

export function base64(bytes) {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

export function fromBase64(text) {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

export function hex(bytes) {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2)
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at, 2 * at + 2), 16)
  return bytes
}

/** In a time that does not depend on where they differ. */
export function equal(a, b) {
  if (a.length !== b.length) return false
  let differs = 0
  for (let at = 0; at < a.length; at++) differs |= a[at] ^ b[at]
  return differs === 0
}

/** Goes on at once, or behind the promise of a library that has nothing but promises. */
const then = (value, next) => (typeof value?.then === 'function' ? value.then(next) : next(value))

const baseOf = ({ method, path, query, headers }, authority, parameters) =>
  utf8(
    `"@method": ${method}\n"@authority": ${authority}\n"@path": ${path}\n"@query": ${query}\n` +
      `"content-type": ${headers['content-type']}\n"@signature-params": ${parameters}`,
  )

/** RFC 9421: a request in its parts in, all headers out. `sign`: bytes in, bytes or a promise of them out. */
export function signer(authority, keyId, sign) {
  return (fact) => {
    const created = Math.floor(Date.now() / 1000)
    const parameters = `${COMPONENTS};created=${created};nonce="${crypto.randomUUID()}";keyid="${keyId}"`
    return then(sign(baseOf(fact, authority, parameters)), (signature) => ({
      ...fact.headers,
      'signature-input': `sig1=${parameters}`,
      signature: `sig1=:${base64(signature)}:`,
    }))
  }
}

/** RFC 9421: true, false, or a promise of it. `verify`: bytes and signature in. */
export function verifier(authority, keyId, verify) {
  return (fact) => {
    const read = INPUT.exec(fact.headers['signature-input'] ?? '')
    const signature = SIGNATURE.exec(fact.headers.signature ?? '')
    if (read === null || signature === null || read[4] !== keyId) return false
    if (Math.abs(Date.now() / 1000 - Number(read[2])) > MAX_AGE_S) return false
    return verify(baseOf(fact, authority, read[1]), fromBase64(signature[1]))
  }
}

/** An order at Binance: `mac` gives bytes or a promise of them. */
export function binanceOrder(apiKey, recvWindow, mac) {
  return (path, params) => {
    let query = ''
    for (const name in params) query += `${name}=${encodeURIComponent(params[name])}&`
    query += `recvWindow=${recvWindow}&timestamp=${Date.now()}`
    return then(mac(utf8(query)), (signature) => ({
      method: 'POST',
      url: `https://api.binance.com${path}?${query}&signature=${hex(signature)}`,
      headers: { 'X-MBX-APIKEY': apiKey },
    }))
  }
}

/** A delivery of Stripe: `check` has bytes and signature. */
export function stripeDelivery(check) {
  return ({ headers, body }) => {
    const [, time = '', given = ''] = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/.exec(headers['stripe-signature']) ?? []
    if (!(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false
    const head = utf8(`${time}.`)
    const signed = new Uint8Array(head.length + body.length)
    signed.set(head)
    signed.set(body, head.length)
    return check(signed, fromHex(given))
  }
}
