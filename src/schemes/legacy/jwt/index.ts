/** A JSON Web Token for each request: `countersign/legacy/jwt`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export type { BoundFact, JwtBinding } from './bind.js'
export { type JwtOptions, jwt } from './signer.js'
export { type JwtVerifierOptions, jwtVerifier } from './verifier.js'
