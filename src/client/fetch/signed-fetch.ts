import { assertOptions, CountersignError, isCountersignError, kindOf, type OptionNames } from '../../errors.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import type { Service, Signer } from '../../schemes/scheme.js'
import { type Clock, type Nonces, RANDOM, systemClock } from '../../sources/sources.js'
import { assertParts } from '../../support/asked.js'
import { abortable, pause } from '../../support/deadline.js'
import { assertSigner, SERVICE, signWith } from '../sign-request.js'
import { assertOrigin, type InsecureOption, originSet } from './origins.js'
import { type Hop, nextHop, refusedRedirect } from './redirect.js'
import { initOf, loadBody, type Plan, planOf, urlOf } from './request.js'
import { type RetryAfterOptions, type RetryRule, retryAfterRule, type Waited } from './retry.js'

/** Anything that is called like `fetch`. */
export type SignedFetch<I extends RequestInit = RequestInit> = (
  input: string | URL | Request,
  init?: I,
) => Promise<Response>

/** Who puts requests on the wire. */
export interface TransportOption {
  /**
   * Always called with a URL and a `RequestInit`, and answers with a `Response`; the types are loose because undici's and the
   * platform's differ. Default: the global `fetch`, looked up at each call.
   */
  fetch?(url: string, init: object): Promise<Pick<Response, 'status'>>
}

/** Options of {@link createSignedFetch}. */
export interface SignedFetchOptions extends InsecureOption, TransportOption {
  /** The only origins that are signed for, each `https://host[:port]`. A signer for one service knows its own, and signs for no other. */
  readonly origins: readonly string[]
  /** Default: the service's, or this machine's. A clock with `sync` is asked again after a refusal for the time (or a 401). */
  readonly clock?: Clock
  /** Default: the service's, or random ones. */
  readonly nonces?: Nonces
  /** When to send again, such as `retries({ attempts: 3 })`. Default: never. */
  readonly retry?: RetryRule
  /**
   * A 503 with `Retry-After` is waited out, and the request signed and sent again: what a verifier answers while it has just
   * started (`REPLAY_BARRIER`), its clock is not safe or a store is away. Only for bodies that can be sent again. `retry` is
   * asked first. Default: 6 times at most and 20 seconds in all; `false` for signers of exchanges, whose 503 may mean that an
   * order was placed.
   */
  readonly retryAfter?: RetryAfterOptions | false
  /** What happens to a redirect; one that stays on its origin is signed anew and followed, at most 20 times. */
  readonly redirects?: {
    /** Redirects in a row, 0 to 20. */
    readonly max?: number
    /**
     * A redirect to another origin: `refuse` throws `REDIRECT_REFUSED`. `unsigned` follows without any signature, cookie
     * or Authorization field, and does not sign again on the way back. Default `refuse`.
     */
    readonly otherOrigin?: 'refuse' | 'unsigned'
  }
  /** Sign once more, as a 401 asks with `Accept-Signature` (RFC 9421 5), if the signer is `negotiable()`. Default `true`. */
  readonly negotiate?: boolean
  /** Largest stream that is read into memory to be digested. Default 16 MiB. */
  readonly maxBodyBytes?: number
  /**
   * Called when an answer refuses a request for its time, also where the request is then signed anew: see {@link ClockError}.
   * What it throws is ignored.
   */
  readonly onClockError?: (event: ClockError) => void
  /** Proves the final response, or throws `RESPONSE_UNVERIFIED`; see `createResponseVerifier`. */
  readonly response?: ResponseCheck
}

/** A refusal for the time of a request. */
export interface ClockError {
  /** The origin that refused. */
  readonly origin: string
  readonly keyId: string
  /**
   * By how many milliseconds the clock that signed is late (negative: ahead), from the `Date` of the refusal, which is exact to
   * a second. `undefined` where a page cannot read that field.
   */
  readonly offsetMs: number | undefined
}

/** What {@link SignedFetchOptions.response} needs. */
export interface ResponseCheck {
  /** The response with its body, checked. `request` is what was sent. */
  check(response: Response, request: HttpRequest): Promise<Response>
}

const KNOWN: OptionNames<SignedFetchOptions> = {
  origins: 1,
  clock: 1,
  nonces: 1,
  retry: 1,
  retryAfter: 1,
  redirects: 1,
  negotiate: 1,
  maxBodyBytes: 1,
  response: 1,
  fetch: 1,
  onClockError: 1,
}
/** `Date` is exact to a second, and an answer is under way for a while. */
const MATERIAL_MS = 2_000
const REDIRECTS: OptionNames<NonNullable<SignedFetchOptions['redirects']>> = { max: 1, otherOrigin: 1 }
// What belongs to the signer, or to one request.
const HINTS = {
  baseUrl: '"baseUrl" of the exchange\'s signer',
  environment: '"environment" of the exchange\'s signer',
  testnet: '"environment" of the exchange\'s signer',
  timeout: '"signal" of one request: AbortSignal.timeout(ms)',
  headers: '"headers" of one request',
}

/**
 * A `fetch` that signs: it digests the body, signs, and sends exactly the bytes that were signed. Redirects, retries and
 * what a server asks for with `Accept-Signature` are signed anew, each with its own time and nonce.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe. The returned function rejects with
 *   `ORIGIN_REFUSED`, `REDIRECT_REFUSED`, `BODY_TOO_LARGE`, `BODY_CONSUMED`, `RESPONSE_UNVERIFIED`, with what signing throws, with
 *   the signal's reason, and with the transport's own errors.
 * @example
 * ```ts
 * import { createSignedFetch, hmacKey, randomBytes, retries, rfc9421 } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signedFetch = createSignedFetch(rfc9421({ key }), {
 *   origins: ['https://api.example.com'],
 *   retry: retries({ attempts: 3 }),
 * })
 *
 * export const placeOrder = (order: object): Promise<Response> =>
 *   signedFetch('https://api.example.com/v1/orders', { method: 'POST', body: JSON.stringify(order) })
 * ```
 */
export function createSignedFetch<I extends RequestInit>(
  signer: Signer & { readonly service: Service<I> },
  options?: Partial<SignedFetchOptions>,
): SignedFetch<I>
export function createSignedFetch(signer: Signer, options: SignedFetchOptions): SignedFetch
export function createSignedFetch(signer: Signer, given?: Partial<SignedFetchOptions>): SignedFetch {
  assertSigner('createSignedFetch', signer)
  assertOptions('createSignedFetch', given, { ...KNOWN, ...SERVICE }, HINTS)
  assertOptions('createSignedFetch: redirects', given?.redirects, REDIRECTS)
  assertParts('createSignedFetch', given)
  const options = { ...signer.service, ...given } as SignedFetchOptions & Partial<Service>
  const { buildRequest, isClockError = ({ status }) => status === 401 } = options
  const { fetch: transport = (url, init) => globalThis.fetch(url, init), maxBodyBytes = 16_777_216 } = options
  const { clock = systemClock, nonces = RANDOM, negotiate = true, retry, response: checker } = options
  const { retryAfter = signer.service === undefined ? {} : false } = options
  const waitOut = retryAfterRule('createSignedFetch: retryAfter', retryAfter)
  const { max = 20, otherOrigin } = options.redirects ?? {}
  const origins = originSet(options.origins, options)
  const { onClockError } = options

  /** Whether an answer refuses the request for its time; the listener hears of it. */
  const blamed = async ({ request }: Hop, response: Response, oursMs: number): Promise<boolean> => {
    if (!(await isClockError(response))) return false
    const saidMs = Date.parse(response.headers.get('date') ?? '')
    const offsetMs = Number.isNaN(saidMs) ? undefined : saidMs - oursMs
    // Without a rule of the service any 401 may be about the time: then the two clocks must differ.
    if (options.isClockError === undefined && !(Math.abs(offsetMs ?? 0) >= MATERIAL_MS)) return true
    try {
      onClockError?.({ origin: `${request.scheme}://${request.authority}`, keyId: signer.key.keyId, offsetMs })
    } catch {
      // A listener has no part in the request.
    }
    return true
  }
  if (typeof negotiate !== 'boolean')
    throw new CountersignError('CONFIG_INVALID', `"negotiate" must be true or false, got ${kindOf(negotiate)}`)
  if (otherOrigin !== undefined && otherOrigin !== 'refuse' && otherOrigin !== 'unsigned')
    throw new CountersignError(
      'CONFIG_INVALID',
      `"redirects.otherOrigin" must be "refuse" or "unsigned", got ${kindOf(otherOrigin)}`,
    )
  if (!(typeof max === 'number' && max >= 0 && max <= 20))
    throw new CountersignError('CONFIG_INVALID', '"redirects.max" must be a number from 0 to 20')
  if (!(typeof maxBodyBytes === 'number' && maxBodyBytes >= 0))
    throw new CountersignError(
      'CONFIG_INVALID',
      `"maxBodyBytes" must be a number of bytes, got ${kindOf(maxBodyBytes)}`,
    )

  /** Signs and sends. The two happen in turn where nonces must arrive in order. */
  const send = async ({ request, signed }: Hop, by: Signer, { rest, signal }: Plan): Promise<Sent> => {
    if (signed && clock.needsSync === true) await abortable(synced(clock), signal)
    const go = async (): Promise<{ message: HttpRequest; answer: Promise<Response> }> => {
      signal?.throwIfAborted()
      const message = signed
        ? await abortable(Promise.resolve(signWith(request, by, { clock, nonces })), signal)
        : request
      // Of what was signed: a scheme may sign in the query.
      const answer = transport(urlOf(message), initOf(message, rest, signal)) as Promise<Response>
      // An abort may come between this promise and its await.
      answer.catch(() => {})
      return { message, answer }
    }
    const { message, answer } = await abortable(nonces.inTurn?.(by.key.keyId, go) ?? go(), signal)
    return { message, response: await answer }
  }

  /** One hop until there is an answer to keep: attempts, a corrected clock, a negotiated signature. */
  const exchange = async (hop: Hop, plan: Plan, spent: Spent): Promise<Sent> => {
    const { signal } = plan
    const again = !isStream(hop.request.body)
    for (;;) {
      let sent: Sent | undefined
      let error: unknown
      try {
        sent = await send(hop, spent.by, plan)
      } catch (thrown) {
        if (signal?.aborted || isCountersignError(thrown) || !again) throw thrown
        error = thrown
      }
      const response = sent?.response
      const oursMs = response === undefined ? 0 : clock.now()
      if (hop.signed && response && (await blamed(hop, response, oursMs)) && again) {
        if (!spent.synced) {
          spent.synced = true
          if (await abortable(synced(clock), signal)) {
            discard(response)
            continue
          }
        }
        const asked = response.headers.get('accept-signature')
        const other = asked && negotiate && spent.by === signer ? signer.negotiate?.(asked, hop.request) : undefined
        if (other) {
          spent.by = other
          discard(response)
          continue
        }
      }
      const waitMs = again
        ? (retry?.({ request: hop.request, response, error, attempt: spent.attempts }) ??
          (hop.signed ? waitOut(response?.status, response?.headers.get('retry-after'), spent) : undefined))
        : undefined
      if (waitMs === undefined) {
        if (sent) return sent
        throw error
      }
      spent.attempts++
      discard(response)
      await pause(waitMs, signal)
    }
  }

  return async (...asked) => {
    const built = buildRequest === undefined ? asked : buildRequest(...asked)
    const plan = 'request' in built ? built : planOf(...built)
    assertOrigin(origins, plan.request)
    plan.signal?.throwIfAborted()
    let hop: Hop = { request: await loadBody(plan, maxBodyBytes), signed: true }
    const spent: Spent = { attempts: 1, waits: 0, waitedMs: 0, synced: false, by: signer }
    for (let count = 0; ; count++) {
      const { message, response } = await exchange(hop, plan, spent)
      let next: Hop | undefined
      try {
        if (plan.redirect !== 'manual') next = nextHop(hop, response, otherOrigin === 'unsigned')
      } catch (refused) {
        discard(response)
        throw refused
      }
      if (next === undefined) {
        // As the platform's own fetch would say; the member is a getter of the prototype.
        if (count > 0) Object.defineProperty(response, 'redirected', { value: true })
        return checker === undefined ? response : abortable(checker.check(response, message), plan.signal)
      }
      discard(response)
      if (plan.redirect === 'error' || count >= max) throw refusedRedirect('is too many')
      hop = next
    }
  }
}

interface Sent {
  /** As it was sent. */
  readonly message: HttpRequest
  readonly response: Response
}

/** What one call may do once, or only so often, however many hops it takes. */
interface Spent extends Waited {
  attempts: number
  synced: boolean
  /** Another one than the client's own after a negotiation, of which there is one. */
  by: Signer
}

/** A time source that is down must not turn an answer into an error: the clock stays as it was. */
const synced = (clock: Clock): Promise<boolean> => clock.sync?.().catch(() => false) ?? Promise.resolve(false)

/** Frees the connection of a response that will not be read. */
function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {})
}
