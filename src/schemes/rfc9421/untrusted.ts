import type { Bytes } from '../../crypto/key.js'
import { activeDigests } from '../../message/content-digest.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import type { BodyDigest, Coverage, UntrustedSignature } from '../scheme.js'
import { signatureBase } from './base.js'
import type { Covered } from './covered.js'
import type { SignatureParameters } from './parameters.js'

/** What a signature claims to sign. The list is compiled when somebody asks for it. */
export interface SignedInput {
  covered(): Covered
  /** The parameters as they are signed: in the order received (RFC 9421 2.5). */
  text(): string
}

/** One signature with everything costly left for the moment somebody asks. A class, because it is made for every request. */
export class LazySignature implements UntrustedSignature {
  readonly label: string
  readonly signature: Uint8Array
  readonly tag: string | undefined
  readonly keyId: string | undefined
  readonly claimedAlgorithm: string | undefined
  readonly createdMs: number | undefined
  readonly expiresMs: number | undefined
  readonly nonce: string | undefined
  private readonly input: SignedInput
  private readonly message: HttpMessage
  private built: Bytes | undefined

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
    if (!this.covers.has('body')) return []
    const field = combinedValue(this.message.fields, 'content-digest')
    return field === undefined ? [] : activeDigests(field)
  }
}
