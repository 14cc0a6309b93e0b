import { type Draft, targetOf } from '../spec/draft.js'

/** A part of a text to sign: a member of the draft, or what stands between two of them. */
export interface Segment {
  /** '' for what stands between. */
  readonly name: string
  readonly text: string
}

/** What a text to sign is made of, longest first where one is the start of another. */
const members = (draft: Draft, apart: boolean): ReadonlyArray<readonly [name: string, text: string]> =>
  (
    [
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
    ] as ReadonlyArray<readonly [string, string]>
  ).filter(([, text]) => text !== '')

/**
 * Takes a text to sign apart. Each member is taken where it is found first; no two of them overlap.
 *
 * @param apart path and query are two members, where they stand behind each other too
 */
export function segmentsOf(base: string, draft: Draft, apart = false): readonly Segment[] {
  const out: Segment[] = []
  const left = [...members(draft, apart)]
  let between = ''
  for (let at = 0; at < base.length; ) {
    let best = -1
    for (let i = 0; i < left.length; i++) {
      const [, text] = left[i] as readonly [string, string]
      if (base.startsWith(text, at) && text.length > (best === -1 ? 0 : (left[best]?.[1].length ?? 0))) best = i
    }
    if (best === -1) {
      between += base[at++]
      continue
    }
    if (between !== '') out.push({ name: '', text: between })
    between = ''
    const [name, text] = left.splice(best, 1)[0] as readonly [string, string]
    out.push({ name, text })
    at += text.length
  }
  if (between !== '') out.push({ name: '', text: between })
  return out
}
