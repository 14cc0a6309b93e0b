/** Hawk, with answers and bewit URLs: `countersign/legacy/hawk`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export { type HawkBewitOptions, hawkBewit, hawkBewitVerifier } from './bewit.js'
export { type HawkOptions, hawk, hawkServerTime } from './signer.js'
export { type HawkVerifierOptions, hawkVerifier } from './verifier.js'
