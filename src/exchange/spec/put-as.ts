import type { Draft, DraftText } from './draft.js'
import type { Place } from './places.js'

/** A place that writes some members of the draft in another way than they are, such as percent-encoded. */
export const putAs = (place: Place, texts: (draft: Draft) => Readonly<Partial<Record<DraftText, string>>>): Place => ({
  ...place,
  put: (draft, params) => {
    const written = { ...draft, ...texts(draft) }
    place.put(written, params)
    draft.questionMark = written.questionMark
    draft.query = written.query
    draft.body = written.body
  },
})
