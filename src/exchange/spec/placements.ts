import { type Draft, fieldOf } from './draft.js'
import { joinPairs } from './pairs.js'
import { percentEncoded } from './percent.js'
import type { Place } from './places.js'

/*
 * Placements that write before signing what an exchange wants beside the credentials: the signature stands elsewhere.
 */

/** The empty object of a POST without parameters. */
export const emptyObject: Place = {
  parts: ['json'],
  list: [],
  put: (draft) => {
    if (draft.body === '' && draft.method === 'POST') draft.body = '{}'
  },
  putSign: () => {},
}

/** The type of a form, where there is no body and the request states none. */
export const formTypeWithoutBody: Place = {
  parts: ['query'],
  list: [],
  put: (draft) => {
    if (draft.body === '' && fieldOf(draft, 'content-type') === '')
      draft.fields = [...draft.fields, 'Content-Type', 'application/x-www-form-urlencoded']
  },
  putSign: () => {},
}

/** No type without a body: the field is taken out. */
export const noTypeWithoutBody: Place = {
  parts: ['query'],
  list: [],
  put: (draft) => {
    if (draft.body !== '' || fieldOf(draft, 'content-type') === '') return
    const fields: string[] = []
    for (let i = 0; i < draft.fields.length; i += 2)
      if (draft.fields[i]?.toLowerCase() !== 'content-type') fields.push(...draft.fields.slice(i, i + 2))
    draft.fields = fields
  },
  putSign: () => {},
}

/** A form that names its own path, encoded as everything else in it, and first; what is received is compared decoded. */
export const endpointFirst: Place = {
  parts: ['form'],
  list: [['endpoint', ({ path }: Draft) => path]],
  put: (draft) => {
    if (/(?:^|&)endpoint=/.test(draft.body)) return
    draft.body = joinPairs(`endpoint=${percentEncoded(draft.path)}`, draft.body)
  },
  putSign: () => {},
}
