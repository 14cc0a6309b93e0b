import type { Bytes } from '../../crypto/key.js'
import { activeDigests } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'
import { signatureBase } from './base.js'
import type { Covered, CoveredReader } from './covered.js'
import { milliseconds, type SignatureParameters } from './parameters.js'

/** What a signature claims to sign. The list is compiled on first use. */
export interface SignedInput {
  covered(): Covered
  /** The parameters as they are signed: in the order received (RFC 9421 2.5). */
  text(): string
}

/** One signature with everything costly computed on first use. A class, because it is made for every request. */
export class LazySignature implements UntrustedSignature {
  declare readonly label: string
  declare readonly signature: Uint8Array
  declare readonly tag: string | undefined
  declare readonly keyId: string | undefined
  declare readonly claimedAlgorithm: string | undefined
  declare readonly createdMs: number | undefined
  declare readonly expiresMs: number | undefined
  declare readonly nonce: string | undefined
  declare private readonly input: SignedInput
  declare private readonly message: HttpMessage
  declare private built: Bytes | undefined
  declare private digests: readonly BodyDigest[] | undefined

  constructor(
    label: string,
    signature: Uint8Array,
    parameters: SignatureParameters,
    input: SignedInput,
    message: HttpMessage,
  ) {
    this.label = label
    this.signature = signature
    this.tag = parameters.tag
    this.keyId = parameters.keyid
    this.claimedAlgorithm = parameters.alg
    this.createdMs = parameters.createdMs
    this.expiresMs = parameters.expiresMs
    this.nonce = parameters.nonce
    this.input = input
    this.message = message
    this.built = undefined
    this.digests = undefined
  }

  get covered(): readonly string[] {
    return this.input.covered().covered
  }

  get covers(): ReadonlySet<Coverage> {
    return this.input.covered().covers
  }

  get base(): Bytes {
    if (this.built === undefined) {
      const { components, list } = this.input.covered()
      this.built = signatureBase(components, list + this.input.text(), this.message)
    }
    return this.built
  }

  get bodyDigests(): readonly BodyDigest[] {
    if (this.digests === undefined) {
      const field = this.covers.has('body') ? combinedValue(this.message.fields, 'content-digest') : undefined
      this.digests = field === undefined ? [] : activeDigests(field)
    }
    return this.digests
  }
}

/**
 * A Signature-Input of one signature in exactly the form a signer writes: a list of components seen before, then registered
 * parameters that are integers and plain strings. Everything else takes the structured-field parser; the two agree on every
 * input (property test), this one is only several times faster.
 */
export interface PlainInput extends SignedInput {
  readonly label: string
  readonly parameters: SignatureParameters
}

const LABEL = /^[a-z*][a-z0-9_.*-]*$/
// A String without escapes: its text is its serialisation.
const PLAIN = /^[ !#-[\]-~]*$/

/** The plain reading of a field, or `undefined` where it needs the full parser. */
export function readPlainInput(text: string, reader: CoveredReader): PlainInput | undefined {
  const equals = text.indexOf('=')
  // The list of the last request is compared where it stands: to look for it, a part of the text would have to be hashed.
  let covered = reader.last
  if (covered === undefined || !text.startsWith(covered.list, equals + 1)) {
    // The text of a list that was parsed in full before can only mean the same list again, quotes and all.
    covered = reader.known.get(text.slice(equals + 1, text.indexOf(')', equals) + 1))
    if (covered === undefined) return undefined
    reader.last = covered
  }
  const close = equals + covered.list.length
  const label = text.slice(0, equals)
  if (!LABEL.test(label)) return undefined
  const parameters = readPlainParameters(text, close + 1)
  return parameters && new Plain(label, parameters, covered, text, close + 1)
}

/** A class and not an object with two functions, because it is made for every request. */
class Plain implements PlainInput {
  declare readonly label: string
  declare readonly parameters: SignatureParameters
  declare private readonly compiled: Covered
  declare private readonly field: string
  declare private readonly from: number

  constructor(label: string, parameters: SignatureParameters, compiled: Covered, field: string, from: number) {
    this.label = label
    this.parameters = parameters
    this.compiled = compiled
    this.field = field
    this.from = from
  }

  covered(): Covered {
    return this.compiled
  }

  text(): string {
    return this.field.slice(this.from)
  }
}

function readPlainParameters(text: string, from: number): SignatureParameters | undefined {
  let createdMs: number | undefined
  let expiresMs: number | undefined
  let nonce: string | undefined
  let alg: string | undefined
  let keyid: string | undefined
  let tag: string | undefined
  for (let at = from; at < text.length; ) {
    if (text.charCodeAt(at) !== 0x3b) return undefined
    const equals = text.indexOf('=', at)
    // Stryker disable next-line ConditionalExpression,UnaryOperator: what is looked at next would be the label, which is refused too
    if (equals === -1) return undefined
    const name = text.slice(at + 1, equals)
    if (text.charCodeAt(equals + 1) === 0x22) {
      const end = text.indexOf('"', equals + 2)
      // Stryker disable next-line ConditionalExpression,UnaryOperator: the next round would start at the label, which is refused too
      if (end === -1) return undefined
      const value = text.slice(equals + 2, end)
      if (!PLAIN.test(value)) return undefined
      if (name === 'nonce' && nonce === undefined) nonce = value
      else if (name === 'keyid' && keyid === undefined) keyid = value
      else if (name === 'tag' && tag === undefined) tag = value
      else if (name === 'alg' && alg === undefined) alg = value
      else return undefined
      at = end + 1
    } else {
      at = equals + 1
      const first = text.charCodeAt(at)
      let value = 0
      for (let code = first; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at))
        value = value * 10 + code - 0x30
      const digits = at - equals - 1
      // Leading zeros and more than 15 digits are for the full parser to refuse.
      if (digits === 0 || digits > 15 || (first === 0x30 && digits > 1)) return undefined
      if (name === 'created' && createdMs === undefined) createdMs = milliseconds(value)
      else if (name === 'expires' && expiresMs === undefined) expiresMs = milliseconds(value)
      else return undefined
    }
  }
  return { createdMs, expiresMs, nonce, alg, keyid, tag }
}
