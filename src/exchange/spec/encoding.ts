/** How a signature is written: the `encoding` of `countersign/exchange`. */
export { anyHex, base64, base64OfHex, base64url, hex, paddedBase64url, upperHex } from './outputs.js'
export { plain } from './static-secret.js'
