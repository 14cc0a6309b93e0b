import type { Bytes } from '../crypto/key.js'
import type { HttpRequest } from '../message/message.js'

/** A request that is signed, and the text that was signed. */
export interface Signed {
  readonly request: HttpRequest
  readonly base: Bytes
  /** What the server has to know the key by; absent where an exchange's rules say it. */
  readonly keyId?: string
}
