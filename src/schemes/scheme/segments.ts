/** A part of a text to sign: one of its members, or what stands between two of them. */
export interface Segment {
  /** '' for what stands between. */
  readonly name: string
  readonly text: string
}

/**
 * Takes a text to sign apart. Each member is taken where it is found first, the longest one where several begin at a place; no two of
 * them overlap.
 */
export function takenApart(
  base: string,
  members: ReadonlyArray<readonly [name: string, text: string]>,
): readonly Segment[] {
  const out: Segment[] = []
  const left = members.filter(([, text]) => text !== '')
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
