import type { Bytes } from '../../crypto/key.js'
import type { Draft } from '../spec/draft.js'

/** What a sender may have signed: a draft, and what became of the text that the exchange's rules make of it. */
export interface ExchangeState {
  readonly draft: Draft
  /** `undefined`: nothing became of it. */
  readonly write?: (base: Bytes, draft: Draft) => Bytes
}

/** A state with other members of the draft. A payload is that of the members as they were. */
export const withDraft = (state: ExchangeState, members: Partial<Draft>): ExchangeState => ({
  ...state,
  draft: { ...state.draft, payload: '', ...members },
})
