import { CountersignError } from '../errors.js'
import type { HmacAlgorithm } from './algorithm.js'
import type { Mac } from './backend/backend.js'
import { hold } from './held.js'
import { assertKeyId, type HmacKey } from './key.js'
import type { Secret } from './secret.js'
import { revealed } from './secret.js'

/** A shared secret by the name the other side knows it by. */
export interface SecretOptions {
  readonly keyId: string
  readonly secret: Uint8Array | Secret
}

/** A key over any symmetric function. @throws {CountersignError} as `hmacKey`. */
export function macKey(
  { keyId, secret }: SecretOptions,
  algorithm: HmacAlgorithm,
  mac: (secret: Uint8Array) => Mac,
): HmacKey {
  assertKeyId(keyId)
  if (typeof secret === 'string')
    throw new CountersignError(
      'ARGUMENT_INVALID',
      '"secret" must be bytes or a Secret, got a string: Secret.fromText(text), or its bytes where it is base64 or hex',
    )
  const bytes = revealed(secret, 'secret')
  if (bytes.length === 0) throw new CountersignError('KEY_WEAK', '"secret" expected at least 1 byte, got 0')
  return hold({ keyId, algorithm, ...mac(bytes) }, { sync: true, secretBytes: bytes.length })
}
