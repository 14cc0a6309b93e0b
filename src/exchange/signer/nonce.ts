/** Where nonces come from: the `nonce` of `countersign/exchange`. */
export { increasing, randomTexts, uuids } from './nonce-formats.js'
