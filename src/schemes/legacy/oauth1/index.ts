/** OAuth 1.0a: `countersign/legacy/oauth1`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export type { BodyHash } from './base.js'
export { type OAuth1KeyOptions, type OAuth1Names, oauth1Key, oauth1KeyId } from './key.js'
export { type OAuth1Options, oauth1 } from './signer.js'
export { type OAuth1VerifierOptions, oauth1Verifier } from './verifier.js'
