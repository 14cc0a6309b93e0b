import { assertScope } from '../../access/scope.js'
import { alternatives, CountersignError, mustBe } from '../../errors.js'
import { type KeyringOperation, OPERATIONS } from './operations.js'

/** Paths on which the API and its document must agree. */
export interface KeyringApiPaths {
  /** In front of every path, as the client signs it. Default `/v1`; empty for none. */
  readonly basePath?: string
  /** The scope of an operation where it is not the usual one: `keys:read`, `keys:write`, and `keys:admin` to enable. */
  readonly scopes?: Readonly<Partial<Record<KeyringOperation, string>>>
  /** Acts on everybody's keys, where an operation's own scope allows it at all. Default `keys:admin`. */
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
  const stranger = Object.keys(scopes).find((name) => !Object.hasOwn(OPERATIONS, name))
  if (stranger !== undefined)
    throw new CountersignError(
      'CONFIG_INVALID',
      `"scopes" must be by the names of operations: ${alternatives(Object.keys(OPERATIONS))}`,
    )
  const needed = Object.fromEntries(
    Object.entries(OPERATIONS).map(([name, { scope }]) => [name, scopes[name as KeyringOperation] ?? scope]),
  ) as Record<KeyringOperation, string>
  for (const scope of [adminScope, ...Object.values(needed)]) assertScope(scope)
  return { basePath, scopes: needed, adminScope, publicOpenApi, hasIncident }
}
