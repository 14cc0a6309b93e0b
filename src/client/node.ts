/** Signed options for `node:http` and `node:https`: `countersign/client/node`. */
import type { RequestOptions } from 'node:https'
import { utf8 } from '../crypto/encoding.js'
import { fail, kindOf, urlKind } from '../errors.js'
import { hasField, withoutFields } from '../message/fields.js'
import { assertMethod, type HttpRequest, normalMethod } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { isSource, readSource } from './fetch/body.js'
import { destinationOf } from './fetch/request.js'
import { headerLines } from './header-lines.js'
import { hookSettings, type SigningHookOptions } from './hook-settings.js'
import { assertConnectionOptions } from './node-options.js'

export type { SigningHookOptions } from './hook-settings.js'

/** A request for Node's client: `method`, `headers`, `body`, and whatever else `https.request` takes, such as `agent` and `signal`. */
export interface NodeRequestInit
  extends Omit<RequestOptions, 'host' | 'hostname' | 'port' | 'path' | 'protocol' | 'auth' | 'setHost' | 'headers'> {
  /** Default `GET`. */
  readonly method?: string
  /** An object whose values may be lists, pairs, or a flat list of names and values. */
  readonly headers?: unknown
  /** Text, bytes, or a stream, which is read into memory. */
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>
}

/** A request as it has to be sent: `https.request(options).end(body)`. */
export interface SignedNodeRequest {
  /** What `http.request` takes as its options, with the signed fields. */
  readonly options: RequestOptions & { readonly headers: readonly string[] }
  /** `undefined` where there is none. */
  readonly body: Uint8Array | undefined
}

/**
 * Signs requests for `node:http` and `node:https`: the options that it returns send exactly what was signed, `Host` and
 * `Content-Length` included. Every call signs with its own time and nonce; a redirect or another attempt is another call.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe. Calls reject with `ORIGIN_REFUSED`,
 *   `ARGUMENT_INVALID` for an option that would change what is sent or that nothing reads, `BODY_TOO_LARGE`, and what signing throws.
 * @see {@link https://nodejs.org/api/https.html#httpsrequesturl-options-callback | Node, https.request}
 * @example
 * ```ts
 * import { request } from 'node:https'
 * import type { Signer } from 'countersign'
 * import { requestSigner } from 'countersign/client/node'
 *
 * export const place = async (signer: Signer, order: object) => {
 *   const sign = requestSigner(signer, { origins: ['https://api.example.com'] })
 *   const { options, body } = await sign('https://api.example.com/v1/orders', {
 *     method: 'POST',
 *     headers: { 'content-type': 'application/json' },
 *     body: JSON.stringify(order),
 *   })
 *   request(options, (response) => response.pipe(process.stdout)).end(body)
 * }
 * ```
 */
export function requestSigner(
  signer: Signer & { readonly service: Service },
  options?: Partial<SigningHookOptions>,
): (url: string | URL, init?: NodeRequestInit) => Promise<SignedNodeRequest>
export function requestSigner(
  signer: Signer,
  options: SigningHookOptions,
): (url: string | URL, init?: NodeRequestInit) => Promise<SignedNodeRequest>
export function requestSigner(
  signer: Signer,
  options?: Partial<SigningHookOptions>,
): (url: string | URL, init?: NodeRequestInit) => Promise<SignedNodeRequest> {
  const settings = hookSettings('requestSigner', signer, options)
  return async (url, init = {}) => {
    const { method: given = 'GET', headers, body, ...rest } = init
    assertConnectionOptions(rest)
    assertMethod(given)
    // The platform's error holds the URL, and with it what may be a secret.
    const parsed = URL.canParse(url)
      ? new URL(url)
      : fail('ARGUMENT_INVALID', `"url" must be absolute, got ${urlKind(url)}`)
    if (parsed.username + parsed.password !== '')
      fail('ARGUMENT_INVALID', '"url" must have no credentials: pass "headers" with "authorization"')
    const method = normalMethod(given)
    const request: HttpRequest = { ...destinationOf(parsed), method, fields: headerLines(headers), body: null }
    settings.assertOwn(request)
    const { signal } = rest as { signal?: AbortSignal }
    signal?.throwIfAborted()
    const bytes = await bytesOf(body, settings.maxBodyBytes, signal)
    if (bytes !== null && /^(?:GET|HEAD)$/.test(method))
      fail('ARGUMENT_INVALID', `"body" must be absent with ${method}`)
    const signed = await settings.sign({ ...request, body: bytes })
    return { options: { ...rest, ...optionsOf(signed, parsed) }, body: (signed.body as Uint8Array | null) ?? undefined }
  }
}

async function bytesOf(body: unknown, capBytes: number, signal: AbortSignal | undefined): Promise<Uint8Array | null> {
  if (body === undefined || body === null || body === '') return null
  if (typeof body === 'string') return utf8(body)
  if (body instanceof Uint8Array) return body.slice()
  if (isSource(body)) return readSource(body, capBytes, signal)
  fail(
    'ARGUMENT_INVALID',
    `"body" must be text, bytes or a stream, got ${kindOf(body)}: write it with JSON.stringify()`,
  )
}

// RFC 9110 8.6: these have a length also where there is no content.
const WITH_LENGTH = /^(?:POST|PUT|PATCH)$/

function optionsOf({ method, authority, target, fields, body }: HttpRequest, url: URL): SignedNodeRequest['options'] {
  const bytes = body as Uint8Array | null
  const own = withoutFields(fields, 'content-length', 'transfer-encoding')
  const length = bytes !== null || WITH_LENGTH.test(method) ? ['Content-Length', String(bytes?.length ?? 0)] : []
  return {
    protocol: url.protocol,
    // Brackets around an IPv6 address are part of a URL alone.
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    ...(url.port !== '' && { port: url.port }),
    method,
    path: target,
    // Node adds nothing of its own to a list, so Host is among them.
    headers: [...(hasField(own, 'host') ? [] : ['Host', authority]), ...own, ...length],
  }
}
