import { isAlgorithm } from '../../crypto/algorithm.js'
import { assertOptions, fail, mustBe, type OptionKind, type OptionNames } from '../../errors.js'
import { type Item, type Member, parseDictionary } from '../../message/structured-fields.js'
import { FLAG } from '../../support/option-kinds.js'
import { type Coverage, memberOf } from '../scheme.js'
import type { Component } from './base.js'
import { componentFromItem } from './component.js'
import { LABEL, TEXT } from './options.js'
import { quoted, REGISTERED } from './parameters.js'

/** Options of {@link acceptSignature}. */
export interface AcceptSignatureOptions {
  /** What the signature must cover. */
  readonly required: ReadonlySet<Coverage>
  /** Name of the signature. Default `sig1`. */
  readonly label?: string
  /** The application's tag that the signature must carry. Default: none is asked for. */
  readonly tag?: string
  /** Ask for a nonce. Default `true`. */
  readonly nonce?: boolean
  /** Ask for the time of its end. Default `false`. */
  readonly expires?: boolean
}

// A text would be read letter by letter, and a list of texts is what others take.
const REQUIRED: OptionKind = [(value) => value instanceof Set, 'a Set of what must be covered']
const KNOWN: OptionNames<AcceptSignatureOptions> = {
  required: [REQUIRED, 2],
  label: TEXT,
  tag: TEXT,
  nonce: FLAG,
  expires: FLAG,
}

/**
 * The `Accept-Signature` value a server sends: one signature request (RFC 9421 5.1).
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` for a label or tag that cannot be written.
 * @example
 * ```ts
 * import { acceptSignature } from 'countersign/rfc9421'
 *
 * const value = acceptSignature({ required: new Set(['method', 'authority', 'path', 'query', 'body']), tag: 'orders' })
 * ```
 */
export function acceptSignature(options: AcceptSignatureOptions): string {
  assertOptions('acceptSignature', options, KNOWN, { require: 'required' }, 'ARGUMENT_INVALID')
  mustBe(options.required !== undefined, 'required', REQUIRED[1], undefined, 'ARGUMENT_INVALID', 'acceptSignature: ')
  return asked(options)
}

/** {@link acceptSignature} of options that a policy was checked for. */
export function asked({
  required,
  label = 'sig1',
  tag,
  nonce = true,
  expires = false,
}: AcceptSignatureOptions): string {
  if (!LABEL.test(label)) fail('ARGUMENT_INVALID', '"label" must be a structured-field key, got another text')
  const ids = new Set<string>()
  for (const fact of required) {
    const id = identifierOf(fact, label)
    if (id !== undefined) ids.add(id)
  }
  return `${label}=(${[...ids].join(' ')});created${expires ? ';expires' : ''}${nonce ? ';nonce' : ''};keyid${tag === undefined ? '' : `;tag=${quoted(tag, 'tag')}`}`
}

/** A fact as the component that covers it; `undefined` for what only a response has. */
function identifierOf(fact: Coverage, label: string): string | undefined {
  if (/^(?:method|scheme|authority|path|query)$/.test(fact)) return `"@${fact}"`
  if (fact === 'body') return '"content-digest"'
  if (fact.startsWith('query-param:')) return `"@query-param";name=${quoted(fact.slice(12), 'required')}`
  const [field, member, form] = memberOf(fact) ?? []
  if (field === undefined) return undefined
  // A request for "any member" cannot be written: the one that has the name of the signature is what profiles agree on.
  const key = form === 'key=*' ? label : member
  if (key !== undefined) return `${quoted(field, 'required')};key=${quoted(key, 'required')}`
  return quoted(field, 'required') + (form === undefined ? '' : `;${form}`)
}

/** One signature that a server asks for (RFC 9421 5.1). */
export interface SignatureRequest {
  /** The label that the signature is to have. */
  readonly label: string
  /** What it is to cover. */
  readonly components: readonly Component[]
  /** Parameters that are asked for, with a value where the server fixed one. */
  readonly tag: string | undefined
  /** The key that is asked for. */
  readonly keyId: string | undefined
  /** The algorithm that is asked for. */
  readonly alg: string | undefined
  /** The nonce that is asked for. */
  readonly nonce: string | undefined
  /** Names of the parameters that are asked for, with a value or without. */
  readonly wants: ReadonlySet<string>
}

const MAX_LENGTH = 4096

const malformed: (text: string) => never = (text) => fail('FIELD_MALFORMED', `Accept-Signature ${text}`)

/**
 * The signature requests of an `Accept-Signature` field.
 *
 * @throws {CountersignError} `FIELD_MALFORMED` for a field that does not parse, is longer than 4096 characters, or asks for
 *   components or parameters RFC 9421 does not define.
 *
 * @example
 * ```ts
 * import { parseAcceptSignature } from 'countersign/rfc9421'
 *
 * const [asked] = parseAcceptSignature('sig1=("@method" "@authority");created;nonce="abc"')
 * console.assert(asked?.label === 'sig1')
 * ```
 */
export function parseAcceptSignature(text: string): readonly SignatureRequest[] {
  if (text.length > MAX_LENGTH) malformed(`must have at most ${MAX_LENGTH} characters`)
  const entries = parseDictionary(text)
  if (new Set(entries.map(([label]) => label)).size !== entries.length) malformed('names a label twice')
  return entries.map(([label, member]) => signatureRequest(label, member))
}

function signatureRequest(label: string, member: Member): SignatureRequest {
  if (member.kind !== 'list') malformed('must hold inner lists')
  const wants = new Set<string>()
  const texts: Record<string, string> = { __proto__: null as never }
  for (const [name, bare] of member.params) {
    if (wants.has(name) || !(name in REGISTERED)) malformed('has a repeated or unknown parameter')
    wants.add(name)
    // RFC 9421 5.1: created and expires are flags here; the server may fix the others or only name them.
    if (bare.type === 'boolean' ? !bare.value : bare.type !== REGISTERED[name]?.[0])
      malformed(`parameter "${name}" has type ${bare.type}`)
    if (bare.type === 'string') texts[name] = bare.value
  }
  if (texts['alg'] !== undefined && !isAlgorithm(texts['alg'])) malformed('names an unknown algorithm')
  const components = member.items.map(askedComponent)
  if (new Set(components.map((one) => one.canonical)).size !== components.length)
    malformed('asks for a component twice')
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
    malformed('asks for a component that RFC 9421 does not define')
  }
}
