import { CountersignError } from '../../errors.js'
import { type InnerList, serializeParameters } from '../../message/structured-fields.js'
import type { Coverage } from '../scheme.js'
import { type Component, componentFromItem, coverageOfAll } from './component.js'
import type { FieldTypes } from './field-value.js'

const MAX_COMPONENTS = 64
const MAX_REMEMBERED = 256

/** A covered-components list, ready to make bases. */
export interface Covered {
  readonly components: readonly Component[]
  readonly list: string
  readonly covered: readonly string[]
  readonly covers: ReadonlySet<Coverage>
}

/** Compiles lists, and remembers the ones seen: honest clients send the same few for ever. */
export function coveredReader(types: FieldTypes): (list: InnerList) => Covered {
  const remembered = new Map<string, Covered>()
  return ({ items }) => {
    if (items.length > MAX_COMPONENTS) {
      throw new CountersignError(
        'AUTH_TOO_LARGE',
        `a signature expected at most ${MAX_COMPONENTS} components, got ${items.length}`,
      )
    }
    let key = ''
    for (const { value, params } of items) {
      if (params.length > 8) throw new CountersignError('AUTH_TOO_LARGE', 'a component expected at most 8 parameters')
      key +=
        value.type === 'string'
          ? `${value.value.length}:${value.value}${params.length === 0 ? '' : serializeParameters(params)}"`
          : value.type
    }
    const known = remembered.get(key)
    if (known !== undefined) return known
    const components = items.map((item) => componentFromItem(item, types))
    if (new Set(components.map((one) => one.canonical)).size !== components.length) {
      throw new CountersignError('AUTH_MALFORMED', 'a signature covers a component twice')
    }
    const covered = components.map((one) => one.id)
    const compiled = { components, list: `(${covered.join(' ')})`, covered, covers: coverageOfAll(components) }
    // A stranger can fill this, which costs the next request a compilation and nothing else.
    if (remembered.size >= MAX_REMEMBERED) remembered.clear()
    if (key.length <= 1024) remembered.set(key, compiled)
    return compiled
  }
}
