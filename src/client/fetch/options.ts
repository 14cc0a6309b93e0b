import { assertOptions, mustBe, type OptionNames } from '../../errors.js'
import type { HttpRequest } from '../../message/message.js'
import type { Service, Signer } from '../../schemes/scheme.js'
import { type Clock, type Nonces, RANDOM, systemClock } from '../../sources/sources.js'
import { assertParts, assertUnit, CLOCK, FETCH, NONCES, type Part } from '../../support/asked.js'
import { assertSigner, SERVICE } from '../sign-request.js'
import { AS_SYMBOL, type InsecureOption, originSet } from './origins.js'
import { type RetryAfterOptions, type RetryAfterRule, type RetryRule, retryAfterRule } from './retry.js'

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
  origins: 2,
  clock: 1,
  nonces: 1,
  retry: 1,
  retryAfter: 1,
  redirects: 1,
  maxBodyBytes: [(value) => typeof value === 'number' && value >= 0, 'a number of bytes'],
  response: 1,
  fetch: 1,
  onClockError: 1,
}
const REDIRECTS: OptionNames<NonNullable<SignedFetchOptions['redirects']>> = { max: 1, otherOrigin: 1 }
const RESPONSE: Part = ['response', 'an object with check()', 'check']
const RETRY: Part = ['retry', 'a function, such as retries({ attempts: 3 })']
const ON_CLOCK_ERROR: Part = ['onClockError', 'a function']
// What belongs to the signer, or to one request.
const HINTS = {
  allowInsecure: AS_SYMBOL,
  baseUrl: '"baseUrl" of the exchange\'s signer',
  environment: '"environment" of the exchange\'s signer',
  testnet: '"environment" of the exchange\'s signer',
  timeout: '"signal" of one request: AbortSignal.timeout(ms)',
  headers: '"headers" of one request',
}

/** {@link SignedFetchOptions}, checked, with their defaults and those of the service. */
export interface SignedFetchSettings
  extends Pick<SignedFetchOptions, 'retry' | 'onClockError' | 'response'>,
    Required<Pick<SignedFetchOptions, 'clock' | 'nonces' | 'maxBodyBytes'>>,
    Partial<Pick<Service, 'buildRequest' | 'fetchInit' | 'isClockError'>> {
  readonly origins: ReadonlySet<string>
  readonly transport: NonNullable<TransportOption['fetch']>
  /** The rule of `retryAfter`. */
  readonly waitOut: RetryAfterRule
  readonly redirects: { readonly max: number; readonly otherOrigin: 'refuse' | 'unsigned' }
}

/** @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe. */
export function signedFetchSettings(
  signer: Signer,
  given: Partial<SignedFetchOptions> | undefined,
): SignedFetchSettings {
  assertSigner('createSignedFetch', signer)
  assertOptions('createSignedFetch', given, { ...KNOWN, ...SERVICE }, HINTS)
  assertOptions('createSignedFetch: redirects', given?.redirects, REDIRECTS)
  assertParts('createSignedFetch', given, CLOCK, NONCES, FETCH, RESPONSE, RETRY, ON_CLOCK_ERROR)
  const options = { ...signer.service, ...given } as SignedFetchOptions & Partial<Service>
  const { clock = systemClock, nonces = RANDOM, maxBodyBytes = 16_777_216 } = options
  assertUnit('createSignedFetch: ', clock)
  const { max = 20, otherOrigin = 'refuse' } = options.redirects ?? {}
  mustBe(
    otherOrigin === 'refuse' || otherOrigin === 'unsigned',
    'redirects.otherOrigin',
    '"refuse" or "unsigned"',
    otherOrigin,
  )
  mustBe(typeof max === 'number' && max >= 0 && max <= 20, 'redirects.max', 'a number from 0 to 20', max)
  const { retryAfter = signer.service === undefined ? {} : false } = options
  return {
    ...options,
    clock,
    nonces,
    maxBodyBytes,
    redirects: { max, otherOrigin },
    origins: originSet(options.origins, options),
    transport: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    waitOut: retryAfterRule('createSignedFetch: retryAfter', retryAfter),
  }
}
