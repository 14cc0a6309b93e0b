import { isMembers, mustBe } from '../../errors.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import { type Draft, emptyDraft, setTarget, textOf } from '../spec/draft.js'
import type { ExchangeSpec, Header, MessageSpec } from '../spec/spec.js'
import { isPlaceholder, memberOf, partOf } from '../spec/template.js'
import { pairList } from './pair-list.js'
import { onlyField } from './pick.js'
import { signatureOf } from './verifier.js'

/** A signed message of a socket as it was read. */
export interface ReadMessage {
  /** What the message states. */
  readonly draft: Draft
  /** What is to be verified, and nothing that is proven. */
  readonly signature: UntrustedSignature
}

const NOTHING: ReadonlySet<never> = new Set()

/**
 * Matches a template with what was received. Placeholders take the text (and only text) that stands there; arguments keep their type.
 * `false` where the two have another shape.
 */
function match(template: unknown, value: unknown, draft: Draft, args: Record<string, unknown>): boolean {
  const part = partOf(template)
  if (part !== undefined) return match(part.inside, part.read(value), draft, args)
  if (isPlaceholder(template)) {
    const [first, second] = template.split('.')
    if (first !== undefined && second !== undefined) {
      // The text after the last dot is the second's.
      const parts = typeof value === 'string' ? /^(.+)\.([^.]+)$/.exec(value) : null
      return parts !== null && match(first, parts[1], draft, args) && match(second, parts[2], draft, args)
    }
    const member = memberOf(template)
    if (member === undefined) {
      args[template.slice(1)] = value
      return value !== undefined
    }
    if (typeof value !== (template.startsWith('#') ? 'number' : 'string')) return false
    draft[member] = String(value)
    return true
  }
  if (Array.isArray(template))
    return Array.isArray(value) && template.every((one, at) => match(one, value[at], draft, args) || isPlaceholder(one))
  if (typeof template !== 'object' || template === null) return template === value
  if (typeof value !== 'object' || value === null) return false
  const members: Record<string, unknown> = Object.assign(Object.create(null), value)
  for (const [name, one] of Object.entries(template)) {
    if (isPlaceholder(name)) continue
    // What has no value is left out.
    if (!match(one, members[name], draft, args) && !(isPlaceholder(one) && members[name] === undefined)) return false
  }
  const spread = Object.keys(template).find(isPlaceholder)
  if (spread !== undefined)
    args[spread.slice(1)] = Object.fromEntries(
      Object.entries(members).filter(([name]) => !Object.hasOwn(template, name)),
    )
  return true
}

function messageOf(where: string, spec: ExchangeSpec, name: string): MessageSpec | undefined {
  mustBe(isMembers(spec), 'spec', 'the spec of an exchange, such as okx().spec', spec, 'ARGUMENT_INVALID', `${where}: `)
  return spec.messages?.[name]
}

/**
 * A received message as one of the exchange's signed messages; `undefined` where it is none.
 *
 * @param received what JSON.parse made of the message
 * @param host where the socket is, for exchanges that sign it
 * @throws {CountersignError} as the exchange's verifier, for what is one and broken.
 */
export function readMessage(spec: ExchangeSpec, name: string, received: unknown, host = ''): ReadMessage | undefined {
  const one = messageOf('readMessage', spec, name)
  if (one?.template === undefined) return undefined
  const draft = start(one, host)
  const args: Record<string, unknown> = {}
  if (!match(one.template, received, draft, args) || draft.sign === '') return undefined
  // The environment's own, which no sender states.
  draft.options = { ...args, ...spec.constants }
  return finished(spec, one, draft)
}

/** The same for a message that belongs to the upgrade: its header fields, and the query of its URL without "?". */
export function readUpgrade(
  spec: ExchangeSpec,
  name: string,
  fields: readonly string[],
  host = '',
  query = '',
): ReadMessage | undefined {
  const one = messageOf('readUpgrade', spec, name)
  if (one?.headers === undefined && one?.query === undefined) return undefined
  const draft = start(one, host)
  draft.fields = fields
  if (spec.constants !== undefined) draft.options = spec.constants
  const pairs = pairList(query, new Set((one.query ?? []).map(([name]) => name)))
  // What the caller passes to such a message stands in the query under the same name.
  for (const [name, value] of one.query ?? []) {
    const text = pairs.get(name)
    if (typeof value === 'function' && text !== undefined) draft.options = { ...draft.options, [name]: text }
  }
  const shown: ReadonlyArray<readonly [Header, string | undefined]> = [
    ...(one.headers ?? []).map((line) => [line, onlyField(fields, line[0])] as const),
    ...(one.query ?? []).map((pair) => [pair, pairs.get(pair[0])] as const),
  ]
  for (const [[, value, read], text] of shown) {
    if (text === undefined) continue
    if (read !== undefined) Object.assign(draft, read.exec(text)?.groups)
    else if (typeof value === 'string' && !value.startsWith('=')) draft[value as 'key'] = text
    else if (textOf(draft, value) !== text) return undefined
  }
  return draft.sign === '' ? undefined : finished(spec, one, draft)
}

function finished(spec: ExchangeSpec, one: MessageSpec, draft: Draft): ReadMessage {
  one.read?.(draft)
  return { draft, signature: signatureOf(spec, one, draft, NOTHING) }
}

function start({ path = '/' }: MessageSpec, host: string): Draft {
  const draft = emptyDraft()
  draft.host = host
  draft.method = 'GET'
  setTarget(draft, path)
  return draft
}
