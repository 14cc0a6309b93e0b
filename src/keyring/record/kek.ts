import type { Secret } from '../../crypto/secret.js'
import { CountersignError, kindOf } from '../../errors.js'

/** A key-encryption key at hand: 32 bytes from the environment, a file, a secret manager. */
export interface LocalKek {
  /** Written beside everything it seals. 1 to 128 of `A-Za-z0-9._:/-`. */
  readonly id: string
  readonly key: Uint8Array | Secret
}

/**
 * A key-encryption key that never leaves a KMS or Vault. Each secret gets a data key of its own; only that data key is
 * wrapped. `context` is what AWS calls encryption context and Vault `context`: bind it where the service can.
 */
export interface RemoteKek {
  readonly id: string
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>
}

export type Kek = LocalKek | RemoteKek

/** Written beside everything that a key seals or binds. */
export const KEK_ID: RegExp = /^[A-Za-z0-9._:/-]{1,128}$/

/** @param name what the caller wrote: `primary`. @throws {CountersignError} `CONFIG_INVALID` */
export function assertKekId(name: string, id: unknown): asserts id is string {
  if (typeof id !== 'string' || !KEK_ID.test(id))
    throw new CountersignError(
      'CONFIG_INVALID',
      `"${name}.id" must be 1 to 128 letters, digits and ._:/-, got ${typeof id === 'string' && id !== '' ? 'another text' : kindOf(id)}`,
    )
}
