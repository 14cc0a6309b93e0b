import { library } from './library.mjs'

export { schemeVerifier } from './scheme-verifier.mjs'

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
