/** Draft-cavage HTTP Signatures: `countersign/legacy/cavage`. */

export type { Weakness } from '../../scheme/weaknesses.js'
export { type CavageOptions, cavage } from './signer.js'
export { CAVAGE_WEAKNESSES, type CavageVerifierOptions, cavageVerifier } from './verifier.js'
