import { CountersignError } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import type { Coverage } from '../scheme.js'
import { type Component, type ComponentInit, component, coverageOfAll } from './component.js'
import { coverLess, type Rfc9421Options } from './options.js'

export const REQUEST: readonly ComponentInit[] = ['@method', '@authority', '@path', '@query']
const RESPONSE: readonly ComponentInit[] = ['@status']
const BOUND: readonly ComponentInit[] = REQUEST.map((name) => [name as string, { req: true }] as const)
export const WHEN_PRESENT: readonly string[] = ['content-type', 'content-digest']
const NEEDED: readonly Coverage[] = ['method', 'authority', 'path', 'query']

/** One compiled component list: what stays the same for every message of one shape. */
export interface Shape {
  readonly components: readonly Component[]
  readonly list: string
}

/** Compiles component lists once: one for every combination of optional fields that turns up. */
export function shapes(options: Rfc9421Options): (message: HttpMessage) => Shape {
  const { components, whenPresent = WHEN_PRESENT, fieldTypes = {} } = options
  const compile = (list: readonly ComponentInit[]): Component[] =>
    list.map((one) => configured(() => component(one, fieldTypes)))
  const optional = compile(whenPresent)
  const [request, response, bound] = components === undefined ? [REQUEST, RESPONSE, BOUND].map(compile) : []
  const fixed = components === undefined ? undefined : compile(components)
  assertCoverage(fixed ?? (request as Component[]), optional, options)
  const known = new Map<number, Shape>()
  const requiredFor = (message: HttpMessage): readonly Component[] =>
    fixed ??
    (isRequest(message)
      ? (request as Component[])
      : message.request === undefined
        ? (response as Component[])
        : [...(response as Component[]), ...(bound as Component[])])
  return (message) => {
    let bits = isRequest(message) ? 0 : message.request === undefined ? 1 : 2
    for (let i = 0; i < optional.length; i++)
      if (hasField(message.fields, (optional[i] as Component).name)) bits |= 4 << i
    let shape = known.get(bits)
    if (shape === undefined) {
      const list = [...requiredFor(message), ...optional.filter((_, i) => (bits & (4 << i)) !== 0)]
      if (new Set(list.map((one) => one.canonical)).size !== list.length) {
        throw new CountersignError('CONFIG_INVALID', '"components" names a component twice')
      }
      shape = { components: list, list: `(${list.map((one) => one.id).join(' ')})` }
      known.set(bits, shape)
    }
    return shape
  }
}

function assertCoverage(fixed: readonly Component[], optional: readonly Component[], options: Rfc9421Options): void {
  if (optional.length > 16) throw new CountersignError('CONFIG_INVALID', '"whenPresent" expected at most 16 fields')
  for (const { name, canonical } of [...fixed, ...optional]) {
    // A signature cannot cover the field line it will itself stand on (RFC 9421 2.1), unless it names another member.
    const own = canonical === name || canonical === `${name};key=${JSON.stringify(options.label ?? 'sig1')}`
    if ((name === 'signature' || name === 'signature-input') && own) {
      throw new CountersignError(
        'CONFIG_INVALID',
        `"components" cannot cover ${name} as a whole: name another signature's member with "key"`,
      )
    }
  }
  if (options[coverLess] === true || fixed.some((one) => one.name === '@status')) return
  const covered = coverageOfAll([...fixed, ...optional])
  const lost = [...NEEDED, 'body' as const].filter((fact) => !covered.has(fact))
  if (lost.length > 0) {
    throw new CountersignError(
      'CONFIG_INVALID',
      `"components" leaves out ${lost.join(', ')}; covering less needs the option [coverLess]: true`,
    )
  }
}

/** Component errors found at set-up are the caller's. */
function configured<T>(make: () => T): T {
  try {
    return make()
  } catch (error) {
    throw error instanceof CountersignError
      ? new CountersignError('CONFIG_INVALID', `"components": ${error.message}`)
      : error
  }
}
