import { fail } from '../../errors.js'
import { type InnerList, lastWins, serializeItem } from '../../message/structured-fields.js'
import type { LastingCoverage } from '../scheme/coverage-met.js'
import type { Coverage } from '../scheme.js'
import type { Component } from './base.js'
import { componentFromItem, type FieldTypes } from './component.js'

/** What a component covers besides or instead of its own name (RFC 9421 2.2.2, 2.2.5). Derived ones are all in here. */
const COVERAGE: Readonly<Record<string, readonly Coverage[]>> = {
  __proto__: null as never,
  '@method': ['method'],
  '@scheme': ['scheme'],
  '@authority': ['authority'],
  '@path': ['path'],
  '@query': ['query'],
  '@status': ['status'],
  '@target-uri': ['scheme', 'authority', 'path', 'query'],
  '@request-target': ['path', 'query'],
  'content-digest': ['body', 'field:content-digest'],
}

// A field or parameter of the query with the one parameter that says which part of it is covered, or how it is written.
const VARIANT = /^(?:[^@;][^;]*|@query-param);(key|name|bs|sf)(?:=("[^"\\]*")(;req)?(?:;sf)?)?$/

/** Everything a list of components covers, in the words of a policy. */
export function coverageOfAll(components: readonly Component[]): LastingCoverage {
  const out = Object.assign(new Set<Coverage>(), { meets: undefined })
  for (const { name, canonical } of components) {
    // A variant with other parameters covers only a part (;key), or something else.
    if (canonical === name) for (const fact of COVERAGE[name] ?? [`field:${name}` as const]) out.add(fact)
    else if (canonical === `${name};req`) out.add(`request:${name}`)
    else {
      // One member of a dictionary, however it is serialised: strictly or not, its value is the same.
      const [, part, value, req] = VARIANT.exec(canonical) ?? []
      if (part === 'key') out.add(`${req ? 'request' : 'field'}:${name};key=${value}` as Coverage)
      else if (part === 'name') {
        if (!req) out.add(`query-param:${(value as string).slice(1, -1)}`)
      } else if (part !== undefined) out.add(`field:${name};${part}` as Coverage)
    }
  }
  return out
}

const MAX_COMPONENTS = 64
const MAX_COMPONENT_PARAMETERS = 8
const MAX_REMEMBERED = 256
const MAX_REMEMBERED_LENGTH = 1024

/** A covered-components list, ready to make bases. */
export interface Covered {
  readonly components: readonly Component[]
  readonly list: string
  readonly covered: readonly string[]
  readonly covers: ReadonlySet<Coverage>
}

/** Compiles lists, and remembers the ones seen by their text: honest clients send the same few for ever. */
export interface CoveredReader {
  /** Lists in their canonical text. Only lists that were parsed in full are in here. */
  readonly known: ReadonlyMap<string, Covered>
  /** One of {@link CoveredReader.known}: the one that was read last in its plain form. */
  last: Covered | undefined
  /**
   * The list, compiled.
   *
   * @throws {CountersignError} `AUTH_MALFORMED`, `AUTH_TOO_LARGE`.
   */
  read(list: InnerList): Covered
}

export function coveredReader(types: FieldTypes): CoveredReader {
  const known = new Map<string, Covered>()
  const read = ({ items }: InnerList): Covered => {
    if (items.length > MAX_COMPONENTS) {
      fail('AUTH_TOO_LARGE', `a signature must cover at most ${MAX_COMPONENTS} components, got ${items.length}`)
    }
    if (items.some(({ params }) => params.length > MAX_COMPONENT_PARAMETERS)) {
      fail('AUTH_TOO_LARGE', `a component must have at most ${MAX_COMPONENT_PARAMETERS} parameters`)
    }
    // The text of the list would show only the last of them.
    if (items.some(({ params }) => lastWins(params) !== params)) {
      fail('AUTH_MALFORMED', 'a component parameter is repeated')
    }
    const list = `(${items.map(serializeItem).join(' ')})`
    const found = known.get(list)
    if (found !== undefined) return found
    const components = items.map((item) => componentFromItem(item, types, true))
    if (new Set(components.map((one) => one.canonical)).size !== components.length) {
      fail('AUTH_MALFORMED', 'a signature covers a component twice')
    }
    const compiled = {
      components,
      list,
      covered: components.map((one) => one.id),
      covers: coverageOfAll(components),
    }
    // An attacker can fill this, which costs the next request a compilation and nothing else.
    if (known.size >= MAX_REMEMBERED) known.clear()
    if (list.length <= MAX_REMEMBERED_LENGTH) known.set(list, compiled)
    return compiled
  }
  return { known, last: undefined, read }
}
