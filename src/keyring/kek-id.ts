import { CountersignError, kindOf } from '../errors.js'

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
