/** RFC 9421 HTTP Message Signatures: `countersign/rfc9421`. */
export {
  type AcceptSignatureOptions,
  acceptSignature,
  parseAcceptSignature,
  type SignatureRequest,
} from './accept-signature.js'
export type { Component, ComponentInit } from './base.js'
export { type ComponentParameters, component, type FieldType, type FieldTypes } from './component.js'
export { rfc9421Signer } from './custom-signer.js'
export { type NegotiableOptions, type NegotiableSigner, negotiable } from './negotiate.js'
export { coverLess, type Rfc9421Options, type Rfc9421SignerOptions } from './options.js'
export { parseSignatureError, type SignatureError } from './signature-error.js'
export { rfc9421 } from './signer.js'
export { type Rfc9421VerifierOptions, rfc9421Verifier } from './verifier.js'
