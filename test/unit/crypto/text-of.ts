import { ENCODE } from '../../../src/crypto/encoding.js'
import type { Bytes, SyncSigningKey, TextEncoding } from '../../../src/crypto/key.js'

/** A signature as text, from keys that write it themselves and from those that leave it to the caller. */
export const textOf = (key: Pick<SyncSigningKey, 'sign' | 'signText'>, base: Bytes, encoding: TextEncoding): string =>
  key.signText?.(base, encoding) ?? ENCODE[encoding](key.sign(base))
