import { KEY_LIMITS } from './key-limits.js'
import { limitProblem } from './limit-problem.js'

/**
 * What is wrong with a moment that a caller states. A time in seconds reads as one in January 1970: a key would end at once, and
 * a report begin before there was anything.
 */
export function momentProblem(name: string, value: unknown): string | undefined {
  const problem = limitProblem(name, KEY_LIMITS.moment, value)
  if (problem !== undefined || !((value as number) >= 1e9 && (value as number) < 1e11)) return problem
  return `"${name}" must be milliseconds since the epoch, got ${value}, which seems to be seconds`
}
