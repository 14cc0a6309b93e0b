import { type Segment, takenApart } from '../../schemes/scheme/segments.js'
import { type Draft, targetOf } from '../spec/draft.js'

/** What a text to sign is made of, longest first where one is the start of another. */
const members = (draft: Draft, apart: boolean): ReadonlyArray<readonly [name: string, text: string]> => [
  ['body', draft.body],
  apart ? ['query with "?"', draft.query && `?${draft.query}`] : ['path with query', targetOf(draft)],
  ['query', draft.query],
  ['path', draft.path],
  ['API key', draft.key],
  ['time', draft.time],
  ['nonce', draft.nonce],
  ['receive window', draft.window],
  ['passphrase', draft.passphrase],
  ['host', draft.host],
  ['method', draft.method],
]

/**
 * Takes a text to sign apart.
 *
 * @param apart path and query are two members, where they stand behind each other too
 */
export const segmentsOf = (base: string, draft: Draft, apart = false): readonly Segment[] =>
  takenApart(base, members(draft, apart))
