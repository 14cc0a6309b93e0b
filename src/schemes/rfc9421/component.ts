import { CountersignError } from '../../errors.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import type { Item } from '../../message/structured-fields.js'
import { serializeItem } from '../../message/structured-fields.js'
import type { Coverage } from '../scheme.js'
import { DERIVED, type Resolve } from './derived.js'
import { type FieldTypes, fieldResolver } from './field-value.js'

/** Parameters of a component identifier (RFC 9421 2.1 and 2.2.8). */
export interface ComponentParameters {
  /** Strict structured-field serialisation (2.1.1). */
  readonly sf?: boolean
  /** One member of a dictionary field (2.1.2). */
  readonly key?: string
  /** Each line as a byte sequence (2.1.3); the only safe way to cover `set-cookie`. */
  readonly bs?: boolean
  /** From the trailers (2.1.4). */
  readonly tr?: boolean
  /** From the request that the response answers (2.4). */
  readonly req?: boolean
  /** `@query-param` only: the encoded name of the parameter (2.2.8). */
  readonly name?: string
}

/** A component to cover: a name (`@method`, `content-type`), or a name with parameters. */
export type ComponentInit = string | readonly [name: string, parameters: ComponentParameters]

/** A component that is ready to be resolved. */
export interface Component {
  readonly name: string
  /** The identifier as it stands in the signature base, parameters in their wire order. */
  readonly id: string
  /** The last value seen and its finished line of the base: most components of one client rarely change. */
  readonly memo: { value: string | undefined; line: string }
  /** The same with sorted parameters: two identifiers that differ only in order are the same component. */
  readonly canonical: string
  readonly coverage: Coverage | undefined
  /** The value of the base line. Throws `COMPONENT_MISSING`, `HEADER_DUPLICATE` or `MESSAGE_MALFORMED`. */
  readonly resolve: Resolve
}

const malformed = (text: string): never => {
  throw new CountersignError('AUTH_MALFORMED', text)
}

const FLAGS = new Set(['sf', 'bs', 'tr', 'req'])
const TEXTS = new Set(['key', 'name'])
// RFC 9421 2.1: identifiers are lower case; an upper-case name is an error, never a look-up in another case.
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

/** A component from the item of a covered-components list. Throws `AUTH_MALFORMED` for what RFC 9421 does not allow there. */
export function componentFromItem(item: Item, types: FieldTypes): Component {
  if (item.value.type !== 'string') return malformed('a covered component is not a string')
  const name = item.value.value
  const parameters: Record<string, string | true> = { __proto__: null as never }
  const sorted: string[] = []
  for (const [key, value] of item.params) {
    if (key in parameters) return malformed('a component parameter is repeated')
    if (FLAGS.has(key)) {
      if (value.type !== 'boolean' || !value.value) return malformed(`component parameter "${key}" is not a plain flag`)
      parameters[key] = true
      sorted.push(key)
    } else if (TEXTS.has(key)) {
      if (value.type !== 'string') return malformed(`component parameter "${key}" is not a string`)
      parameters[key] = value.value
      sorted.push(`${key}=${JSON.stringify(value.value)}`)
    } else return malformed('a component parameter is unknown')
  }
  const derived = name.startsWith('@')
  const resolve = derived ? derivedResolver(name, parameters) : plainResolver(name, parameters, types)
  const bare = item.params.length === 0
  const onlyReq = item.params.length === 1 && parameters['req'] === true
  const id = serializeItem(item)
  return {
    name,
    id,
    memo: { value: undefined, line: '' },
    canonical: bare ? name : `${name};${sorted.sort().join(';')}`,
    coverage: bare ? coverageOf(name) : onlyReq ? (`request:${name}` as Coverage) : undefined,
    resolve: parameters['req'] === true ? fromRequest(resolve) : resolve,
  }
}

/** A component as a signer names it. */
export const component = (init: ComponentInit, types: FieldTypes): Component => {
  const [name, parameters] = typeof init === 'string' ? [init, {}] : init
  const params: Array<readonly [string, Item['value']]> = []
  for (const [key, value] of Object.entries(parameters) as Array<[string, string | boolean | undefined]>) {
    if (value === undefined || value === false) continue
    params.push([key, typeof value === 'string' ? { type: 'string', value } : { type: 'boolean', value: true }])
  }
  return componentFromItem({ kind: 'item', value: { type: 'string', value: name }, params }, types)
}

function derivedResolver(name: string, parameters: Readonly<Record<string, string | true>>): Resolve {
  const make = DERIVED[name]
  if (make === undefined) return malformed('a derived component is unknown')
  for (const key in parameters) {
    if (key !== 'req' && !(key === 'name' && name === '@query-param')) {
      return malformed(`component parameter "${key}" does not apply to ${name}`)
    }
  }
  return make(parameters['name'] as string | undefined)
}

function plainResolver(name: string, parameters: Readonly<Record<string, string | true>>, types: FieldTypes): Resolve {
  if (!FIELD_NAME.test(name)) return malformed('a covered field name is not a lower-case token')
  if ('name' in parameters) return malformed('component parameter "name" applies to @query-param only')
  return fieldResolver(name, parameters as ComponentParameters, types)
}

const fromRequest =
  (resolve: Resolve): Resolve =>
  (message: HttpMessage) => {
    // RFC 9421 2.4: "req" only has a meaning in a response.
    if (isRequest(message)) return malformed('component parameter "req" in a request')
    if (message.request === undefined)
      throw new CountersignError('COMPONENT_MISSING', 'the request of this response is unknown')
    return resolve(message.request)
  }

const COVERAGE: Readonly<Record<string, Coverage>> = {
  __proto__: null as never,
  '@method': 'method',
  '@scheme': 'scheme',
  '@authority': 'authority',
  '@path': 'path',
  '@query': 'query',
  '@status': 'status',
  'content-digest': 'body',
}

const coverageOf = (name: string): Coverage | undefined =>
  COVERAGE[name] ?? (name.startsWith('@') ? undefined : `field:${name}`)

/** Components that cover several facts at once (RFC 9421 2.2.2, 2.2.5). */
const COMPOUND: Readonly<Record<string, readonly Coverage[]>> = {
  __proto__: null as never,
  '@target-uri': ['scheme', 'authority', 'path', 'query'],
  '@request-target': ['path', 'query'],
  'content-digest': ['field:content-digest'],
}

/** Everything a list of components covers, in the words of a policy. */
export function coverageOfAll(components: readonly Component[]): ReadonlySet<Coverage> {
  const out = new Set<Coverage>()
  for (const { name, canonical, coverage } of components) {
    if (coverage !== undefined) out.add(coverage)
    // Only the plain identifier counts: a variant with parameters covers something else (;req) or only a part (;key).
    if (canonical === name) for (const fact of COMPOUND[name] ?? []) out.add(fact)
  }
  return out
}
