import { fail, type VerdictCode } from '../../errors.js'
import type { FieldLines } from '../../message/fields.js'

/** Longer than eight signatures of RSA. */
const MAX_FIELD = 8_192

/**
 * The value of a field that must stand once, as it came; `undefined` without one. Which of two would count is undefined.
 *
 * @param lower the lower-case name
 * @throws {CountersignError} the code for two, `AUTH_TOO_LARGE` for a long one.
 */
export function onlyLine(
  lines: FieldLines,
  lower: string,
  code: VerdictCode,
  most: number = MAX_FIELD,
): string | undefined {
  let found: string | undefined
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at] as string
    // Hosts hand over lower-case names; of the others only one that may be it is lowered, which costs more than all comparisons.
    // Stryker disable next-line ConditionalExpression: the next line would find the same
    if (name.length !== lower.length || ((name.charCodeAt(0) ^ lower.charCodeAt(0)) | 32) !== 32) continue
    // Stryker disable next-line ConditionalExpression: a name that is lower already is lowered to itself
    if (name !== lower && name.toLowerCase() !== lower) continue
    if (found !== undefined) fail(code, `${lower} must stand once`)
    found = lines[at + 1] as string
  }
  if (found !== undefined && found.length > most)
    fail('AUTH_TOO_LARGE', `${lower} must have at most ${most} characters, got ${found.length}`)
  return found
}
