import { assertOptions, type OptionNames } from '../errors.js'

// As other libraries call them.
const HINTS: Readonly<Record<string, string>> = { id: 'keyId', kid: 'keyId', alg: 'algorithm', password: 'passphrase' }

/** Refuses what a function of this room does not read. @throws {CountersignError} `ARGUMENT_INVALID`. */
export const assertKeyOptions = <T extends object>(where: string, options: T, known: OptionNames<T>): void =>
  assertOptions(where, options ?? null, known, HINTS, 'ARGUMENT_INVALID')
