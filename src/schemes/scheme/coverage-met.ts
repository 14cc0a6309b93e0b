import type { Coverage } from '../scheme.js'

/** Whether a fact is covered by itself; of `;key=*` any member of the dictionary will do. */
export function isNamed(covers: ReadonlySet<Coverage>, fact: Coverage): boolean {
  if (covers.has(fact)) return true
  if (!fact.endsWith(';key=*')) return false
  for (const one of covers) if (one.startsWith(`${fact.slice(0, -1)}"`)) return true
  return false
}
