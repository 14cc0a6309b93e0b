// What a careful author writes by hand for one fixed shape of message, with node:crypto alone.
//
// It does: one template for the base, KeyObject made once, crypto.randomUUID as nonce, one anchored regular expression to
// read a signature, canonical base64, a window, constant-time comparison of bytes, a digest of the body, and a bounded-time
// replay cache of two Maps that take turns.
// It leaves out: every other shape (other components, order, parameters, several signatures), fields that stand on two
// lines, values that could forge a line of the base, absent components, host checks, key states, scopes, unknown-key timing,
// audit, and a bound on the cache's memory.

import { createHash, createHmac, createSecretKey, randomUUID, timingSafeEqual } from 'node:crypto'

const MAX_AGE_S = 300
const MAX_FUTURE_S = 5

const PLAIN = '("@method" "@authority" "@path" "@query" "content-type")'
const WITH_BODY = '("@method" "@authority" "@path" "@query" "content-type" "content-digest")'
const PARAMETERS = String.raw`;created=(\d{1,15});nonce="([A-Za-z0-9._~+/=-]{16,128})";keyid="([A-Za-z0-9._-]{1,64})"$`
const escaped = (text) => text.replace(/[()]/g, String.raw`\$&`)
const INPUT = new RegExp(`^sig1=(${escaped(PLAIN)}${PARAMETERS.slice(0, -1)})$`)
const INPUT_WITH_BODY = new RegExp(`^sig1=(${escaped(WITH_BODY)}${PARAMETERS.slice(0, -1)})$`)
const SIGNATURE = /^sig1=:([A-Za-z0-9+/]+={0,2}):$/
const DIGEST = /^sha-256=:([A-Za-z0-9+/]{43}=):$/

const lines = (method, authority, path, query, headers) =>
  `"@method": ${method}\n"@authority": ${authority}\n"@path": ${path}\n"@query": ${query || '?'}\n"content-type": ${headers['content-type']}\n`

/** Bytes of padded base64 in its one spelling. */
function canonical(text) {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

/**
 * Signs a request in its parts and gives all headers to send.
 * @param {string} keyId
 * @param {(base: string) => string} signText the key call: base in, base64 out
 */
export function handSigner(keyId, signText) {
  const tail = `;keyid="${keyId}"`
  return (method, authority, path, query, headers, body) => {
    const created = Math.floor(Date.now() / 1000)
    const parameters = `;created=${created};nonce="${randomUUID()}"${tail}`
    let base = lines(method, authority, path, query, headers)
    let input = PLAIN + parameters
    let digest
    if (body !== undefined) {
      digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
      base += `"content-digest": ${digest}\n`
      input = WITH_BODY + parameters
    }
    const signature = signText(`${base}"@signature-params": ${input}`)
    return digest === undefined
      ? { ...headers, 'signature-input': `sig1=${input}`, signature: `sig1=:${signature}:` }
      : { ...headers, 'content-digest': digest, 'signature-input': `sig1=${input}`, signature: `sig1=:${signature}:` }
  }
}

/** The key call of {@link handSigner} for HMAC-SHA256. */
export function handHmac(secret) {
  const key = createSecretKey(secret)
  return (base) => createHmac('sha256', key).update(base).digest('base64')
}

/**
 * Verifies a request in its parts (headers in lower case, as Node gives them): true or false.
 * @param {ReadonlyMap<string, (base: string, signature: Buffer) => boolean>} keys by key id
 * @param {{ add(nonce: string, nowMs: number): boolean } | undefined} [replay]
 */
export function handVerifier(keys, replay) {
  return (method, authority, path, query, headers, body) => {
    const input = headers['signature-input']
    const field = headers['signature']
    if (input === undefined || field === undefined) return false
    const read = (body === undefined ? INPUT : INPUT_WITH_BODY).exec(input)
    const signature = SIGNATURE.exec(field)
    if (read === null || signature === null) return false
    const bytes = canonical(signature[1])
    if (bytes === undefined) return false
    const now = Date.now()
    const age = Math.floor(now / 1000) - Number(read[2])
    if (age > MAX_AGE_S || age < -MAX_FUTURE_S) return false
    const verify = keys.get(read[4])
    if (verify === undefined) return false
    let base = lines(method, authority, path, query, headers)
    if (body !== undefined) base += `"content-digest": ${headers['content-digest']}\n`
    if (!verify(`${base}"@signature-params": ${read[1]}`, bytes)) return false
    if (body !== undefined) {
      const stated = DIGEST.exec(headers['content-digest'])
      const expected = stated === null ? undefined : canonical(stated[1])
      if (expected === undefined) return false
      if (!timingSafeEqual(createHash('sha256').update(body).digest(), expected)) return false
    }
    return replay === undefined || replay.add(`${read[4]}\n${read[3]}`, now)
  }
}

/** The key call of {@link handVerifier} for HMAC-SHA256. */
export function handHmacCheck(secret) {
  const key = createSecretKey(secret)
  return (base, signature) => {
    const expected = createHmac('sha256', key).update(base).digest()
    return signature.length === expected.length && timingSafeEqual(expected, signature)
  }
}

/** A replay cache by hand: two Maps, the older one dropped when a whole window has passed. */
export function handReplay(windowMs = (MAX_AGE_S + MAX_FUTURE_S) * 1000) {
  let current = new Map()
  let before = new Map()
  let turnedMs = Date.now()
  return {
    /** True the first time. */
    add: (nonce, nowMs) => {
      if (nowMs - turnedMs > windowMs) {
        before = current
        current = new Map()
        turnedMs = nowMs
      }
      if (current.has(nonce) || before.has(nonce)) return false
      current.set(nonce, nowMs)
      return true
    },
  }
}
