import type { Bytes } from '../../crypto/key.js'
import type { KeyMistake } from '../hunt.js'

/** One function of a text to sign: a key, or what a sender used for one. */
export interface Mac {
  readonly bytes: number
  readonly mistakes: readonly KeyMistake[]
  readonly sign: (base: Bytes) => Uint8Array
}
