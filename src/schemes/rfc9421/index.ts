/** RFC 9421 HTTP Message Signatures: `countersign/rfc9421`. */
export { acceptSignature, parseAcceptSignature, type SignatureRequest } from './accept-signature.js'
export type { ComponentInit, ComponentParameters } from './component.js'
export type { FieldType, FieldTypes } from './field-value.js'
export { coverLess, type Rfc9421Options } from './options.js'
export { rfc9421 } from './signer.js'
export { type Rfc9421VerifierOptions, rfc9421Verifier } from './verifier.js'
