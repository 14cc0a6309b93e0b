/** Signing for undici's dispatchers: `countersign/client/undici`. */
import type { Dispatcher } from 'undici'
import { assertOptions, CountersignError, kindOf, type OptionNames } from '../errors.js'
import { type HttpRequest, isStream } from '../message/message.js'
import type { Service, Signer } from '../schemes/scheme.js'
import { RANDOM } from '../sources/sources.js'
import { assertParts, assertUnit, CLOCK, NONCES } from '../support/asked.js'
import { abortable, pause, type Signal } from '../support/deadline.js'
import { AS_SYMBOL, assertOrigin, type InsecureOption, originSet } from './fetch/origins.js'
import { type RetryAfterOptions, retryAfterRule, type Waited } from './fetch/retry.js'
import { assertSigner, SERVICE, type SignRequestOptions, signWith } from './sign-request.js'
import { SignedHandler, type Waiting } from './undici-handler.js'
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
  origins: 2,
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
  assertUnit('signInterceptor: ', given?.clock)
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

  const settings: Settings = { signer, options, nonces, origins, parsed, otherOrigin, maxBodyBytes, waitOut }
  return (dispatch) => (opts, handler) => new SignedDispatch(settings, dispatch, opts, handler).run()
}

interface Settings {
  readonly signer: Signer
  readonly options: SignInterceptorOptions
  readonly nonces: NonNullable<SignInterceptorOptions['nonces']>
  readonly origins: ReadonlySet<string>
  /** Each origin as a URL. */
  readonly parsed: ReadonlyMap<string, URL>
  readonly otherOrigin: 'refuse' | 'unsigned'
  readonly maxBodyBytes: number
  readonly waitOut: ReturnType<typeof retryAfterRule>
}

/** One request, which may be signed and sent several times. A class, because its parts would be functions made for every request. */
class SignedDispatch implements Waiting {
  readonly #settings: Settings
  readonly #dispatch: Dispatcher.Dispatch
  readonly #opts: Dispatcher.DispatchOptions
  readonly #handler: Dispatcher.DispatchHandler
  #ready: HttpRequest | undefined
  #waited: Waited | undefined

  constructor(
    settings: Settings,
    dispatch: Dispatcher.Dispatch,
    opts: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandler,
  ) {
    this.#settings = settings
    this.#dispatch = dispatch
    this.#opts = opts
    this.#handler = handler
  }

  run(): boolean {
    const { origins, parsed, otherOrigin, maxBodyBytes } = this.#settings
    const opts = this.#opts
    try {
      const request = requestOf(opts, parsed)
      if (otherOrigin === 'unsigned' && !(origins.has(originOf(request)) && stayed(this.#handler, request)))
        return this.#dispatch(opts, this.#handler)
      assertOrigin(origins, request)
      if (!stayed(this.#handler, request))
        throw new CountersignError('ORIGIN_REFUSED', 'a redirect came back from another origin')
      const loaded = withBody(request, opts.body, maxBodyBytes, this.#signal)
      const sent = loaded instanceof Promise ? loaded.then((ready) => this.#start(ready)) : this.#start(loaded)
      if (!(sent instanceof Promise)) return sent
      sent.catch((error: unknown) => this.#fail(error))
      return true
    } catch (error) {
      return this.#fail(error)
    }
  }

  waitFor(status: number, retryAfter: unknown): number | undefined {
    // Nearly every answer is none of these.
    if (status !== 503) return undefined
    this.#waited ??= { waits: 0, waitedMs: 0 }
    return this.#settings.waitOut(status, typeof retryAfter === 'string' ? retryAfter : undefined, this.#waited)
  }

  again(waitMs: number): void {
    const signal = this.#signal
    pause(waitMs, signal instanceof AbortSignal ? signal : undefined)
      .then(() => this.#start(this.#ready as HttpRequest))
      .catch((error: unknown) => this.#fail(error))
  }

  get #signal(): Signal {
    return (this.#opts as { readonly signal?: Signal }).signal
  }

  #fail(error: unknown): true {
    // No controller: nothing was sent yet.
    this.#handler.onResponseError?.(null as never, error as Error)
    return true
  }

  /** Signs and sends; again after an answer that asks to wait. */
  #start(ready: HttpRequest): boolean | Promise<boolean> {
    const { nonces, signer } = this.#settings
    this.#ready = ready
    if (nonces.inTurn !== undefined) return nonces.inTurn(signer.key.keyId, async () => this.#sign(ready))
    return this.#sign(ready)
  }

  #sign(ready: HttpRequest): boolean | Promise<boolean> {
    const signed = signWith(ready, this.#settings.signer, this.#settings.options)
    return signed instanceof Promise ? waiting(this.#signal, signed).then((one) => this.#send(one)) : this.#send(signed)
  }

  #send({ method, target, fields, body }: HttpRequest): boolean {
    const waits = isStream(this.#ready?.body ?? null) ? undefined : this
    // Not spread: V8 takes ten times as long for a spread whose members are then replaced.
    const dispatched = Object.assign({}, this.#opts, {
      method,
      path: target,
      query: undefined as never,
      headers: fields as string[],
      body: body as Uint8Array,
    })
    return this.#dispatch(dispatched, new SignedHandler(this.#handler, waits))
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
