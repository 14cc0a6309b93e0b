import { hasField, sentValue } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, type HttpResponse, isRequest } from '../../message/message.js'
import { type Component, knownComponent } from './base.js'
import { authority, method, path, query } from './derived.js'

/** One compiled component list: what stays the same for every message of one shape. */
export interface Shape {
  readonly components: readonly Component[]
  readonly list: string
}

/** What is always covered, of a request, of a response, and of a response that names its request. */
export type Required = readonly [
  request: readonly Component[],
  response: readonly Component[],
  answer: readonly Component[],
]

/** Compiles component lists once: one for every combination of optional fields that turns up. */
export function shapes(required: Required, optional: readonly Component[]): (message: HttpMessage) => Shape {
  const known = new Map<number, Shape>()
  return (message) => {
    const kind = isRequest(message) ? 0 : message.request === undefined ? 1 : 2
    let bits: number = kind
    for (let i = 0; i < optional.length; i++)
      if (hasField(message.fields, (optional[i] as Component).name)) bits |= 4 << i
    let shape = known.get(bits)
    if (shape === undefined) {
      const components = [...required[kind], ...optional.filter((_, i) => bits & (4 << i))]
      shape = { components, list: `(${components.map((one) => one.id).join(' ')})` }
      known.set(bits, shape)
    }
    return shape
  }
}

const REQUEST = [
  ['@method', method],
  ['@authority', authority],
  ['@path', path],
  ['@query', query],
] as const

/**
 * What the preset always covers. Made for each signer: a component remembers what it saw last. Nothing is checked when a
 * value is read, because {@link shapes} gives each list only the messages it is for.
 */
export function presetRequired(): Required {
  const status = knownComponent('@status', (message) => String((message as HttpResponse).status))
  return [
    REQUEST.map(([name, read]) => knownComponent(name, (message) => read(message as HttpRequest))),
    [status],
    [
      status,
      // RFC 9421 2.4: of the request that this response answers.
      ...REQUEST.map(([name, read]) =>
        knownComponent(name, (message) => read((message as HttpResponse).request as HttpRequest), ';req'),
      ),
    ],
  ]
}

/** What the preset covers where the message has it: then it has a value. */
export const presetOptional = (): readonly Component[] =>
  ['content-type', 'content-digest'].map((name) =>
    knownComponent(name, ({ fields }) => sentValue(fields, name) as string),
  )
