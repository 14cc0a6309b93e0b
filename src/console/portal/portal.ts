/** The server half of the keys page: `countersign/console/portal`. */
import { formatIp, parseIp } from '../../access/ip-address.js'
import { assertOptions, fail, type OptionNames } from '../../errors.js'
import { isVisible } from '../../keyring/api/caller.js'
import { problem } from '../../keyring/api/problem.js'
import { MOST_BODY_BYTES, readJson, readQuery } from '../../keyring/api/read-json.js'
import { assertFits } from '../../keyring/api/schema.js'
import { environmentOfKeyringId } from '../../keyring/record/key-format.js'
import { cappedBytes } from '../../support/body.js'
import { ignoreErrors } from '../../support/ignore-errors.js'
import { json, problemFor, sealed } from './answer.js'
import type { Portal, PortalInput, PortalRoute } from './call.js'
import { csrfTokens } from './csrf.js'
import { callerOf, checkedLogin, type PortalLogin, type Session } from './login.js'
import { type KeyringPortalOptions, settingsOf } from './options.js'
import { openPage } from './page.js'
import { rateGate } from './rate.js'
import { refuse } from './refusal.js'
import { type Found, routeOf } from './routes.js'
import { assertNotForeign, assertSameOrigin } from './same-origin.js'
import { openTrail } from './trail.js'

export type * from '../contract.js'
export type { PortalGrant } from './grant.js'
export type { PortalLogin } from './login.js'
export type { KeyringPortalOptions, PortalGuide } from './options.js'
export type { PageFiles } from './page.js'
export type { PortalKind, PortalLimits } from './rate.js'
export type { PortalAudit } from './trail.js'

/** What the host knows of a request besides the request. */
export interface PortalContext {
  /** The client's address, as the service determines it; for "my address". Never taken from a header here. */
  readonly clientIp?: string | undefined
}

/** Answers requests below the base path: a Fetch handler. It never rejects. */
export type KeyringPortal = (request: Request, context?: PortalContext) => Promise<Response>

const CONTEXT: OptionNames<PortalContext> = { clientIp: 1 }
const ORIGIN = 'https://portal.invalid'

/**
 * The server half of the keys page: people manage their keys with the service's login, without a signed request in the
 * browser. It is a Fetch handler for everything below `basePath`.
 *
 * - An owner sees and changes their own keys; those of others answer like ids that never were. An administrator acts on all.
 * - No key is more than the session's `mayGrant`: not when it is made, edited, rotated or renewed.
 * - A change comes from a page of `publicOrigin`, in JSON, with the token of its session, or is refused before it is read.
 * - A secret is in the answer that makes it, and in no other.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for options that cannot be meant; `KEY_WEAK` for a short `csrfSecret`. The handler
 *   never rejects.
 * @example
 * ```ts
 * import { createKeyringPortal, type PortalLogin } from 'countersign/console/portal'
 * import type { Keyring } from 'countersign/keyring'
 *
 * export const portal = (keyring: Keyring, session: (request: Request) => Promise<PortalLogin | undefined>) =>
 *   createKeyringPortal({
 *     keyring,
 *     session,
 *     scopes: [{ name: 'orders:read', label: 'Read orders', level: 'read' }],
 *     publicOrigin: 'https://www.example.com',
 *   })
 * ```
 */
export function createKeyringPortal(options: KeyringPortalOptions): KeyringPortal {
  const settings = settingsOf(options)
  const { basePath, session, publicOrigin, clock, onError, rings } = settings
  const portal: Portal = {
    settings,
    csrf: csrfTokens(settings.csrfSecret),
    trail: openTrail(settings.audit, clock),
    owners: new Map(),
  }
  const page = openPage(basePath, settings.page)
  const take = rateGate(settings.rateLimit, () => clock.now())

  const failed = (error: unknown): Response => {
    const answer = problemFor(error)
    if (answer.status >= 500) ignoreErrors(() => onError(error))
    return answer
  }

  const loginOf = async (request: Request): Promise<Session> => {
    let login: Session | undefined
    try {
      login = checkedLogin(await session(request))
    } catch (cause) {
      // A fault of the service: a 500, whatever its code would be elsewhere, and nothing of it for the browser.
      throw new Error('the session could not be asked for', { cause })
    }
    return login ?? refuse(401, 'SESSION_REQUIRED', 'sign in first')
  }

  /** Without `keyId`: the report of that key would name the asking owner to the other one. Administrators find it in the trail. */
  const noteForeign = (login: PortalLogin, key: string, route: PortalRoute, clientIp: string | undefined): void =>
    ignoreErrors(() =>
      settings.audit?.record?.({
        event: 'audit.portal.refused',
        actor: login.owner,
        clientIp,
        detail: 'a key of another owner',
        data: { key, route: `${route.method} ${route.path}` },
      }),
    )

  /** The keyring that an id or a given environment means. An id that names none is asked of the usual one, which has none such. */
  const ringOf = (id: string | undefined, stated: string | undefined) => {
    const environment = id === undefined ? stated : environmentOfKeyringId(id)
    const found = rings.find((ring) => ring.environment === environment)
    if (found === undefined && id === undefined && stated !== undefined)
      fail('ARGUMENT_INVALID', '"environment" must be one of those of this portal')
    return found ?? settings.keyring
  }

  const run = async (
    route: PortalRoute,
    { id }: Found,
    url: URL,
    request: Request,
    login: Session,
    clientIp: string | undefined,
  ): Promise<Response> => {
    const input: PortalInput = { ...queryOf(route, url), ...(await bodyOf(route, request)) }
    const caller = callerOf(login, clock.now())
    const keyring = ringOf(id, input.environment)
    const key = id === undefined ? undefined : await keyring.describe(id)
    if (key !== undefined && !isVisible(caller, key)) {
      noteForeign(login, key.id, route, clientIp)
      fail('KEY_NOT_FOUND', 'of another owner')
    }
    const answer = await route.run({ portal, login, caller, input, keyring, key: key as never, clientIp })
    return json(route.status, answer)
  }

  const answer = async (path: string, url: URL, request: Request, clientIp: string | undefined): Promise<Response> => {
    assertNotForeign(request)
    const found = routeOf(path)
    if (found === undefined) return problem(404)
    const { method } = request
    const route = found.routes.get(method === 'HEAD' ? 'GET' : method)
    if (route === undefined) return problem(405, { headers: { allow: found.allow } })
    const login = await loginOf(request)
    if (route.method !== 'GET') assertSameOrigin(request, publicOrigin, login, portal.csrf)
    await take(route.kind, login)
    if (route.admin === true && login.isAdmin !== true) refuse(403, 'NOT_ADMINISTRATOR', 'this is for administrators')
    return run(route, found, url, request, login, clientIp)
  }

  return async (request, context = {}) => {
    try {
      assertOptions('a portal: "context"', context, CONTEXT)
      // The host name is whatever a proxy made of it: only the path is looked at.
      const url = new URL(request.url, ORIGIN)
      const { pathname } = url
      const isApi = pathname.startsWith(`${basePath}/api/`)
      const { clientIp } = context
      // A socket of both families names an IPv4 peer as ::ffff:192.0.2.1: people know it as 192.0.2.1.
      const words = parseIp(clientIp)
      const known = words === undefined ? undefined : formatIp(words)
      const answered = isApi
        ? await answer(pathname.slice(`${basePath}/api`.length), url, request, known).catch(failed)
        : page(pathname, request.method)
      return sealed(answered, request.method)
    } catch (error) {
      return sealed(failed(error), request.method)
    }
  }
}

function queryOf(route: PortalRoute, { search }: URL): Record<string, unknown> {
  const { query = { type: 'object', properties: {}, additionalProperties: false } } = route
  const { properties } = query
  const asked = readQuery(
    search.slice(1),
    (name) => Object.hasOwn(properties, name) && properties[name]?.type === 'integer',
  )
  assertFits(query, asked, '')
  return asked
}

async function bodyOf(route: PortalRoute, request: Request): Promise<object> {
  if (route.body === undefined) return {}
  const bytes = await cappedBytes(request, MOST_BODY_BYTES)
  const stated = bytes.length === 0 ? {} : readJson(bytes)
  assertFits(route.body, stated, '')
  return stated as object
}
