/** Static tokens, while callers move to signatures: `countersign/legacy/static-token`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export {
  type StaticTokenKeyOptions,
  type StaticTokenOptions,
  type StaticTokenVerifierOptions,
  staticToken,
  staticTokenKey,
  staticTokenVerifier,
} from './static-token.js'
