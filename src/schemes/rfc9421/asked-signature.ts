import { isAlgorithm } from '../../crypto/algorithm.js'
import { CountersignError } from '../../errors.js'
import { type Item, type Member, parseDictionary } from '../../message/structured-fields.js'
import type { Component } from './component.js'
import { componentFromItem } from './component-parameters.js'

/** One signature that a server asks for (RFC 9421 5.1). */
export interface SignatureRequest {
  readonly label: string
  readonly components: readonly Component[]
  /** Parameters that are asked for, with a value where the server fixed one. */
  readonly tag: string | undefined
  readonly keyId: string | undefined
  readonly alg: string | undefined
  readonly nonce: string | undefined
  readonly wants: ReadonlySet<string>
}

const KNOWN: readonly string[] = ['created', 'expires', 'nonce', 'alg', 'keyid', 'tag']
const TIMES = new Set(['created', 'expires'])
const MAX_LENGTH = 4096

/**
 * The signature requests of an `Accept-Signature` field.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a field that does not parse, is longer than 4096 characters, or asks for
 *   components or parameters RFC 9421 does not define.
 */
export function parseAcceptSignature(text: string): readonly SignatureRequest[] {
  if (text.length > MAX_LENGTH)
    throw new CountersignError('FIELD_MALFORMED', `Accept-Signature expected at most ${MAX_LENGTH} characters`)
  const entries = parseDictionary(text)
  if (new Set(entries.map(([label]) => label)).size !== entries.length)
    throw new CountersignError('FIELD_MALFORMED', 'Accept-Signature names a label twice')
  return entries.map(([label, member]) => signatureRequest(label, member))
}

function signatureRequest(label: string, member: Member): SignatureRequest {
  if (member.kind !== 'list') throw new CountersignError('FIELD_MALFORMED', 'Accept-Signature expected inner lists')
  const wants = new Set<string>()
  const texts: Record<string, string> = { __proto__: null as never }
  for (const [name, bare] of member.params) {
    if (wants.has(name) || !KNOWN.includes(name))
      throw new CountersignError('FIELD_MALFORMED', 'Accept-Signature has a repeated or unknown parameter')
    wants.add(name)
    // RFC 9421 5.1: created and expires are flags here; the server may fix the others or only name them.
    if (bare.type === 'string' && !TIMES.has(name)) texts[name] = bare.value
    else if (bare.type === 'boolean' ? !bare.value : bare.type !== 'integer' || !TIMES.has(name)) {
      throw new CountersignError('FIELD_MALFORMED', `Accept-Signature parameter "${name}" has type ${bare.type}`)
    }
  }
  if (texts['alg'] !== undefined && !isAlgorithm(texts['alg']))
    throw new CountersignError('FIELD_MALFORMED', 'Accept-Signature names an unknown algorithm')
  const components = member.items.map(askedComponent)
  if (new Set(components.map((one) => one.canonical)).size !== components.length)
    throw new CountersignError('FIELD_MALFORMED', 'Accept-Signature asks for a component twice')
  return {
    label,
    components,
    tag: texts['tag'],
    keyId: texts['keyid'],
    alg: texts['alg'],
    nonce: texts['nonce'],
    wants,
  }
}

function askedComponent(item: Item): Component {
  try {
    return componentFromItem(item, {})
  } catch {
    throw new CountersignError('FIELD_MALFORMED', 'Accept-Signature asks for a component that RFC 9421 does not define')
  }
}
