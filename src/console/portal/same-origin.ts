import type { CsrfTokens } from './csrf.js'
import type { PortalLogin } from './login.js'
import { refuse } from './refusal.js'

/** What a browser states of a request that a page of another origin made. W3C Fetch Metadata 2.1. */
const FOREIGN: ReadonlySet<string> = new Set(['cross-site', 'same-site'])

const CSRF = 'the request must come from the page of this origin, with the token of its session'

/**
 * Refuses what a page of another site makes a browser send. Reading too: the answer would not be readable there, but what can
 * be measured of it shows whether a person is signed in.
 *
 * @throws {Refusal} 403
 */
export function assertNotForeign({ headers }: Request): void {
  if (FOREIGN.has(headers.get('sec-fetch-site') ?? '')) refuse(403, 'CSRF', CSRF)
}

/**
 * Takes a change from a page of this very origin only, before anything of it is read. Every browser states `Origin` with a
 * request that is no GET or HEAD (Fetch 3.1), so one without it is none of a browser's; `null` is the origin of a sandbox.
 * JSON is a type that no form can send, and that another origin would have to ask for first (Fetch, CORS-safelisted types).
 *
 * @throws {Refusal} 403, 415
 */
export function assertSameOrigin(
  { headers }: Request,
  publicOrigin: string,
  login: PortalLogin,
  csrf: CsrfTokens,
): void {
  const site = headers.get('sec-fetch-site')
  if (site !== null && site !== 'same-origin') refuse(403, 'CSRF', CSRF)
  if (headers.get('origin') !== publicOrigin) refuse(403, 'CSRF', CSRF)
  if (!csrf.fits(login.id, headers.get('x-csrf-token'))) refuse(403, 'CSRF', CSRF)
  const type = headers.get('content-type') ?? ''
  if (!/^application\/json(?:[ \t]*;[ \t]*charset="?utf-8"?)?$/i.test(type))
    refuse(403, 'CSRF', 'the body must have the type application/json')
}
