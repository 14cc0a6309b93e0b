/** The hmac-auth plugins of Kong and APISIX: `countersign/legacy/kong`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export { apisix, type GatewayOptions, kong } from './signer.js'
export { apisixVerifier, type GatewayVerifierOptions, kongVerifier } from './verifier.js'
