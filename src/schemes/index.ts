export type { Clock, Nonces } from '../sources/sources.js'
export {
  type BodyDigest,
  type BuiltRequest,
  type Coverage,
  type FetchArguments,
  type PassphraseProof,
  type Prepared,
  type Service,
  type SignContext,
  type Signer,
  type SignScheme,
  signPrepared,
  signPreparedSync,
  type Trace,
  type UntrustedSignature,
  type VerifyScheme,
} from './scheme.js'
