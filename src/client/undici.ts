/** Signing for undici's dispatchers: `countersign/client/undici`. */
import { stringify } from 'node:querystring'
import type { Dispatcher } from 'undici'
import { utf8 } from '../crypto/encoding.js'
import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { assertFieldLine, type FieldLines, hasField } from '../message/fields.js'
import { assertMethod, type HttpRequest, isStream, normalMethod } from '../message/message.js'
import { memberName, refuseValue, scalarText } from '../message/values.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { RANDOM } from '../sources/sources.js'
import { assertParts } from '../support/asked.js'
import type { Body, BodyStream } from '../support/body.js'
import { abortable, pause, type Signal } from '../support/deadline.js'
import { isSource, readSource } from './fetch/body.js'
import { assertOrigin, type InsecureOption, originSet } from './fetch/origins.js'
import { type RetryAfterOptions, retryAfterRule, type Waited } from './fetch/retry.js'
import { assertSigner, SERVICE, type SignRequestOptions, signWith } from './sign-request.js'

/** Options of {@link signInterceptor}. */
export interface SignInterceptorOptions extends SignRequestOptions, InsecureOption {
  /** The only origins that are signed for, each `https://host[:port]`. A signer for one service knows its own, and signs for no other. */
  readonly origins: readonly string[]
  /** A request to any other origin: `refuse` fails with `ORIGIN_REFUSED`, `unsigned` lets it pass as it is. Default `refuse`. */
  readonly otherOrigin?: 'refuse' | 'unsigned'
  /**
   * A 503 with `Retry-After` is waited out, and the request signed and sent again, before an interceptor above sees it: as
   * `retryAfter` of `createSignedFetch`, with the same defaults.
   */
  readonly retryAfter?: RetryAfterOptions | false
  /** Largest stream that is read into memory to be digested. Default 16 MiB. */
  readonly maxBodyBytes?: number
}

const KNOWN: OptionNames<SignInterceptorOptions> = {
  origins: 1,
  otherOrigin: 1,
  retryAfter: 1,
  maxBodyBytes: 1,
  clock: 1,
  nonces: 1,
}

/**
 * An undici interceptor that signs every dispatch, with its own time and nonce. undici runs the last interceptor first, so
 * `compose(signInterceptor(…), interceptors.retry())` signs each attempt anew; the other way round a retry would send the
 * same signature again, which is refused with `CONFIG_INVALID` before a byte of it is written.
 *
 * Failures reach the request as its error: `ORIGIN_REFUSED`, `ARGUMENT_INVALID` for a body whose bytes cannot be known
 * before they are sent (FormData), `BODY_TOO_LARGE`, `BODY_CONSUMED`, what signing throws, and the signal's reason.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe.
 * @example
 * ```ts
 * import { hmacKey, randomBytes, rfc9421 } from 'countersign'
 * import { signInterceptor } from 'countersign/client/undici'
 * import { Agent, interceptors } from 'undici'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const sign = signInterceptor(rfc9421({ key }), { origins: ['https://api.example.com'] })
 * const agent = new Agent().compose(sign, interceptors.retry({ maxRetries: 2 }))
 * ```
 */
export function signInterceptor(
  signer: Signer & { readonly service: Service },
  options?: Partial<SignInterceptorOptions>,
): Dispatcher.DispatcherComposeInterceptor
export function signInterceptor(
  signer: Signer,
  options: SignInterceptorOptions,
): Dispatcher.DispatcherComposeInterceptor
export function signInterceptor(
  signer: Signer,
  given?: Partial<SignInterceptorOptions>,
): Dispatcher.DispatcherComposeInterceptor {
  assertSigner('signInterceptor', signer)
  assertOptions('signInterceptor', given, { ...KNOWN, ...SERVICE })
  assertParts('signInterceptor', given)
  const options = { ...signer.service, ...given } as SignInterceptorOptions
  const { otherOrigin = 'refuse', nonces = RANDOM, maxBodyBytes = 16_777_216 } = options
  const { retryAfter = signer.service === undefined ? {} : false } = options
  const waitOut = retryAfterRule('signInterceptor: retryAfter', retryAfter)
  if (otherOrigin !== 'refuse' && otherOrigin !== 'unsigned')
    throw new CountersignError(
      'CONFIG_INVALID',
      `signInterceptor: "otherOrigin" must be "refuse" or "unsigned", got ${kindOf(otherOrigin)}`,
    )
  if (!(typeof maxBodyBytes === 'number' && maxBodyBytes >= 0))
    throw new CountersignError(
      'CONFIG_INVALID',
      `signInterceptor: "maxBodyBytes" must be a number of bytes, got ${kindOf(maxBodyBytes)}`,
    )
  const origins = originSet(options.origins, options)
  const parsed = new Map([...origins].map((origin) => [origin, new URL(origin)]))

  return (dispatch) => (opts, handler) => {
    const fail = (error: unknown): true => {
      // No controller: nothing was sent yet.
      handler.onResponseError?.(null as never, error as Error)
      return true
    }
    const { signal } = opts as { signal?: Signal }
    const waited: Waited = { waits: 0, waitedMs: 0 }
    /** Signs and sends; again after an answer that asks to wait. */
    const start = (ready: HttpRequest): boolean | Promise<boolean> => {
      if (nonces.inTurn !== undefined) return nonces.inTurn(signer.key.keyId, async () => go(ready))
      return go(ready)
    }
    const go = (ready: HttpRequest): boolean | Promise<boolean> => {
      const signed = signWith(ready, signer, options)
      return signed instanceof Promise ? waiting(signal, signed).then((one) => send(one, ready)) : send(signed, ready)
    }
    const send = ({ method, target, fields, body }: HttpRequest, ready: HttpRequest): boolean =>
      dispatch(
        {
          ...opts,
          method,
          path: target,
          query: undefined as never,
          headers: fields as string[],
          body: body as Uint8Array,
        },
        once(
          isStream(ready.body)
            ? handler
            : holdResponse(
                handler,
                (status, after) => waitOut(status, typeof after === 'string' ? after : undefined, waited),
                (waitMs) => {
                  const aborts = signal instanceof AbortSignal ? signal : undefined
                  pause(waitMs, aborts)
                    .then(() => start(ready))
                    .catch(fail)
                },
              ),
        ),
      )
    try {
      const request = requestOf(opts, parsed)
      if (otherOrigin === 'unsigned' && !(origins.has(originOf(request)) && stayed(handler, request)))
        return dispatch(opts, handler)
      assertOrigin(origins, request)
      if (!stayed(handler, request))
        throw new CountersignError('ORIGIN_REFUSED', 'a redirect came back from another origin')
      const loaded = withBody(request, opts.body, maxBodyBytes, signal)
      const sent = loaded instanceof Promise ? loaded.then(start) : start(loaded)
      if (!(sent instanceof Promise)) return sent
      sent.catch(fail)
      return true
    } catch (error) {
      return fail(error)
    }
  }
}

/** undici also takes an EventEmitter for a signal; it says nothing before the dispatch. */
const waiting = <T>(signal: Signal, work: Promise<T>): Promise<T> =>
  abortable(work, signal instanceof AbortSignal ? signal : undefined)

const originOf = ({ scheme, authority }: HttpRequest): string => `${scheme}://${authority}`

/** False when a redirect handler above has been elsewhere: where it leads from there is no longer our server's word. */
function stayed(handler: object, request: HttpRequest): boolean {
  const { history, handler: above } = handler as { history?: unknown; handler?: unknown }
  if (Array.isArray(history) && history.some((url) => url instanceof URL && url.origin !== originOf(request)))
    return false
  return typeof above !== 'object' || above === null || stayed(above, request)
}

/** The request of a dispatch, its body aside. */
function requestOf(
  { origin, path, query, method: given, headers }: Dispatcher.DispatchOptions,
  parsed: ReadonlyMap<string, URL>,
): HttpRequest {
  if (origin === undefined)
    throw new CountersignError(
      'ORIGIN_REFUSED',
      '"origin" of the dispatch must be stated: use an Agent, or pass "origin"',
    )
  const { protocol, host } = typeof origin === 'string' ? (parsed.get(origin) ?? new URL(origin)) : origin
  assertMethod(given)
  // As fetch does; undici itself sends what it is given, which servers refuse.
  const method = normalMethod(given)
  if (method === 'CONNECT' || !path.startsWith('/'))
    throw new CountersignError(
      'MESSAGE_MALFORMED',
      '"path" of the dispatch must start at the root, and CONNECT is not signed',
    )
  // As undici writes it: what is signed must be what it would have made.
  const added = query === undefined || query === null ? '' : stringify(queryTexts(query))
  if (added !== '' && /[?#]/.test(path))
    throw new CountersignError('MESSAGE_MALFORMED', '"query" of the dispatch must be absent where the path has one')
  const target = added === '' ? path : `${path}?${added}`
  return { method, scheme: protocol.slice(0, -1), authority: host, target, fields: linesOf(headers), body: null }
}

/** The values of a query, as the same rule has them everywhere: what `stringify` would make empty is refused. */
function queryTexts(query: object): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {}
  const textOf = (name: string, value: unknown): string =>
    scalarText(name, value) ??
    refuseValue(name, value, undefined, ': where the service takes JSON text, pass JSON.stringify(value)')
  for (const [name, value] of Object.entries(query)) {
    const path = memberName('query', name)
    if (Array.isArray(value)) out[name] = Array.from(value, (one, at) => textOf(memberName(path, at), one))
    else if (value !== undefined) out[name] = textOf(path, value)
  }
  return out
}

function linesOf(headers: Dispatcher.DispatchOptions['headers']): FieldLines {
  const out: string[] = []
  if (headers === null || headers === undefined) return out
  if (Array.isArray(headers) && !Array.isArray(headers[0]))
    for (let i = 0; i < headers.length; i += 2) addLine(out, headers[i], headers[i + 1])
  else if (Symbol.iterator in headers)
    for (const [name, value] of headers as Iterable<readonly [string, unknown]>) addLine(out, name, value)
  else for (const name of Object.keys(headers)) addLine(out, name, headers[name])
  return out
}

function addLine(out: string[], name: unknown, value: unknown): void {
  if (value === undefined || value === null) return
  if (Array.isArray(value)) {
    for (const one of value) addLine(out, name, one)
    return
  }
  const line = [text(name), text(value)] as const
  assertFieldLine(...line)
  out.push(...line)
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : Buffer.isBuffer(value) ? value.toString('latin1') : String(value)

/** The request with its body's bytes; a stream that comes with its digest stays one. */
function withBody(
  request: HttpRequest,
  body: unknown,
  capBytes: number,
  signal: Signal,
): HttpRequest | Promise<HttpRequest> {
  const carry = (bytes: Uint8Array): HttpRequest => ({ ...request, body: bytes.length === 0 ? null : (bytes as Body) })
  if (body === null || body === undefined) return request
  if (typeof body === 'string') return carry(utf8(body))
  if (body instanceof Uint8Array) return carry(body)
  if (isSource(body)) {
    if (hasField(request.fields, 'content-digest')) return { ...request, body: body as BodyStream }
    return readSource(body, capBytes, signal instanceof AbortSignal ? signal : undefined).then(carry)
  }
  throw new CountersignError(
    'ARGUMENT_INVALID',
    '"body" must be a string, bytes or a stream; give FormData and Blob to createSignedFetch, or to new Response(body).bytes()',
  )
}

/** Passes everything on, and refuses a second start: some interceptor below is about to send this signature again. */
function once(handler: Dispatcher.DispatchHandler): Dispatcher.DispatchHandler {
  let started = false
  return {
    onRequestStart: (controller, context) => {
      if (started)
        return controller.abort(
          new CountersignError(
            'CONFIG_INVALID',
            'a signature was about to be sent twice: compose signing first, then retry or redirect',
          ),
        )
      started = true
      handler.onRequestStart?.(controller, context)
    },
    onRequestUpgrade: (...rest) => handler.onRequestUpgrade?.(...rest),
    onResponseStart: (...rest) => handler.onResponseStart?.(...rest),
    onResponseData: (...rest) => handler.onResponseData?.(...rest),
    onResponseEnd: (...rest) => handler.onResponseEnd?.(...rest),
    onResponseError: (...rest) => handler.onResponseError?.(...rest),
  }
}

/**
 * A handler that keeps an answer back where `waitFor` says how long to wait before the request is sent again, and calls `again`
 * when that answer has ended. Everything else passes.
 */
function holdResponse(
  handler: Dispatcher.DispatchHandler,
  waitFor: (status: number, retryAfter: unknown) => number | undefined,
  again: (waitMs: number) => void,
): Dispatcher.DispatchHandler {
  let waitMs: number | undefined
  return {
    onRequestStart: (...rest) => handler.onRequestStart?.(...rest),
    onRequestUpgrade: (...rest) => handler.onRequestUpgrade?.(...rest),
    onResponseStart: (controller, status, headers, ...rest) => {
      waitMs = waitFor(status, headers['retry-after'])
      if (waitMs === undefined) handler.onResponseStart?.(controller, status, headers, ...rest)
    },
    onResponseData: (...rest) => {
      if (waitMs === undefined) handler.onResponseData?.(...rest)
    },
    onResponseEnd: (...rest) => {
      if (waitMs === undefined) handler.onResponseEnd?.(...rest)
      else again(waitMs)
    },
    onResponseError: (...rest) => handler.onResponseError?.(...rest),
  }
}
