import type { Coverage } from '../scheme.js'

/** Sets that a reader keeps and never changes, each with what it was last found to meet by itself. */
const LASTING = /* @__PURE__ */ new WeakMap<ReadonlySet<Coverage>, object | undefined>()

/** Promises that nothing is added to a set, or taken from it, any more: what follows from it alone is found out once. */
export function lasting(covers: ReadonlySet<Coverage>): ReadonlySet<Coverage> {
  LASTING.set(covers, undefined)
  return covers
}

/** Whether a set was found to meet all demands of this very object, whatever the message holds. */
export const isKnownToMeet = (covers: ReadonlySet<Coverage>, demands: object): boolean =>
  LASTING.get(covers) === demands

/** Remembers that a set names each of some facts, where it does and is one that lasts. `demands` must not change either. */
export function noteMet(covers: ReadonlySet<Coverage>, demands: object, facts: readonly Coverage[]): void {
  if (LASTING.has(covers) && facts.every((fact) => isNamed(covers, fact))) LASTING.set(covers, demands)
}

/** Whether a fact is covered by itself; of `;key=*` any member of the dictionary will do. */
export function isNamed(covers: ReadonlySet<Coverage>, fact: Coverage): boolean {
  if (covers.has(fact)) return true
  if (!fact.endsWith(';key=*')) return false
  for (const one of covers) if (one.startsWith(`${fact.slice(0, -1)}"`)) return true
  return false
}
