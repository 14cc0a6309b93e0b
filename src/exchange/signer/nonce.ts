/** Where nonces come from: the `nonce` of `countersign/exchange`. */
export { increasing } from './increasing.js'
export { randomTexts } from './random-texts.js'
export { uuids } from './uuids.js'
