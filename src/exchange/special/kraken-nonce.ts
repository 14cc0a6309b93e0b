import { utf8 } from '../../crypto/encoding.js'
import { inForm, inJson, type Place } from '../spec/places.js'

const form = inForm([['nonce', 'nonce']], undefined, true)
const json = inJson([['nonce', 'nonce']], undefined, true)
/** The batch endpoints take JSON, all others a form; the nonce is the first member of either. */
export const nonceFirst: Place = {
  parts: ['form', 'json'],
  list: form.list,
  put: (draft) => (draft.body.trimStart().startsWith('{') ? json : form).put(draft),
  putSign: () => {},
}

// A bot calls a few endpoints, and encoding a path takes as long as hashing it. A server reads whatever paths come.
const PATHS = 64
const paths: Map<string, Uint8Array> = /* @__PURE__ */ new Map()

/** A path as UTF-8, kept where it is one of the first. */
export function pathBytes(path: string): Uint8Array {
  let bytes = paths.get(path)
  if (bytes === undefined) {
    bytes = utf8(path)
    if (paths.size < PATHS && path.length < 128) paths.set(path, bytes)
  }
  return bytes
}
