/** Draft-cavage HTTP Signatures: `countersign/legacy/cavage`. */

export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export { type CavageOptions, cavage } from './signer.js'
export { type CavageVerifierOptions, cavageVerifier } from './verifier.js'
