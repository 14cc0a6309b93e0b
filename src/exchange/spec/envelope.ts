import { base64, base64Decode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { type Draft, fieldOf } from './draft.js'
import type { Place } from './places.js'

/** Base64 of a text's UTF-8. */
export const base64Text = (text: string): string => base64(utf8(text))

/** The text of that; `undefined` for every other spelling. */
export function base64TextDecode(encoded: string): string | undefined {
  const bytes = base64Decode(encoded)
  return bytes === undefined ? undefined : utf8Decode(bytes)
}

/** States a body's type, unless the request does. */
function stateType(draft: Draft, type: string): void {
  if (fieldOf(draft, 'content-type') === '') draft.fields = [...draft.fields, 'Content-Type', type]
}

/** A place that may be the whole body: it then needs the type that no caller has given. */
export const asBody = (place: Place, type: string): Place => ({
  ...place,
  put: (draft, params) => {
    const { body } = draft
    place.put(draft, params)
    if (body === '' && draft.body !== '') stateType(draft, type)
  },
})
