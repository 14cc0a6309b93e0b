import type { ExchangeState } from './state.js'

type Write = NonNullable<ExchangeState['write']>

/** A state in which something is done to the text that the exchange's rules make. */
export const writes = (state: ExchangeState, write: Write): ExchangeState => ({ ...state, write })
