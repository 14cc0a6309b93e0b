import { fail } from '../../errors.js'

/** An object of JSON whose members are not known. */
export type Json = Record<string, unknown>

/** An OpenAPI document as far as it is read. */
export interface OpenApiInput {
  /** Version of OpenAPI: `3.0.x` or `3.1.x`. */
  readonly openapi: string
  /** The operations by path. */
  readonly paths?: object
}

/** One operation of a document, with what stands around it. */
export interface OperationAt {
  readonly path: string
  /** In small letters, as in the document. */
  readonly method: string
  readonly operation: Json
  /** Parameters of the path, which its operations share. */
  readonly shared: readonly unknown[]
}

// OpenAPI 3.1.0, Path Item Object.
const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const memberOf = (value: unknown, name: string): unknown =>
  isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined

/** What a reference inside the document leads to; any other value as it is. */
export function resolved(document: Json, value: unknown): unknown {
  let one = value
  // References to references, and no circle of them.
  for (let depth = 0; depth < 16; depth++) {
    const ref = memberOf(one, '$ref')
    if (typeof ref !== 'string') return one
    if (!ref.startsWith('#/')) return undefined
    const steps = ref.slice(2).split('/').map(stepOf)
    if (!isWhole(steps)) return undefined
    one = steps.reduce<unknown>(memberOf, document)
  }
  return undefined
}

/** RFC 6901 4 and 6. `undefined` where it is no percent-encoded text. */
function stepOf(step: string): string | undefined {
  try {
    return decodeURIComponent(step).replace(/~1/g, '/').replace(/~0/g, '~')
  } catch {
    return undefined
  }
}

const isWhole = (steps: ReadonlyArray<string | undefined>): steps is readonly string[] => !steps.includes(undefined)

/**
 * A copy of a document, of JSON and nothing else.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for what is no OpenAPI document of version 3.0 or 3.1.
 */
export function copyOf(where: string, document: unknown): Json {
  const version = memberOf(document, 'openapi')
  if (typeof version !== 'string' || !/^3\.[01]\.\d+$/.test(version))
    fail('CONFIG_INVALID', `${where}: "document" must be an OpenAPI document of version 3.0 or 3.1`)
  try {
    return JSON.parse(JSON.stringify(document)) as Json
  } catch {
    return fail('CONFIG_INVALID', `${where}: "document" must be plain JSON`)
  }
}

/**
 * Every operation of a document, those of shared path items included. Webhooks and callbacks are what the service sends.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a path that stands in another file.
 */
export function operationsOf(where: string, document: Json): readonly OperationAt[] {
  const items = new Map<Json, string>()
  for (const [path, item] of Object.entries(document['paths'] ?? {})) {
    const found = resolved(document, item)
    if (!isObject(found))
      return fail('CONFIG_INVALID', `${where}: the path ${JSON.stringify(path.slice(0, 200))} stands in another file`)
    if (!items.has(found)) items.set(found, path)
  }
  return [...items].flatMap(([item, path]) =>
    METHODS.flatMap((method): readonly OperationAt[] => {
      const operation = memberOf(item, method)
      return isObject(operation) ? [{ path, method, operation, shared: listOf(item['parameters']) }] : []
    }),
  )
}

/** How an operation is called in a message. */
export const nameOf = ({ path, method }: OperationAt): string => `${method.toUpperCase()} ${path.slice(0, 200)}`
