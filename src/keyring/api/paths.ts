import { assertScope } from '../../access/scope.js'
import { alternatives, fail, mustBe } from '../../errors.js'
import type { Operation } from './operations.js'
import { type KeyringOperation, OPERATIONS } from './operations.js'

/** Paths on which the API and its document must agree. */
export interface KeyringApiPaths {
  /** In front of every path, as the client signs it. Default `/v1`; empty for none. */
  readonly basePath?: string
  /** The scope of an operation where it is not the usual one: `keys:read`, `keys:write`, and `keys:admin` to enable. */
  readonly scopes?: Readonly<Partial<Record<KeyringOperation, string>>>
  /** Acts on the keys of all owners, where an operation's scope allows it at all. Default `keys:admin`. */
  readonly adminScope?: string
  /** Answer for `/openapi.json` without a verdict. Default `false`. */
  readonly publicOpenApi?: boolean
  /** Whether the document has the incident report. Default `true`. */
  readonly hasIncident?: boolean
}

const BASE = /^(?:\/[A-Za-z0-9._~-]+)*$/

/**
 * The options, checked and complete.
 *
 * @throws {CountersignError} `CONFIG_INVALID`
 */
export function settingsOf(options: KeyringApiPaths): Required<KeyringApiPaths> & {
  readonly scopes: Readonly<Record<KeyringOperation, string>>
} {
  const {
    basePath = '/v1',
    scopes = {},
    adminScope = 'keys:admin',
    publicOpenApi = false,
    hasIncident = true,
  } = options
  mustBe(
    typeof basePath === 'string' && BASE.test(basePath) && !/\/\.{1,2}(?:\/|$)/.test(basePath),
    'basePath',
    'a path such as /v1, without a slash at its end',
    basePath,
  )
  mustBe(typeof adminScope === 'string', 'adminScope', 'a scope such as keys:admin', adminScope)
  const unknown = Object.keys(scopes).find((name) => !Object.hasOwn(OPERATIONS, name))
  if (unknown !== undefined)
    fail('CONFIG_INVALID', `"scopes" must be by the names of operations: ${alternatives(Object.keys(OPERATIONS))}`)
  const needed = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, { scope }]) => [name, scopes[name as KeyringOperation] ?? scope]),
  ) as Record<KeyringOperation, string>
  for (const scope of [adminScope, ...Object.values(needed)]) assertScope(scope)
  return { basePath, scopes: needed, adminScope, publicOpenApi, hasIncident }
}

/** The operations of a path, by method. */
export interface Route {
  readonly operations: ReadonlyMap<string, readonly [KeyringOperation, Operation]>
  /** The segment in the place of `{id}`. */
  readonly id: string | undefined
  /** The value of `Allow`. */
  readonly allow: string
}

const PATHS: ReadonlyMap<string, Route['operations']> = /* @__PURE__ */ (() => {
  const paths = new Map<string, Map<string, readonly [KeyringOperation, Operation]>>()
  for (const [name, operation] of Object.entries(OPERATIONS) as [KeyringOperation, Operation][]) {
    const methods = paths.get(operation.path) ?? new Map()
    methods.set(operation.method, [name, operation])
    paths.set(operation.path, methods)
  }
  return paths
})()

/**
 * The route of a path below the base path, as it was signed: nothing is decoded or folded, because ids and words need no
 * escapes, and what another reader would make of one is no business of this one.
 */
export function routeOf(path: string): Route | undefined {
  const [, root, id, ...rest] = path.split('/')
  const named = root === 'keys' && id !== undefined
  const template = named ? ['', root, '{id}', ...rest].join('/') : path
  const operations = PATHS.get(template)
  if (operations === undefined) return undefined
  const methods = [...operations.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))
  return { operations, id: named ? id : undefined, allow: [...methods, 'OPTIONS'].join(', ') }
}
