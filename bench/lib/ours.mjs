import { library } from './library.mjs'

const { httpRequest, rfc9421, signRequestSync } = await library('countersign')

/** A request as the library takes it, from what all contestants start with. */
export const requestOf = ({ method, url, headers, body }) =>
  httpRequest(body === undefined ? { method, url, headers } : { method, url, headers, body })

/** Field lines as an object with lower-case names, as Node gives them to a server. */
export function headersOf(lines) {
  const headers = {}
  for (let i = 0; i < lines.length; i += 2) headers[lines[i].toLowerCase()] = lines[i + 1]
  return headers
}

/** A request signed by the library, in the parts that others verify. */
export const signedFacts = (fact, key) => ({
  ...fact,
  headers: headersOf(signRequestSync(requestOf(fact), rfc9421({ key })).fields),
})

/** The same with one bit of the signature changed. */
export function forged(fact) {
  const { signature } = fact.headers
  const first = signature.charAt(6) === 'A' ? 'B' : 'A'
  return { ...fact, headers: { ...fact.headers, signature: signature.slice(0, 6) + first + signature.slice(7) } }
}

/** Messages for contestants that accept each only once, made before every batch. */
export function fresh(make) {
  const batch = []
  return {
    batch,
    before: (n) => {
      batch.length = 0
      for (let i = 0; i < n; i++) batch.push(make(i))
    },
  }
}

/**
 * Verification as the peers do it: read the signature, hold its time to a window, find the key, check. No policy, no body,
 * no replay store.
 * @param {ReadonlyMap<string, { verify(base: unknown, signature: Uint8Array): boolean }>} keys
 */
export function schemeVerifier(keys, scheme, maxAgeMs = 300_000, maxFutureMs = 5_000) {
  return (message) => {
    const [found] = scheme.parse(message)
    if (found === undefined) return false
    const nowMs = Date.now()
    const { createdMs } = found
    if (!(createdMs >= nowMs - maxAgeMs && createdMs <= nowMs + maxFutureMs)) return false
    return keys.get(found.keyId)?.verify(found.base, found.signature) === true
  }
}
