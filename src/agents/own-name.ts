import { CountersignError, isCountersignError } from '../errors.js'

/** The function that an error names, in front of what is wrong. */
const NAMED = /^[a-z][A-Za-z0-9]*: /

/**
 * Runs what another function of the package checks, and has its errors name the function that was called: its caller knows no other
 * one. `renamed` has the options that are called otherwise there.
 */
export function inOwnName<T>(where: string, make: () => T, renamed: (text: string) => string = (text) => text): T {
  try {
    return make()
  } catch (error) {
    if (!isCountersignError(error) || error.message.startsWith(`${where}: `) || error.message.startsWith(`${where} `))
      throw error
    throw new CountersignError(error.code, `${where}: ${renamed(error.message.replace(NAMED, ''))}`, { cause: error })
  }
}
