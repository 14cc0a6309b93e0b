/** OAuth 1.0a as Interactive Brokers extends it: `countersign/legacy/ibkr`. */
export type { Weakness } from '../../scheme/weaknesses.js'
export type { OlderScheme } from '../older-scheme.js'
export { type IbkrAccessTokenSecretOptions, ibkrAccessTokenSecret } from './secret.js'
export {
  type IbkrParty,
  type IbkrSession,
  type IbkrSessionAnswer,
  type IbkrSessionAnswerOptions,
  type IbkrSessionOptions,
  type IbkrSignatureKeyOptions,
  ibkrSession,
  ibkrSessionAnswer,
  ibkrSignatureKey,
} from './session.js'
export { type IbkrOptions, ibkr } from './signer.js'
export { ibkrChallenge, ibkrVerifier } from './verifier.js'
