import { CountersignError } from '../../errors.js'
import { combinedValue } from '../../message/fields.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import type { Coverage } from '../scheme.js'
import { DERIVED, type Resolve } from './derived.js'

/** A component that is ready to be resolved. */
export interface Component {
  readonly name: string
  /** The identifier as it stands in the signature base, parameters in their wire order. */
  readonly id: string
  /**
   * The last short value seen and its finished line of the base: most components of one client rarely change. Fields that
   * carry credentials have none.
   */
  readonly memo: { value: string | undefined; line: string } | undefined
  /** The same with sorted parameters: two identifiers that differ only in order are the same component. */
  readonly canonical: string
  readonly coverage: Coverage | undefined
  /** The value of the base line. Throws `COMPONENT_MISSING` or `MESSAGE_MALFORMED`. */
  readonly resolve: Resolve
}

/** What a signer may name: a plain name, or a component with parameters that was made with `component()`. */
export type ComponentInit = string | Component

// RFC 9421 2.1: identifiers are lower case; an upper-case name is an error, never a look-up in another case.
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

/** The refusal of a component, the same for one that a signer names and one that a message claims. */
export const badComponent = (text: string): CountersignError => new CountersignError('AUTH_MALFORMED', text)

/** The refusal of a field that is covered and not there. */
export const absentField = (name: string): CountersignError =>
  new CountersignError('COMPONENT_MISSING', `covered field "${name}" is absent`)

/**
 * A component without parameters.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for a name that cannot be covered as it is.
 */
export function plainComponent(name: string): Component {
  const derived = name.startsWith('@')
  const resolve = derived ? DERIVED[name] : fieldValue(name)
  if (resolve === undefined) {
    throw badComponent(
      name === '@query-param' ? '@query-param needs the parameter "name"' : 'a derived component is unknown',
    )
  }
  const coverage = COVERAGE[name] ?? (derived ? undefined : (`field:${name}` as const))
  return { name, id: `"${name}"`, memo: memoFor(name), canonical: name, coverage, resolve }
}

function fieldValue(name: string): Resolve {
  assertFieldName(name)
  if (name === 'set-cookie') {
    // RFC 9110 5.3: its lines cannot be joined by a comma, so the plain value would be ambiguous.
    throw badComponent('field "set-cookie" can only be covered with "bs"')
  }
  return (message) => {
    const value = combinedValue(message.fields, name)
    if (value === undefined) throw absentField(name)
    return value
  }
}

/** Throws `AUTH_MALFORMED` unless the name is a lower-case token. */
export function assertFieldName(name: string): void {
  if (!FIELD_NAME.test(name)) throw badComponent('a covered field name is not a lower-case token')
}

const CREDENTIALS = /^(?:proxy-)?authorization$|cookie/

/** Room for the last value, where keeping it is harmless. */
export const memoFor = (name: string): Component['memo'] =>
  CREDENTIALS.test(name) ? undefined : { value: undefined, line: '' }

/** The same component of the request that a response answers (RFC 9421 2.4). */
export const ofRequest = ({ name, resolve }: Component): Component => ({
  name,
  id: `"${name}";req`,
  memo: memoFor(name),
  canonical: `${name};req`,
  coverage: `request:${name}`,
  resolve: fromRequest(resolve),
})

/** Resolves in the request of a response; `req` has no meaning anywhere else. */
export const fromRequest =
  (resolve: Resolve): Resolve =>
  (message: HttpMessage) => {
    if (isRequest(message)) throw badComponent('component parameter "req" in a request')
    if (message.request === undefined) {
      throw new CountersignError('COMPONENT_MISSING', 'the request of this response is unknown')
    }
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
