export type { Body, BodyStream } from '../support/body.js'
export { cappedBody, readBody, streamChunks } from '../support/body.js'
export {
  activeDigests,
  checkDigest,
  checkedBody,
  contentDigest,
  type DigestAlgorithm,
  type DigestAlgorithms,
  type DigestingStream,
  digestingStream,
  type ExpectedDigest,
  type FieldDigest,
  matchesDigests,
} from './content-digest.js'
export {
  combinedValue,
  type FieldLines,
  type FieldsInit,
  fieldLines,
  fieldValues,
  hasField,
  withoutFields,
} from './fields.js'
export {
  type FromFetchOptions,
  type FromFetchRequestOptions,
  type FromFetchResponseOptions,
  fromFetchRequest,
  fromFetchResponse,
} from './from-fetch.js'
export {
  type HttpMessage,
  type HttpRequest,
  type HttpRequestInit,
  type HttpResponse,
  type HttpResponseInit,
  httpRequest,
  httpResponse,
  isRequest,
} from './message.js'
export {
  type Bare,
  type InnerList,
  type Item,
  lastWins,
  type Member,
  type Parameters,
  type ParseOptions,
  parseDictionary,
  parseItem,
  parseList,
  serializeBare,
  serializeDictionary,
  serializeInnerList,
  serializeItem,
  serializeList,
  serializeMember,
  serializeParameters,
} from './structured-fields.js'
export { type ToFetchInit, toFetchRequest, toFetchResponse } from './to-fetch.js'
export { chooseDigest, type DigestPreferences, parseWantDigest, serializeWantDigest } from './want-digest.js'
