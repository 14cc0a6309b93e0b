import { CountersignError } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import { type HttpMessage, isRequest } from '../../message/message.js'
import type { Coverage } from '../scheme.js'
import { type Component, type ComponentInit, coverageOfAll, ofRequest, plainComponent } from './component.js'
import { configured, coverLess, type Rfc9421Options } from './options.js'

export const REQUEST: readonly string[] = ['@method', '@authority', '@path', '@query']
const RESPONSE: readonly string[] = ['@status']
export const WHEN_PRESENT: readonly string[] = ['content-type', 'content-digest']
const NEEDED: readonly Coverage[] = ['method', 'authority', 'path', 'query', 'field:content-type', 'body']

/** One compiled component list: what stays the same for every message of one shape. */
export interface Shape {
  readonly components: readonly Component[]
  readonly list: string
}

/** Compiles component lists once: one for every combination of optional fields that turns up. */
export function shapes(options: Rfc9421Options): (message: HttpMessage) => Shape {
  const { components, whenPresent = WHEN_PRESENT } = options
  const compile = (list: readonly ComponentInit[]): Component[] =>
    configured('components', () => list.map((one) => (typeof one === 'string' ? plainComponent(one) : one)))
  const [request, response] = components === undefined ? [REQUEST, RESPONSE].map(compile) : []
  const bound = request?.map(ofRequest)
  const fixed = components === undefined ? undefined : compile(components)
  // What is always covered need not be covered again where it is present.
  const optional = compile(whenPresent).filter(({ name }) => fixed?.some((one) => one.canonical === name) !== true)
  assertComponents(fixed ?? (request as Component[]), optional, options)
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
      shape = { components: list, list: `(${list.map((one) => one.id).join(' ')})` }
      known.set(bits, shape)
    }
    return shape
  }
}

function assertComponents(fixed: readonly Component[], optional: readonly Component[], options: Rfc9421Options): void {
  if (optional.length > 16) throw new CountersignError('CONFIG_INVALID', '"whenPresent" expected at most 16 fields')
  if (optional.some(({ name }) => name.startsWith('@')))
    throw new CountersignError('CONFIG_INVALID', '"whenPresent" expected field names, got a derived component')
  const all = [...fixed, ...optional]
  if (new Set(all.map((one) => one.canonical)).size !== all.length)
    throw new CountersignError('CONFIG_INVALID', '"components" names a component twice')
  // A signature cannot cover the field line it will itself stand on (RFC 9421 2.1), unless it names another member.
  const member = `;key=${JSON.stringify(options.label ?? 'sig1')}`
  const own = ['', ';bs', ';sf', member, `${member};sf`].flatMap((one) => [`signature${one}`, `signature-input${one}`])
  if (all.some(({ canonical }) => own.includes(canonical))) {
    throw new CountersignError(
      'CONFIG_INVALID',
      '"components" cannot cover its own signature: name another signature\'s member with "key"',
    )
  }
}

function assertCoverage(fixed: readonly Component[], optional: readonly Component[], options: Rfc9421Options): void {
  if (options[coverLess] === true || fixed.some((one) => one.name === '@status')) return
  const covered = coverageOfAll([...fixed, ...optional])
  // Without a digest of its own making, a body would be covered only where the caller happens to send one.
  const lost = NEEDED.filter((fact) => !covered.has(fact) || (fact === 'body' && options.digest === false))
  if (lost.length > 0) {
    throw new CountersignError(
      'CONFIG_INVALID',
      `"components" leaves out ${lost.join(', ')}; covering less needs the option [coverLess]: true`,
    )
  }
}
