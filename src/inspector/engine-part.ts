import type { Engine } from './engine-types.js'
import { loadPart } from './load-part.js'

interface Parts {
  countersignEngine?: { readonly engine: Engine }
}

/** The engine, run when it is first asked for. */
export function engineOf(): Engine {
  const parts = globalThis as Parts
  if (parts.countersignEngine === undefined) loadPart('engine')
  const { countersignEngine } = parts
  if (countersignEngine === undefined) throw new Error('the engine of the page did not run')
  return countersignEngine.engine
}
