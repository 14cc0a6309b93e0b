export {
  type BodyDigest,
  type Coverage,
  type Prepared,
  type SignContext,
  type Signer,
  type SignScheme,
  signPrepared,
  signPreparedSync,
  type Trace,
  type UntrustedSignature,
  type VerifyScheme,
} from './scheme.js'
