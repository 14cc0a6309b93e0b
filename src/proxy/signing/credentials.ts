import { utf8, utf8Decode } from '../../crypto/encoding.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import type { HttpRequest } from '../../message/message.js'
import type { Signer } from '../../schemes/scheme.js'
import { filtered, foldedName } from '../fields.js'

/** Takes a client's credentials out of a request: what leaves is signed with the proxy's key and with nothing else. */
export interface Cleaner {
  /** Of fields, query and, where it is there, the body. */
  clean(request: HttpRequest): HttpRequest
  /** Of a body that has come behind fields which are clean. */
  cleanBody(request: HttpRequest): HttpRequest
}

/** Proofs of any scheme. The fields of an exchange come from its own table. */
const PROOFS: readonly string[] = ['authorization', 'signature', 'signature-input', 'signature-agent', 'dpop']

const FORM = /^application\/x-www-form-urlencoded\b/i

/**
 * The rule for what a signer is going to write itself.
 *
 * @param writes Names of the fields that its scheme writes, where no table of an exchange states them.
 */
export function cleanerOf(signer: Signer, writes: readonly string[] = []): Cleaner {
  const { spec } = signer as Signer & { readonly spec?: ExchangeSpec }
  const names = new Set([
    ...PROOFS,
    ...writes.map(foldedName),
    ...(spec?.headers ?? []).map(([name]) => foldedName(name)),
  ])
  for (const { headers = [] } of Object.values(spec?.environments ?? {}))
    for (const [name] of headers) names.add(foldedName(name))
  const place = spec?.place
  const own = new Set([
    ...(place?.list ?? []).map(([name]) => name),
    ...(place?.sign === undefined ? [] : [place.sign]),
  ])
  const cleanBody = (request: HttpRequest): HttpRequest => (own.size === 0 ? request : withoutParams(request, own))
  return {
    clean: (request) =>
      cleanBody({ ...request, fields: filtered(request.fields, (name) => !names.has(foldedName(name))) }),
    cleanBody,
  }
}

function withoutParams(request: HttpRequest, own: ReadonlySet<string>): HttpRequest {
  const { target, body, fields } = request
  const at = target.indexOf('?')
  const query = at === -1 ? '' : target.slice(at + 1)
  const kept = withoutPairs(query, own)
  const cleaned =
    kept === query ? request : { ...request, target: target.slice(0, at) + (kept === '' ? '' : `?${kept}`) }
  if (!(body instanceof Uint8Array)) return cleaned
  const text = utf8Decode(body)
  if (text === undefined) return cleaned
  // An exchange reads a form by any name, and several lines of a type have no first one.
  const isForm = FORM.test(typeOf(fields)) || !/^\s*[[{]/.test(text)
  const rest = isForm ? withoutPairs(text, own) : withoutMembers(text, own)
  return rest === text ? cleaned : { ...cleaned, body: rest === '' ? null : utf8(rest) }
}

const typeOf = (fields: readonly string[]): string =>
  fields.find((_, i) => i % 2 === 1 && fields[i - 1]?.toLowerCase() === 'content-type') ?? ''

/** A form or query without the pairs of these names, the others as they are, to the byte. */
function withoutPairs(text: string, own: ReadonlySet<string>): string {
  if (text === '') return text
  const pairs = text.split('&')
  const kept = pairs.filter((pair) => !own.has(nameOf(pair)))
  return kept.length === pairs.length ? text : kept.join('&')
}

function nameOf(pair: string): string {
  const name = (pair.split('=', 1)[0] as string).replaceAll('+', ' ')
  // Not decodeURIComponent alone: it throws for a broken escape.
  return /%(?![0-9a-f]{2})/i.test(name) ? name : decoded(name)
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}

// Of valid JSON, what says where a member of it ends.
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g
const NAME = /^\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:/

/** A JSON object without the members of these names at its top, the others as they are; other text as it is. */
function withoutMembers(text: string, own: ReadonlySet<string>): string {
  if (!/^\s*\{/.test(text) || !isJson(text)) return text
  const start = text.indexOf('{') + 1
  const members: string[] = []
  let depth = 0
  let from = start
  let end = start
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '}' || token === ']') depth--
    if (depth === 0 && token === '}') end = index
    if ((depth === 0 && token === '}') || (depth === 1 && token === ',')) {
      members.push(text.slice(from, index))
      from = index + 1
    }
    if (token === '{' || token === '[') depth++
  }
  const kept = members.filter((member) => {
    const name = NAME.exec(member)?.[1]
    return name === undefined || !own.has(JSON.parse(name) as string)
  })
  return kept.length === members.length ? text : text.slice(0, start) + kept.join(',') + text.slice(end)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
