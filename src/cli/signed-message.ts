import type { Bytes } from '../crypto/key.js'
import type { RawMessage } from './raw-message.js'

/** A message with its signature, and what was signed. */
export interface SignedMessage {
  readonly raw: RawMessage
  readonly base: Bytes
  readonly keyId: string
  readonly algorithm: string
  readonly covered: readonly string[]
}
