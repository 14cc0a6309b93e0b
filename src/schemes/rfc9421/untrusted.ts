import type { Bytes } from '../../crypto/key.js'
import { activeDigests } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { memberBytes } from '../../message/sf-bare.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'
import { signatureBase } from './base.js'
import type { Covered, CoveredReader } from './covered.js'
import { milliseconds } from './parameters.js'

/** One signature with everything costly computed on first use. A class, because it is made for every request. */
export class LazySignature implements UntrustedSignature {
  declare readonly label: string
  /** The parameters as they are signed: in the order received (RFC 9421 2.5). */
  declare readonly text: string
  declare readonly signature: Uint8Array
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

  /** Without parameters: who reads them puts them in. */
  constructor(
    label: string,
    signature: Uint8Array,
    message: HttpMessage,
    list: Covered | (() => Covered),
    text: string,
  ) {
    this.label = label
    this.text = text
    this.signature = signature
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

const LABEL = /^[a-z*][a-z0-9_.*-]*$/
// A String without escapes: its text is its serialisation.
const PLAIN = /^[ !#-[\]-~]*$/

/**
 * The signature of two fields that are written in exactly the form of a signer: one, a list of components seen before, then
 * registered parameters that are integers and plain strings. `undefined` for everything else, which takes the structured-field
 * parser; the two agree on every input (property test), this one is only several times faster.
 */
export function readPlain(
  text: string,
  signatureField: string,
  reader: CoveredReader,
  message: HttpMessage,
): LazySignature | undefined {
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
  const signature = memberBytes(signatureField, label)
  if (!(LABEL.test(label) && signature?.length)) return undefined
  const found = new LazySignature(label, signature, message, covered, text.slice(end))
  return readPlainParameters(text, end, found) ? found : undefined
}

/** How each parameter begins where a signer writes it, and where its value goes. */
const PARAMETERS = [
  [';created=', 'createdMs'],
  [';nonce="', 'nonce'],
  [';keyid="', 'keyId'],
  [';expires=', 'expiresMs'],
  [';alg="', 'claimedAlgorithm'],
  [';tag="', 'tag'],
] as const

/** Puts the parameters into a signature; false for what needs the full parser. */
function readPlainParameters(text: string, from: number, into: LazySignature): boolean {
  let at = from
  while (at < text.length) {
    let known = 0
    while (known < PARAMETERS.length && !text.startsWith((PARAMETERS[known] as (typeof PARAMETERS)[0])[0], at)) known++
    const found = PARAMETERS[known]
    if (found === undefined || into[found[1]] !== undefined) return false
    const [begin, name] = found
    at += begin.length
    if (name !== 'createdMs' && name !== 'expiresMs') {
      const end = text.indexOf('"', at)
      const value = text.slice(at, end)
      if (end === -1 || !PLAIN.test(value)) return false
      into[name] = value
      at = end + 1
    } else {
      const start = at
      const first = text.charCodeAt(at)
      let value = 0
      for (let code = first; code >= 0x30 && code <= 0x39; code = text.charCodeAt(++at))
        value = value * 10 + code - 0x30
      const digits = at - start
      // Leading zeros and more than 15 digits are for the full parser to refuse.
      if (digits === 0 || digits > 15 || (first === 0x30 && digits > 1)) return false
      into[name] = milliseconds(value)
    }
  }
  return true
}
