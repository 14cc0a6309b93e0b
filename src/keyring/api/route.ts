import type { KeyringOperation, Operation } from './operations.js'
import { OPERATIONS } from './operations.js'

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
