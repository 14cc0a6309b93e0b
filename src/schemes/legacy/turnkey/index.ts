/** Turnkey's API-key stamp: `countersign/legacy/turnkey`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export { type TurnkeyOptions, type TurnkeyVerifierOptions, turnkey, turnkeyVerifier } from './stamp.js'
