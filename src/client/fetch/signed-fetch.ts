import { isCountersignError } from '../../errors.js'
import { assertFetchInit } from '../../message/fetch-init.js'
import { type HttpRequest, isStream } from '../../message/message.js'
import type { Service, Signer } from '../../schemes/scheme.js'
import type { Clock } from '../../sources/sources.js'
import { abortable, pause } from '../../support/deadline.js'
import { signWith } from '../sign-request.js'
import { type SignedFetch, type SignedFetchOptions, signedFetchSettings } from './options.js'
import { assertOrigin } from './origins.js'
import { type Hop, nextHop, refusedRedirect } from './redirect.js'
import { initOf, loadBody, type Plan, planOf, urlOf } from './request.js'
import type { Waited } from './retry.js'

/** `Date` is exact to a second, and an answer is under way for a while. */
const MATERIAL_MS = 2_000

/**
 * A `fetch` that signs: it digests the body, signs, and sends exactly the bytes that were signed. Redirects, retries and
 * what a server asks for with `Accept-Signature` are signed anew, each with its own time and nonce.
 *
 * @param options may be left out for the signer of one service, which knows its origins
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be safe. The returned function rejects with
 *   `ORIGIN_REFUSED`, `REDIRECT_REFUSED`, `BODY_TOO_LARGE`, `BODY_CONSUMED`, `RESPONSE_UNVERIFIED`, with what signing throws, with
 *   the signal's reason, and with the transport's errors.
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
// One signature and no overloads: of those TypeScript tells all that does not fit any of them before a misspelt option.
export function createSignedFetch<S extends Signer>(
  signer: S,
  ...options: [S] extends [{ readonly service: Service }]
    ? [options?: Partial<SignedFetchOptions>]
    : [options: SignedFetchOptions]
): SignedFetch<[S] extends [{ readonly service: Service<infer I> }] ? I : RequestInit>
export function createSignedFetch(signer: Signer, given?: Partial<SignedFetchOptions>): SignedFetch {
  const settings = signedFetchSettings(signer, given)
  const { transport, clock, nonces, retry, waitOut, redirects, origins } = settings
  const { buildRequest, fetchInit, isClockError = ({ status }) => status === 401 } = settings

  /** Whether an answer refuses the request for its time; the listener is called. */
  const blamed = async ({ request }: Hop, response: Response, oursMs: number): Promise<boolean> => {
    if (!(await isClockError(response))) return false
    const saidMs = Date.parse(response.headers.get('date') ?? '')
    const offsetMs = Number.isNaN(saidMs) ? undefined : saidMs - oursMs
    // Without a rule of the service any 401 may be about the time: then the two clocks must differ.
    if (settings.isClockError === undefined && !(Math.abs(offsetMs ?? 0) >= MATERIAL_MS)) return true
    try {
      settings.onClockError?.({ origin: `${request.scheme}://${request.authority}`, keyId: signer.key.keyId, offsetMs })
    } catch {
      // A listener has no part in the request.
    }
    return true
  }
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
      const oursMs = response ? clock.now() : 0
      // A server's nonce or time, which only the scheme can read.
      if (hop.signed && sent && spent.by.learn?.(sent.response, sent.message) === true && again && !spent.learned) {
        spent.learned = true
        discard(response)
        continue
      }
      if (hop.signed && response && (await blamed(hop, response, oursMs)) && again) {
        if (!spent.synced) {
          spent.synced = true
          if (await abortable(synced(clock), signal)) {
            discard(response)
            continue
          }
        }
      }
      if (hop.signed && response && again && spent.by === signer) {
        const other = signer.answer?.(response, hop.request)
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
    if (fetchInit) assertFetchInit(asked[1], fetchInit)
    const built = buildRequest?.(...asked) ?? asked
    const plan = 'request' in built ? built : planOf(...built)
    assertOrigin(origins, plan.request)
    plan.signal?.throwIfAborted()
    let hop: Hop = { request: await loadBody(plan, settings.maxBodyBytes), signed: true }
    const spent: Spent = { attempts: 1, waits: 0, waitedMs: 0, synced: false, learned: false, by: signer }
    for (let count = 0; ; count++) {
      const { message, response } = await exchange(hop, plan, spent)
      let next: Hop | undefined
      try {
        if (plan.redirect !== 'manual') next = nextHop(hop, response, redirects.otherOrigin === 'unsigned')
      } catch (refused) {
        discard(response)
        throw refused
      }
      if (!next) {
        // As the platform's fetch reports it; the member is a getter of the prototype.
        if (count > 0) Object.defineProperty(response, 'redirected', { value: true })
        return settings.response ? abortable(settings.response.check(response, message), plan.signal) : response
      }
      discard(response)
      if (plan.redirect === 'error' || count >= redirects.max) throw refusedRedirect('is too many')
      hop = next
      // What one answer asked for, a nonce among it, is not what the next server has asked for.
      spent.by = signer
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
  learned: boolean
  /** Another one than the client's after a negotiation, of which there is one for each hop. */
  by: Signer
}

/** A time source that is down must not turn an answer into an error: the clock stays as it was. */
const synced = (clock: Clock): Promise<boolean> => clock.sync?.().catch(() => false) ?? Promise.resolve(false)

/** Frees the connection of a response that will not be read. */
function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => {})
}
