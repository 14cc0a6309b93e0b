import type { Bytes } from '../../crypto/key.js'
import { activeDigests } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { type InnerList, serializeParameters } from '../../message/structured-fields.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'
import { signatureBase } from './base.js'
import type { Covered } from './covered.js'
import type { SignatureParameters } from './parameters.js'

/** One signature with everything costly left for the moment somebody asks. */
export class LazySignature implements UntrustedSignature {
  readonly label: string
  readonly signature: Uint8Array
  readonly #parameters: SignatureParameters
  readonly #member: InnerList
  readonly #message: HttpMessage
  readonly #compile: (list: InnerList) => Covered
  #compiled: Covered | undefined
  #base: Bytes | undefined

  constructor(
    label: string,
    signature: Uint8Array,
    parameters: SignatureParameters,
    member: InnerList,
    message: HttpMessage,
    compile: (list: InnerList) => Covered,
  ) {
    this.label = label
    this.signature = signature
    this.#parameters = parameters
    this.#member = member
    this.#message = message
    this.#compile = compile
  }

  get tag(): string | undefined {
    return this.#parameters.tag
  }
  get keyId(): string | undefined {
    return this.#parameters.keyid
  }
  get claimedAlgorithm(): string | undefined {
    return this.#parameters.alg
  }
  get createdMs(): number | undefined {
    return this.#parameters.createdMs
  }
  get expiresMs(): number | undefined {
    return this.#parameters.expiresMs
  }
  get nonce(): string | undefined {
    return this.#parameters.nonce
  }
  get covered(): readonly string[] {
    return this.#list.covered
  }
  get covers(): ReadonlySet<Coverage> {
    return this.#list.covers
  }
  get base(): Bytes {
    // RFC 9421 2.5 and 4.2: the parameters are signed in the order received, known or not.
    this.#base ??= signatureBase(
      this.#list.components,
      this.#list.list + serializeParameters(this.#member.params),
      this.#message,
    )
    return this.#base
  }
  get bodyDigests(): readonly BodyDigest[] {
    if (!this.covers.has('body')) return []
    const field = combinedValue(this.#message.fields, 'content-digest')
    return field === undefined ? [] : activeDigests(field)
  }
  get #list(): Covered {
    this.#compiled ??= this.#compile(this.#member)
    return this.#compiled
  }
}
