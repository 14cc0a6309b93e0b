import type { UntrustedSignature } from '../../../scheme.js'
import { type Draft, emptyDraft, setTarget } from '../draft.js'
import type { MessageSpec, VenueSpec } from '../spec.js'
import { textOf } from '../text-of.js'
import { onlyField } from './pick.js'
import { signatureOf } from './verifier.js'

/** A signed message of a socket as it was read. */
export interface ReadMessage {
  readonly draft: Draft
  readonly signature: UntrustedSignature
}

const NOTHING: ReadonlySet<never> = new Set()

/**
 * Lays a form over what was received. Holes take the text (and only text) that stands there; arguments keep their type.
 * `false` where the two have another shape.
 */
function match(form: unknown, value: unknown, draft: Draft, args: Record<string, unknown>): boolean {
  if (typeof form === 'string' && /^[$#]\w/.test(form)) {
    const name = form.slice(1)
    const number = form.startsWith('#')
    if (typeof draft[name as 'key'] !== 'string') {
      args[name] = value
      return value !== undefined
    }
    if (typeof value !== (number ? 'number' : 'string')) return false
    draft[name as 'key'] = String(value)
    return true
  }
  if (Array.isArray(form))
    return Array.isArray(value) && form.every((one, at) => match(one, value[at], draft, args) || isHole(one))
  if (typeof form !== 'object' || form === null) return form === value
  if (typeof value !== 'object' || value === null) return false
  const members: Record<string, unknown> = Object.assign(Object.create(null), value)
  for (const [name, one] of Object.entries(form)) {
    if (isHole(name)) continue
    // What has nothing to say is left out.
    if (!match(one, members[name], draft, args) && !(isHole(one) && members[name] === undefined)) return false
  }
  const spread = Object.keys(form).find(isHole)
  if (spread !== undefined)
    args[spread.slice(1)] = Object.fromEntries(Object.entries(members).filter(([name]) => !Object.hasOwn(form, name)))
  return true
}

const isHole = (form: unknown): boolean => typeof form === 'string' && /^[$#]\w/.test(form)

/**
 * A received message as one of the venue's signed messages; `undefined` where it is none.
 *
 * @param received what JSON.parse made of the message
 * @param host where the socket is, for venues that sign it
 * @throws {CountersignError} as the venue's verifier, for what is one and broken.
 */
export function readMessage(spec: VenueSpec, name: string, received: unknown, host = ''): ReadMessage | undefined {
  const one = spec.messages?.[name]
  if (one?.form === undefined) return undefined
  const draft = start(one, host)
  const args: Record<string, unknown> = {}
  if (!match(one.form, received, draft, args) || draft.sign === '') return undefined
  draft.extra = args
  return { draft, signature: signatureOf(spec, one, draft, NOTHING) }
}

/** The same for a message that belongs to the upgrade: its header fields. */
export function readUpgrade(
  spec: VenueSpec,
  name: string,
  fields: readonly string[],
  host = '',
): ReadMessage | undefined {
  const one = spec.messages?.[name]
  if (one?.headers === undefined) return undefined
  const draft = start(one, host)
  draft.fields = fields
  for (const [field, value, read] of one.headers) {
    const text = onlyField(fields, field)
    if (text === undefined) continue
    if (read !== undefined) Object.assign(draft, read.exec(text)?.groups)
    else if (typeof value === 'string' && !value.startsWith('=')) draft[value as 'key'] = text
    else if (textOf(draft, value) !== text) return undefined
  }
  if (draft.sign === '') return undefined
  return { draft, signature: signatureOf(spec, one, draft, NOTHING) }
}

function start({ path = '/' }: MessageSpec, host: string): Draft {
  const draft = emptyDraft()
  draft.host = host
  draft.method = 'GET'
  setTarget(draft, path)
  return draft
}
