/** Signing for axios: `countersign/client/axios`. */
import { fail, kindOf } from '../errors.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { namedAs } from '../support/named-as.js'
import type { SignedFetchOptions } from './fetch/options.js'
import { createSignedFetch } from './fetch/signed-fetch.js'

/** The part of axios that the adapter uses: `import axios from 'axios'`. */
export interface AxiosLike {
  /** The adapter of a name, for a configuration. */
  // biome-ignore lint/suspicious/noExplicitAny: an adapter of axios is generic in what it answers
  getAdapter(name: 'fetch', config: any): (config: any) => Promise<any>
}

/** The settings of a request as they reach an adapter. */
type AxiosConfig = Readonly<Record<string, unknown>>

/** What only the `http` adapter of axios reads, and what takes its place. A setting without effect would be a surprise. */
const IGNORED: Readonly<Record<string, string>> = {
  httpAgent: 'pass "fetch" with an agent of its own to signedAdapter',
  httpsAgent: 'pass "fetch" with an agent of its own to signedAdapter',
  http2Options: 'pass "fetch" with an agent of its own to signedAdapter',
  httpVersion: 'pass "fetch" with an agent of its own to signedAdapter',
  proxy: 'pass "fetch" with an agent of its own to signedAdapter',
  socketPath: 'pass "fetch" with an agent of its own to signedAdapter',
  transport: 'pass "fetch" to signedAdapter',
  lookup: 'pass "fetch" with an agent of its own to signedAdapter',
  family: 'pass "fetch" with an agent of its own to signedAdapter',
  insecureHTTPParser: 'pass "fetch" with an agent of its own to signedAdapter',
  maxRate: 'there is no such limit in fetch',
  beforeRedirect: 'redirects are signed anew by signedAdapter',
}

/**
 * An adapter of axios that signs what it sends: after every interceptor and transformation, the URL with its `params`, the body's
 * bytes and the headers as they are. The same as `createSignedFetch`, whose options it takes: redirects, retries and what a server
 * asks for are signed anew, and only `origins` are signed for. Everything else stays axios's own `fetch` adapter (axios 1.12 and
 * later): `timeout`, `signal`, `responseType`, `validateStatus`, progress.
 *
 * Errors are axios's own, with the code in `error.code` and the original in `error.cause`.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe. Requests reject with `ARGUMENT_INVALID` for a setting
 *   that would have no effect, such as `httpAgent`.
 * @see {@link https://axios.rest/pages/advanced/fetch-adapter | axios, fetch adapter}
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { type AxiosLike, signedAdapter } from 'countersign/client/axios'
 *
 * const signer = rfc9421({ key: hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) }) })
 * export const settings = (axios: AxiosLike) => ({
 *   baseURL: 'https://api.example.com',
 *   adapter: signedAdapter(axios, signer, { origins: ['https://api.example.com'] }),
 * })
 * // import axios from 'axios'
 * // const api = axios.create(settings(axios))
 * ```
 */
export function signedAdapter(
  axios: AxiosLike,
  signer: Signer & { readonly service: Service },
  options?: Partial<SignedFetchOptions>,
  // biome-ignore lint/suspicious/noExplicitAny: an adapter of axios is generic in what it answers
): (config: any) => Promise<any>
export function signedAdapter(
  axios: AxiosLike,
  signer: Signer,
  options: SignedFetchOptions,
  // biome-ignore lint/suspicious/noExplicitAny: as above
): (config: any) => Promise<any>
export function signedAdapter(
  axios: AxiosLike,
  signer: Signer,
  options?: Partial<SignedFetchOptions>,
): (config: AxiosConfig) => Promise<unknown> {
  if (typeof axios?.getAdapter !== 'function')
    fail('CONFIG_INVALID', `signedAdapter: "axios" must be axios itself, with getAdapter(), got ${kindOf(axios)}`)
  const signedFetch = namedAs('signedAdapter', 'createSignedFetch', () =>
    createSignedFetch(signer, options as SignedFetchOptions),
  )
  // Without Request axios hands over URL, fields and body as they are, and not what the platform makes of them.
  const env = {
    fetch: (url: string, init: RequestInit) => signedFetch(url, { ...init, headers: linesOf(init.headers) }),
    Request: null,
  }
  const adapter = axios.getAdapter('fetch', { env })
  return async (config) => {
    for (const [name, instead] of Object.entries(IGNORED)) {
      const value = config[name]
      if (value !== undefined && value !== null && value !== false)
        fail('ARGUMENT_INVALID', `"${name}" has no effect on a signed request: ${instead}`)
    }
    const {
      maxRedirects,
      decompress,
      env: own,
    } = config as { maxRedirects?: unknown; decompress?: unknown; env?: object }
    if (maxRedirects !== undefined && maxRedirects !== 0)
      fail('ARGUMENT_INVALID', '"maxRedirects" must be 0 or absent: signedAdapter has "redirects"')
    if (decompress === false) fail('ARGUMENT_INVALID', '"decompress" must not be false: fetch decodes every answer')
    if (own !== undefined && 'fetch' in own && own.fetch !== undefined)
      fail('ARGUMENT_INVALID', '"env.fetch" has no effect on a signed request: pass "fetch" to signedAdapter')
    return adapter(config)
  }
}

/** Header lines: axios has a list where a header was given several values. */
const linesOf = (headers: unknown): Array<[string, string]> =>
  Object.entries(headers as Readonly<Record<string, string | readonly string[]>>).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  )
