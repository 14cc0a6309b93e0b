import type { OptionNames } from '../../errors.js'
import { assertVerifier } from '../host-values.js'
import type { Verifier } from '../options.js'
import { createResponseSigner } from '../respond.js'
import { streamRefusal } from '../steps/stream-failure.js'
import type { Accepted, Verdict } from '../verdict.js'
import { releaseDelivery, settleDelivery } from './delivery.js'
import {
  acceptedToFetch,
  type FetchMiddlewareOptions,
  judgeFetch,
  rawIncoming,
  refusalToFetch,
  requestWithBody,
} from './fetch-style.js'
import { assertFirst, openGate } from './gate.js'
import { assertMiddlewareOptions, MIDDLEWARE_OPTIONS } from './options.js'

export type { Route } from './routes.js'
export type { ScopeQuestion } from './scope-question.js'

/** The part of SvelteKit's event that is read and set. Declare `verdict` in `App.Locals`. */
export interface KitEvent {
  /** The request of Fetch. */
  request: Request
  /** Its URL, as the adapter has made it. */
  readonly url: URL
  /** The route that SvelteKit has found, as its folder is called; `null` where there is none. */
  readonly route?: { readonly id: string | null }
  /** What the program keeps of a request: it gets `verdict`. */
  readonly locals: object
  /** What the adapter adds. */
  readonly platform?: unknown
  /** The address that the adapter takes for the client's. */
  getClientAddress(): string
}

/** Options of {@link signatureHandle}. */
export interface SignatureHandleOptions extends FetchMiddlewareOptions {
  /**
   * Which requests are verified: those that are not go on without a verdict. Default: all. Ask for `event.route.id`. Of a path with
   * escapes it is asked twice, as it came and as SvelteKit decodes it (`/%61pi` is `/api`): one yes is enough.
   */
  readonly only?: (event: KitEvent) => boolean
  /** The address of the connection. Default: `event.getClientAddress()`. */
  readonly peer?: (event: KitEvent) => string | undefined
}

const KNOWN: OptionNames<SignatureHandleOptions> = { ...MIDDLEWARE_OPTIONS, signResponses: 1, only: 1, peer: 1 }

/**
 * A `handle` hook of SvelteKit: endpoints behind it find the verdict in `event.locals.verdict`, and `event.request` has the body as
 * verified. `sequence(signatureHandle(verifier), …)` puts it before other hooks.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for bad options; requests throw `BODY_CONSUMED` where a hook has read the body first.
 * @see {@link https://svelte.dev/docs/kit/hooks | SvelteKit, hooks}
 * @example
 * ```ts
 * import type { Verifier } from 'countersign/server'
 * import { signatureHandle } from 'countersign/server/sveltekit'
 *
 * export const handleOf = (verifier: Verifier) =>
 *   signatureHandle(verifier, {
 *     publicOrigin: 'https://app.example.com',
 *     only: ({ route }) => route?.id?.startsWith('/api/') === true,
 *   })
 * ```
 */
export function signatureHandle(
  verifier: Verifier,
  options: SignatureHandleOptions = {},
): <E extends KitEvent>(input: { event: E; resolve: (event: E) => Response | Promise<Response> }) => Promise<Response> {
  assertVerifier('signatureHandle', verifier, 'export const handle = signatureHandle(verifier)')
  assertMiddlewareOptions('signatureHandle', options, KNOWN)
  const { only, peer = clientAddress, signResponses } = options
  const gate = openGate(verifier, options)
  const sign = signResponses === undefined ? undefined : createResponseSigner(signResponses)
  return async ({ event, resolve }) => {
    if (only !== undefined && !isMeant(only, event)) return resolve(event)
    const locals = event.locals as { verdict?: Accepted }
    assertFirst(locals.verdict)
    // The adapter for Node hands over its own request.
    const { req } = Object(event.platform) as { readonly req?: unknown }
    const verdict: Verdict | undefined = await judgeFetch(
      gate,
      event.request,
      rawIncoming({ incoming: req }),
      peer(event),
    )
    if (verdict === undefined) return resolve(event)
    if (!verdict.ok) return refusalToFetch(gate.answer(verdict))
    locals.verdict = verdict
    event.request = requestWithBody(event.request, verdict)
    try {
      const response = await resolve(event)
      await settleDelivery(gate, verdict, response.status)
      return await acceptedToFetch(response, verdict, sign)
    } catch (error) {
      await releaseDelivery(gate, verdict)
      const refused = streamRefusal(error)
      if (refused === undefined) throw error
      return refusalToFetch(gate.answer(refused))
    }
  }
}

/** A router reads a path decoded, so that a rule for one spelling of it would hold for no other. */
function isMeant(only: (event: KitEvent) => boolean, event: KitEvent): boolean {
  if (only(event) !== false) return true
  const { pathname } = event.url
  if (!pathname.includes('%')) return false
  const url = new URL(event.url)
  const decoded = decodedPath(pathname)
  // What does not decode has no route, and what is verified without need is only refused.
  if (decoded === undefined) return true
  // A setter would encode it again.
  Object.defineProperty(url, 'pathname', { value: decoded })
  return only(Object.create(event, { url: { value: url, enumerable: true } }) as KitEvent) !== false
}

/** As SvelteKit does: all escapes but those of "%" and of delimiters. */
function decodedPath(path: string): string | undefined {
  try {
    return path.split('%25').map(decodeURI).join('%25')
  } catch {
    return undefined
  }
}

/** Adapters throw where they do not know it, and while a page is made beforehand. */
function clientAddress(event: KitEvent): string | undefined {
  try {
    return event.getClientAddress()
  } catch {
    return undefined
  }
}
