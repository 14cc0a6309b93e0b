import { fail } from '../../errors.js'
import { isWellFormed } from '../../message/values.js'

/**
 * A text whose UTF-8 is that of no other text: half of a surrogate pair becomes U+FFFD there, so that one signature would be for
 * two texts (Unicode 3.9, D76).
 *
 * @throws {CountersignError} `ARGUMENT_INVALID` with the path of what is not.
 */
export const wellFormed = (text: string, path: string): string =>
  isWellFormed(text) ? text : fail('ARGUMENT_INVALID', `"${path}" must hold no half of a surrogate pair`)
