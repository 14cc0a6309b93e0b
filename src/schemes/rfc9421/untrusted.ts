import type { Bytes } from '../../crypto/key.js'
import { activeDigests } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'
import { signatureBase } from './base.js'
import type { Covered, CoveredReader } from './covered.js'
import { milliseconds } from './parameters.js'

/** One signature with everything costly computed on first use. A class, because it is made for every request. */
export class LazySignature implements UntrustedSignature {
  declare readonly label: string
  /** The parameters as they are signed: in the order received (RFC 9421 2.5). */
  declare readonly text: string
  declare signature: Uint8Array
  declare tag: string | undefined
  declare keyId: string | undefined
  declare claimedAlgorithm: string | undefined
  declare createdMs: number | undefined
  declare expiresMs: number | undefined
  declare nonce: string | undefined
  declare private readonly message: HttpMessage
  declare private list: Covered | (() => Covered)
  declare private built: Bytes | undefined
  declare private digests: readonly BodyDigest[] | undefined

  /** Without signature and parameters: who reads them puts them in. */
  constructor(label: string, message: HttpMessage, list: Covered | (() => Covered), text: string) {
    this.label = label
    this.text = text
    this.signature = NONE
    this.message = message
    this.list = list
    this.tag = this.keyId = this.claimedAlgorithm = this.nonce = this.built = this.digests = undefined
    this.createdMs = this.expiresMs = undefined
  }

  /** The list, compiled on first use. */
  compiled(): Covered {
    if (typeof this.list === 'function') this.list = this.list()
    return this.list
  }

  get covered(): readonly string[] {
    return this.compiled().covered
  }

  get covers(): ReadonlySet<Coverage> {
    return this.compiled().covers
  }

  get base(): Bytes {
    if (this.built === undefined) {
      const { components, list } = this.compiled()
      this.built = signatureBase(components, list + this.text, this.message)
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

const NONE = /* @__PURE__ */ new Uint8Array(0)

const LABEL = /^[a-z*][a-z0-9_.*-]*$/
// A String without escapes: its text is its serialisation.
const PLAIN = /^[ !#-[\]-~]*$/

/**
 * The signature that a Signature-Input states in exactly the form a signer writes: one, a list of components seen before, then
 * registered parameters that are integers and plain strings. `undefined` for everything else, which takes the structured-field
 * parser; the two agree on every input (property test), this one is only several times faster.
 */
export function readPlainInput(text: string, reader: CoveredReader, message: HttpMessage): LazySignature | undefined {
  const equals = text.indexOf('=')
  // The list of the last request is compared where it stands: to look for it, a part of the text would have to be hashed.
  let covered = reader.last
  if (covered === undefined || !text.startsWith(covered.list, equals + 1)) {
    // The text of a list that was parsed in full before can only mean the same list again, quotes and all.
    covered = reader.known.get(text.slice(equals + 1, text.indexOf(')', equals) + 1))
    if (covered === undefined) return undefined
    reader.last = covered
  }
  const end = equals + covered.list.length + 1
  const label = text.slice(0, equals)
  if (!LABEL.test(label)) return undefined
  const found = new LazySignature(label, message, covered, text.slice(end))
  return readPlainParameters(text, end, found) ? found : undefined
}

/** Puts the parameters into a signature; false for what needs the full parser. */
function readPlainParameters(text: string, from: number, into: LazySignature): boolean {
  for (let at = from; at < text.length; ) {
    if (text.charCodeAt(at) !== 0x3b) return false
    const equals = text.indexOf('=', at)
    // Stryker disable next-line ConditionalExpression,UnaryOperator: what is looked at next would be the label, which is refused too
    if (equals === -1) return false
    const name = text.slice(at + 1, equals)
    if (text.charCodeAt(equals + 1) === 0x22) {
      const end = text.indexOf('"', equals + 2)
      // Stryker disable next-line ConditionalExpression,UnaryOperator: the next round would start at the label, which is refused too
      if (end === -1) return false
      const value = text.slice(equals + 2, end)
      if (!PLAIN.test(value)) return false
      if (name === 'nonce' && into.nonce === undefined) into.nonce = value
      else if (name === 'keyid' && into.keyId === undefined) into.keyId = value
      else if (name === 'tag' && into.tag === undefined) into.tag = value
      else if (name === 'alg' && into.claimedAlgorithm === undefined) into.claimedAlgorithm = value
      else return false
      at = end + 1
    } else {
      at = equals + 1
      const first = text.charCodeAt(at)
      let value = 0
      for (let code = first; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at))
        value = value * 10 + code - 0x30
      const digits = at - equals - 1
      // Leading zeros and more than 15 digits are for the full parser to refuse.
      if (digits === 0 || digits > 15 || (first === 0x30 && digits > 1)) return false
      if (name === 'created' && into.createdMs === undefined) into.createdMs = milliseconds(value)
      else if (name === 'expires' && into.expiresMs === undefined) into.expiresMs = milliseconds(value)
      else return false
    }
  }
  return true
}
