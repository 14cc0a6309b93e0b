/** DPoP (RFC 9449): `countersign/legacy/dpop`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export { type DpopNonces, type DpopNoncesOptions, dpopNonces } from './nonces.js'
export { type DpopOptions, dpop } from './signer.js'
export { type DpopVerifierOptions, dpopVerifier } from './verifier.js'
