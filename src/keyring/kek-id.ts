import { CountersignError } from '../errors.js'

/** Written beside everything that a key seals or binds. */
export const KEK_ID: RegExp = /^[A-Za-z0-9._:/-]{1,128}$/

/** @throws {CountersignError} `CONFIG_INVALID` */
export function assertKekId(id: unknown): asserts id is string {
  if (typeof id !== 'string' || !KEK_ID.test(id))
    throw new CountersignError('CONFIG_INVALID', 'the "id" of a key must be 1 to 128 letters, digits and ._:/-')
}
