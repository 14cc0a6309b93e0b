/** Ed25519 and ML-DSA together, experimental: `countersign/rfc9421/hybrid`. */
export type { HybridPublicKey, RegistrableKeys } from '../../../crypto/other-keys.js'
export { type HybridLabels, type HybridOptions, hybrid } from './hybrid.js'
export { type HybridAgentKey, type HybridAgents, hybridAgentKey, hybridAgents } from './hybrid-agents.js'
export { type HybridVerifyingKeyOptions, hybridVerifyingKey } from './hybrid-key.js'
export { hybridKeys } from './hybrid-keys.js'
export { type HybridVerifierOptions, hybridVerifier } from './hybrid-verifier.js'
