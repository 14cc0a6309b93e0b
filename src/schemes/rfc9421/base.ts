import { CountersignError, fail } from '../../errors.js'
import { combinedValue, type FieldLines } from '../../message/fields.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import { DERIVED, type Resolve } from './derived.js'

/** A component that is ready to be resolved. */
export interface Component {
  /** A field in lower case, or a derived component such as `@method`. */
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
  /** The value of the base line. Throws `COMPONENT_MISSING` or `MESSAGE_MALFORMED`. */
  readonly resolve: Resolve
}

/** What a signer may name: a plain name, or a component with parameters that was made with `component()`. */
export type ComponentInit = string | Component

/** The refusal of a component, the same for one that a signer names and one that a message claims. */
export const badComponent = (text: string): CountersignError => new CountersignError('AUTH_MALFORMED', text)

/** Refuses a field that is covered and not there. */
export const absentField = (name: string): never => fail('COMPONENT_MISSING', `covered field "${name}" is absent`)

/** A component of a name that is known to be sound and to carry no credentials. */
export const knownComponent = (name: string, resolve: Resolve, flags = ''): Component => ({
  name,
  id: `"${name}"${flags}`,
  memo: { value: undefined, line: '' },
  canonical: name + flags,
  resolve,
})

const CREDENTIALS = /^(?:proxy-)?authorization$|cookie/

/** Room for the last value, where keeping it is harmless. */
export const memoFor = (name: string): Component['memo'] =>
  CREDENTIALS.test(name) ? undefined : { value: undefined, line: '' }

/** Resolves in the request of a response; `req` has no meaning anywhere else. */
export const fromRequest =
  (resolve: Resolve): Resolve =>
  (message: HttpMessage) => {
    if (isRequest(message)) throw badComponent('component parameter "req" in a request')
    if (message.request === undefined) {
      fail('COMPONENT_MISSING', 'the request of this response is unknown')
    }
    return resolve(message.request)
  }

// RFC 9421 2.1: identifiers are lower case; an upper-case name is an error, never a look-up in another case.
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/

/**
 * A component without parameters, of any name.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for a name that cannot be covered as it is.
 */
export function plainComponent(name: string): Component {
  const resolve = name.startsWith('@') ? DERIVED[name] : plainField(name, headersOf)
  if (resolve !== undefined) return { ...knownComponent(name, resolve), memo: memoFor(name) }
  throw badComponent(
    name === '@query-param' ? '@query-param needs the parameter "name"' : 'a derived component is unknown',
  )
}

/** All lines of a field as one value. Throws `AUTH_MALFORMED` for a field of which that would be ambiguous. */
export function plainField(name: string, lines: (message: HttpMessage) => FieldLines): Resolve {
  assertFieldName(name)
  // RFC 9110 5.3: its lines cannot be joined by a comma.
  if (name === 'set-cookie') throw badComponent('field "set-cookie" can only be covered with "bs"')
  return (message) => combinedValue(lines(message), name) ?? absentField(name)
}

export const headersOf = (message: HttpMessage): FieldLines => message.fields

/** Throws `AUTH_MALFORMED` unless the name is a lower-case token. */
export function assertFieldName(name: string): void {
  if (!FIELD_NAME.test(name)) throw badComponent('a covered field name is not a lower-case token')
}

// RFC 9421 2.5: the base is ASCII and a value is one line. A break inside a value would forge a further line.
const PRINTABLE = /^[\t\x20-\x7e]*$/

const MAX_REMEMBERED = 256

/**
 * The signature base (RFC 9421 2.5): one line a component, then the parameters.
 *
 * @throws {CountersignError} `COMPONENT_MISSING`, `MESSAGE_MALFORMED`.
 */
export function signatureBase(components: readonly Component[], params: string, message: HttpMessage): string {
  let base = ''
  // An indexed loop: this runs for every request on both sides.
  for (let i = 0; i < components.length; i++) {
    const { id, memo, resolve } = components[i] as Component
    const value = resolve(message)
    if (memo?.value === value) {
      base += memo.line
      continue
    }
    if (!PRINTABLE.test(value)) {
      fail('MESSAGE_MALFORMED', `${id} is not one line of printable ASCII`)
    }
    const line = `${id}: ${value}\n`
    base += line
    // Long values are rarely the same twice, and untrusted ones must not be kept.
    if (memo !== undefined && value.length <= MAX_REMEMBERED) {
      memo.value = value
      memo.line = line
    }
  }
  return `${base}"@signature-params": ${params}`
}
