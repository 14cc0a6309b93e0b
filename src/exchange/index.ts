/** What every exchange is made of, and its verifying side: `countersign/exchange`. Each exchange has its own subpath. */
export { type CheckedSigner, type CheckFetch, type CheckKeyOptions, checkKey } from './check-key/check-key.js'
export type { KeyFinding, KeyFindingCode, KeyReport } from './check-key/key-report.js'
export { type ExchangeKeyOptions, importExchangeKey } from './keys/import-key.js'
export type { ExchangeKeyType } from './keys/key-types.js'
export { defineExchange } from './signer/define-exchange.js'
/** Kinds of nonces that exchanges ask for. */
export * as nonce from './signer/nonce.js'
export { type CallBody, callBody, type ReadCall } from './spec/call-body.js'
export type { Credentials, ExchangeOptions, KeyCredentials, SecretCredentials } from './spec/credentials.js'
export type { Value } from './spec/draft.js'
export { type Draft, targetOf } from './spec/draft.js'
/** Texts that signatures are written as. */
export * as encoding from './spec/encoding.js'
export type { Output } from './spec/outputs.js'
export type { Param, Params, ParamsEncoding, ParamValue } from './spec/params.js'
export { inForm, inJson, inQuery, inQueryOrForm, type Place } from './spec/places.js'
export { base64Secret, base64urlSecret, type SecretEncoding, utf8Secret } from './spec/secrets.js'
export { type Account, exchangeScheme } from './spec/sign.js'
export type {
  Answer,
  Exchange,
  ExchangeFactory,
  ExchangeFetchInit,
  ExchangeRequest,
  ExchangeSigner,
  Login,
  SignedRequest,
  SignOptions,
} from './spec/signer-types.js'
export type {
  ClockSpec,
  ExchangeRules,
  ExchangeSpec,
  ExchangeVariant,
  Header,
  MessageSpec,
  NonceFormat,
  TokenSpec,
} from './spec/spec.js'
export { staticSecretKey } from './spec/static-secret.js'
export { asText, eachWith } from './spec/template.js'
export type { TimeFormat } from './spec/times.js'
/** Forms of times that exchanges ask for. */
export * as timestamp from './spec/timestamp.js'
export { type ReadMessage, readMessage, readUpgrade } from './verifier/read-message.js'
export { type ExchangeDemands, type ExchangeVerifyScheme, exchangeVerifier } from './verifier/verifier.js'
