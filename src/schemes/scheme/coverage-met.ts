import type { Coverage } from '../scheme.js'

/** A set that nothing is added to any more, or taken from: what follows from it alone is found out once. */
export interface LastingCoverage extends ReadonlySet<Coverage> {
  /** The policy whose demands on every request it was last found to meet by itself, whatever the message holds. */
  meets: object | undefined
}

/** Whether a fact is covered by itself; of `;key=*` any member of the dictionary will do. */
export function isNamed(covers: ReadonlySet<Coverage>, fact: Coverage): boolean {
  if (covers.has(fact)) return true
  if (!fact.endsWith(';key=*')) return false
  for (const one of covers) if (one.startsWith(`${fact.slice(0, -1)}"`)) return true
  return false
}
