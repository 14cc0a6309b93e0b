import { fail } from './error.js'

/**
 * Refuses what is no record of some names, or has another one: `assertOptions` without its tables and its search for the nearest
 * name, for functions that are measured in bytes.
 *
 * @param names those that are known, with a space between them
 * @throws {CountersignError} `CONFIG_INVALID` with the unknown name and the known ones, never a value.
 */
export function assertNames(where: string, record: object, names: string): void {
  if (!(record instanceof Object)) fail('CONFIG_INVALID', `${where}: options must be { ${names} }`)
  const other = Object.keys(record).find((name) => !names.split(' ').includes(name))
  if (other !== undefined) fail('CONFIG_INVALID', `${where}: unknown option "${other.slice(0, 64)}"; known: ${names}`)
}
