import { assertOptions, type OptionNames } from '../../errors.js'
import { type Item, serializeItem } from '../../message/structured-fields.js'
import { badComponent, type Component, fromRequest, memoFor } from './component.js'
import type { Resolve } from './derived.js'
import { type FieldTypes, fieldResolver } from './field-value.js'
import { configured } from './options.js'
import { assertFieldName, plainComponent } from './plain-component.js'
import { queryParam } from './query-param.js'

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

const KNOWN: OptionNames<ComponentParameters> = { sf: 1, key: 1, bs: 1, tr: 1, req: 1, name: 1 }
const FLAGS = new Set(['sf', 'bs', 'tr', 'req'])
const TEXTS = new Set(['key', 'name'])

/** A component from the item of a covered-components list. Throws `AUTH_MALFORMED` for what RFC 9421 does not allow there. */
export function componentFromItem(item: Item, types: FieldTypes): Component {
  if (item.value.type !== 'string') throw badComponent('a covered component is not a string')
  const name = item.value.value
  if (item.params.length === 0) return plainComponent(name)
  const parameters: Record<string, string | true> = { __proto__: null as never }
  const sorted: string[] = []
  for (const [key, value] of item.params) {
    if (key in parameters) throw badComponent('a component parameter is repeated')
    if (FLAGS.has(key)) {
      if (value.type !== 'boolean' || !value.value)
        throw badComponent(`component parameter "${key}" is not a plain flag`)
      parameters[key] = true
      sorted.push(key)
    } else if (TEXTS.has(key)) {
      if (value.type !== 'string') throw badComponent(`component parameter "${key}" is not a string`)
      parameters[key] = value.value
      sorted.push(`${key}=${JSON.stringify(value.value)}`)
    } else throw badComponent('a component parameter is unknown')
  }
  const resolve = resolver(name, parameters, types)
  return {
    name,
    id: serializeItem(item),
    memo: memoFor(name),
    canonical: `${name};${sorted.sort().join(';')}`,
    resolve: parameters['req'] === true ? fromRequest(resolve) : resolve,
  }
}

/**
 * A component with parameters, for the list a signer covers. `fieldTypes` states the structured type of a field covered with
 * `sf` that is not among the registered ones.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a name or parameters that RFC 9421 does not allow together.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2 | RFC 9421 2}
 * @example
 * ```ts
 * import { component, hmacKey, randomBytes, rfc9421Signer } from 'countersign'
 *
 * const key = hmacKey({ keyId: 'bot-1', algorithm: 'hmac-sha256', secret: randomBytes(32) })
 * const signer = rfc9421Signer({
 *   key,
 *   components: ['@method', '@target-uri', component('cache-control', { key: 'max-age' }), component('x-trace', { bs: true })],
 * })
 * ```
 */
export function component(name: string, parameters: ComponentParameters = {}, fieldTypes: FieldTypes = {}): Component {
  assertOptions('component', parameters, KNOWN)
  const params: Array<readonly [string, Item['value']]> = []
  for (const [key, value] of Object.entries(parameters) as Array<[string, string | boolean | undefined]>) {
    if (value === undefined || value === false) continue
    params.push([key, typeof value === 'string' ? { type: 'string', value } : { type: 'boolean', value: true }])
  }
  const item: Item = { kind: 'item', value: { type: 'string', value: name }, params }
  return configured('component', () => componentFromItem(item, fieldTypes))
}

function resolver(name: string, parameters: Readonly<Record<string, string | true>>, types: FieldTypes): Resolve {
  if (!name.startsWith('@')) {
    assertFieldName(name)
    if ('name' in parameters) throw badComponent('component parameter "name" applies to @query-param only')
    return fieldResolver(name, parameters as ComponentParameters, types)
  }
  const query = name === '@query-param'
  for (const key in parameters) {
    if (key !== 'req' && !(query && key === 'name'))
      throw badComponent(`component parameter "${key}" does not apply to ${name}`)
  }
  return query && 'name' in parameters ? queryParam(parameters['name'] as string) : plainComponent(name).resolve
}
