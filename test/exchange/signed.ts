import fc from 'fast-check'
import { utf8 } from '../../src/crypto/encoding.js'
import { type HttpRequest, httpRequest } from '../../src/message/message.js'
import { signPreparedSync } from '../../src/schemes/scheme.js'
import { type ExchangeSample, mayStandInQuery } from './sample.js'

/** The moment at which these requests are signed: within the second, so that no form of a time loses anything. */
export const SIGNED_MS = 1_795_852_800_000

const TYPE = { json: 'application/json', form: 'application/x-www-form-urlencoded' } as const
const encoded = (params: Readonly<Record<string, unknown>>): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join('&')

/** A request before and after it was signed. */
export interface SignedRequestOf {
  readonly message: HttpRequest
  readonly final: HttpRequest
}

/** An unsigned request of the sample's kind, with these parameters where its exchange has them. */
export function requestOf(
  { exchange, bodies, paths = ['/api/v1/orders'], queryOn, wrap }: ExchangeSample,
  method: string,
  query: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
  pathAt = 0,
): HttpRequest {
  const kind = (bodies ?? { GET: 'none', POST: 'json' })[method] ?? 'none'
  const path = paths[pathAt % paths.length] as string
  const asked = Object.fromEntries(
    Object.entries(query).filter(([, value]) => mayStandInQuery(exchange, method, value)),
  )
  const search = queryOn?.includes(method) === false || Object.keys(asked).length === 0 ? '' : `?${encoded(asked)}`
  const url = (exchange.spec.origins[0] as string) + path + search
  if (kind === 'none') return httpRequest({ method, url, headers: { accept: '*/*' } })
  const text = kind === 'form' ? encoded(body) : JSON.stringify(wrap?.(path, body) ?? body)
  return httpRequest({ method, url, headers: { 'content-type': TYPE[kind] }, body: utf8(text) })
}

/** The methods of a sample. */
export const methodsOf = ({ bodies }: ExchangeSample): readonly string[] => Object.keys(bodies ?? { GET: 0, POST: 0 })

/** The request as the sample's signer sends it, always with the same nonce. */
export function signedOf(sample: ExchangeSample, message: HttpRequest, nowMs = SIGNED_MS): SignedRequestOf {
  const { scheme, key } = sample.signer
  const nonces = sample.arbitraryNonce?.(nowMs) ?? fc.constant('aNonceOf32Characters0123456789aB')
  const [nonce = ''] = fc.sample(nonces, { seed: 7, numRuns: 1 })
  const context = { keyId: key.keyId, algorithm: key.algorithm, nowMs, nonce }
  return { message, final: signPreparedSync(scheme.prepare(message, context), key) }
}
