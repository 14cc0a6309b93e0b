import { fail } from './error.js'

/**
 * {@link fail} for what is wrong with the options of one function, whose name stands in front of it.
 *
 * @throws {CountersignError} `CONFIG_INVALID`, always.
 */
export function invalid(where: string, text: string): never {
  fail('CONFIG_INVALID', `${where}: ${text}`)
}
