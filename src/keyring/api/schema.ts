import { lengthOf } from '../../access/limits.js'
import { alternatives, fail, isInteger } from '../../errors.js'

/** The words of JSON Schema 2020-12 that this API needs: for its checks and for its OpenAPI document. */
export type Schema =
  | {
      readonly type: 'string'
      readonly enum?: readonly string[]
      readonly pattern?: string
      readonly minLength?: number
      readonly maxLength?: number
      readonly description?: string
    }
  | {
      readonly type: 'integer'
      readonly minimum?: number
      readonly maximum?: number
      readonly description?: string
    }
  | { readonly type: 'boolean'; readonly enum?: readonly boolean[]; readonly description?: string }
  | { readonly type: 'null'; readonly description?: string }
  | {
      readonly type: 'array'
      readonly items: Schema
      readonly minItems?: number
      readonly maxItems?: number
      readonly description?: string
    }
  | ObjectSchema
  | { readonly anyOf: readonly Schema[]; readonly type?: undefined; readonly description?: string }
  | { readonly $ref: string; readonly type?: undefined; readonly description?: string }

export interface ObjectSchema {
  readonly type: 'object'
  readonly properties: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  /** `false` everywhere that something is read: an unknown member is a mistake, or an attack. */
  readonly additionalProperties: boolean
  readonly description?: string
}

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? `an array of ${value.length}` : typeof value

const refuse = (name: string, expected: string, value: unknown): never => {
  // What came is never repeated: it may be a secret in the wrong place.
  fail('ARGUMENT_INVALID', `"${name}" must be ${expected}, got ${kindOf(value)}`)
}

type Typed = Extract<Schema, { readonly type: string }>
type Of<T extends Typed['type']> = Extract<Schema, { readonly type: T }>

const CHECKS: { readonly [T in Typed['type']]: (schema: Of<T>, value: unknown, name: string) => void } = {
  string: ({ enum: names, pattern, minLength = 0, maxLength = Infinity }, value, name) => {
    if (names !== undefined && !names.includes(value as string)) refuse(name, `one of ${alternatives(names)}`, value)
    // JSON Schema counts code points.
    const length = typeof value === 'string' ? lengthOf(value, maxLength) : 0
    if (typeof value !== 'string' || length < minLength || length > maxLength)
      return refuse(name, `a text of ${minLength} to ${maxLength} characters`, value)
    if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) refuse(name, `a text of ${pattern}`, value)
  },
  integer: ({ minimum = -Infinity, maximum = Infinity }, value, name) => {
    if (!isInteger(value, minimum, maximum)) refuse(name, `an integer from ${minimum} to ${maximum}`, value)
  },
  boolean: ({ enum: values = [true, false] }, value, name) => {
    if (!values.includes(value as boolean)) refuse(name, values.join(' or '), value)
  },
  null: (_, value, name) => {
    if (value !== null) refuse(name, 'null', value)
  },
  array: ({ items, minItems = 0, maxItems = Infinity }, value, name) => {
    if (!Array.isArray(value) || value.length < minItems || value.length > maxItems)
      return refuse(name, `an array of ${minItems} to ${maxItems}`, value)
    value.forEach((item, i) => {
      assertFits(items, item, `${name}[${i}]`)
    })
  },
  object: ({ properties, required = [], additionalProperties }, value, name) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(name, 'an object', value)
    for (const [key, member] of Object.entries(value)) {
      // Own names only: `__proto__` and `constructor` are unknown like any other.
      const schema = Object.hasOwn(properties, key) ? properties[key] : undefined
      if (schema !== undefined) assertFits(schema, member, name === '' ? key : `${name}.${key}`)
      else if (!additionalProperties) refuseUnknown(name, key)
    }
    const missing = required.find((key) => !Object.hasOwn(value, key))
    if (missing !== undefined) fail('ARGUMENT_INVALID', `"${name === '' ? '' : `${name}.`}${missing}" is required`)
  },
}

function refuseUnknown(name: string, key: string): never {
  const shown = /^\w{1,32}$/.test(key) ? ` "${key}"` : ''
  const where = name === '' ? 'the request' : `"${name}"`
  fail('ARGUMENT_INVALID', `${where} has a member${shown} that is unknown here`)
}

const typesOf = (schema: Schema): string =>
  alternatives(('anyOf' in schema ? schema.anyOf : []).map(({ type, description }) => description ?? String(type)))

/**
 * Checks a value that came from JSON.
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the name of the first member that does not fit.
 */
export function assertFits(schema: Schema, value: unknown, name: string): void {
  if ('$ref' in schema) fail('CONFIG_INVALID', 'a reference is for documents only')
  // Alternatives are distinguished by their types, so that the message is about the one that was meant.
  const type = value === null ? 'null' : Number.isInteger(value) ? 'integer' : typeof value
  const meant = 'anyOf' in schema ? schema.anyOf.find((one) => one.type === type) : schema
  if (meant?.type === undefined) refuse(name, typesOf(schema), value)
  else (CHECKS[meant.type] as (schema: Schema, value: unknown, name: string) => void)(meant, value, name)
}
