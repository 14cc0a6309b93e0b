import { ADMIN_ROUTES } from './administration.js'
import type { PortalRoute } from './call.js'
import { CHECK_ROUTE } from './check.js'
import { GUIDE_ROUTE } from './guide.js'
import { KEY_ROUTES } from './keys.js'
import { NOTICE_ROUTES } from './notices.js'
import { session } from './session.js'
import { USE_ROUTES } from './use.js'

/** Everything that a portal answers below `/api`. */
const ROUTES: readonly PortalRoute[] = [
  { method: 'GET', path: '/session', kind: 'read', status: 200, run: session },
  ...KEY_ROUTES,
  ...USE_ROUTES,
  ...NOTICE_ROUTES,
  ...ADMIN_ROUTES,
  CHECK_ROUTE,
  GUIDE_ROUTE,
]

/** The routes of a path, by method. */
export interface Found {
  readonly routes: ReadonlyMap<string, PortalRoute>
  /** The segment in the place of `{id}`. */
  readonly id: string | undefined
  /** The value of `Allow`. */
  readonly allow: string
}

const PATHS: ReadonlyMap<string, ReadonlyMap<string, PortalRoute>> = /* @__PURE__ */ (() => {
  const paths = new Map<string, Map<string, PortalRoute>>()
  for (const route of ROUTES) {
    const methods = paths.get(route.path) ?? new Map<string, PortalRoute>()
    methods.set(route.method, route)
    paths.set(route.path, methods)
  }
  return paths
})()

/** The route of a path below `/api`. Nothing is decoded: ids and words need no escapes. */
export function routeOf(path: string): Found | undefined {
  const [, root, id, ...rest] = path.split('/')
  const named = root === 'keys' && id !== undefined
  const routes = PATHS.get(named ? ['', root, '{id}', ...rest].join('/') : path)
  if (routes === undefined) return undefined
  const methods = [...routes.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return { routes, id: named ? id : undefined, allow: methods.join(', ') }
}
