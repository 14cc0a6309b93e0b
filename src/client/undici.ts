/** Signing for undici's dispatchers: `countersign/client/undici`. */
import type { Dispatcher } from 'undici'
import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { type HttpRequest, isStream } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { RANDOM } from '../sources/sources.js'
import { assertParts, CLOCK, NONCES } from '../support/asked.js'
import { abortable, pause, type Signal } from '../support/deadline.js'
import { AS_SYMBOL, assertOrigin, type InsecureOption, originSet } from './fetch/origins.js'
import { type RetryAfterOptions, retryAfterRule, type Waited } from './fetch/retry.js'
import { assertSigner, SERVICE, type SignRequestOptions, signWith } from './sign-request.js'
import { requestOf, withBody } from './undici-request.js'

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
  assertOptions('signInterceptor', given, { ...KNOWN, ...SERVICE }, { allowInsecure: AS_SYMBOL })
  assertParts('signInterceptor', given, CLOCK, NONCES)
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

/** undici also takes an EventEmitter as a signal, which has no state to read before the dispatch. */
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
 * A handler that keeps an answer back where `waitFor` returns how long to wait before the request is sent again, and calls `again`
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
