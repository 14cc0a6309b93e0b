/** What every exchange is made of, and its verifying side: `countersign/exchange`. Each exchange has its own subpath. */
export { type CheckedSigner, type CheckFetch, type CheckKeyOptions, checkKey } from './check-key/check-key.js'
export type { KeyFinding, KeyFindingCode, KeyReport } from './check-key/key-report.js'
export { type ExchangeKeyOptions, importExchangeKey } from './keys/import-key.js'
export type { ExchangeKeyType } from './keys/key-types.js'
export {
  type Answer,
  defineExchange,
  type Exchange,
  type ExchangeFactory,
  type ExchangeRequest,
  type ExchangeSigner,
  type Login,
  type SignedRequest,
  type When,
} from './signer/define-exchange.js'
export { increasing } from './signer/increasing.js'
export { randomTexts } from './signer/random-texts.js'
export { uuids } from './signer/uuids.js'
export type { Credentials, ExchangeOptions, KeyCredentials, SecretCredentials } from './spec/credentials.js'
export { type Draft, targetOf } from './spec/draft.js'
export {
  anyHex,
  base64,
  base64OfHex,
  base64url,
  hex,
  type Output,
  paddedBase64url,
  upperHex,
} from './spec/outputs.js'
export type { Param, Params, ParamsForm, ParamValue } from './spec/params.js'
export { inForm, inJson, inQuery, inQueryOrForm, type Place } from './spec/places.js'
export { base64Secret, base64urlSecret, type SecretForm, utf8Secret } from './spec/secrets.js'
export { type Account, exchangeScheme } from './spec/sign.js'
export type { ExchangeFetchInit } from './spec/signer-types.js'
export type { ClockSpec, ExchangeRules, ExchangeSpec, Header, MessageSpec, NonceForm, TokenSpec } from './spec/spec.js'
export { plain, staticSecretKey } from './spec/static-secret.js'
export type { Value } from './spec/text-of.js'
export {
  decimalSeconds,
  expiresIn,
  isoTime,
  milliseconds,
  millisecondsOrSeconds,
  seconds,
  type TimeForm,
  utcTime,
} from './spec/times.js'
export { type ReadMessage, readMessage, readUpgrade } from './verifier/read-message.js'
export { type ExchangeDemands, type ExchangeVerifyScheme, exchangeVerifier } from './verifier/verifier.js'
