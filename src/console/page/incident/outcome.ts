import type { CompromisedKey } from '../../contract.js'

// A secret is in it, once: it is in memory for as long as the report is open, and in no address and no store.
const outcomes = new Map<string, CompromisedKey>()

export const keepOutcome = (id: string, outcome: CompromisedKey): void => {
  outcomes.set(id, outcome)
}
export const outcomeOf = (id: string): CompromisedKey | undefined => outcomes.get(id)
export const forgetOutcome = (id: string): void => {
  outcomes.delete(id)
}
