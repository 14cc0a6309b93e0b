const MOST = 65_536

/** Where the JSON that begins at a place ends, behind its last bracket; `undefined` where it does not. */
export function jsonEnd(text: string, from: number): number | undefined {
  let depth = 0
  let isText = false
  const most = Math.min(text.length, from + MOST)
  for (let at = from; at < most; at++) {
    const char = text[at] as string
    if (isText) {
      if (char === '\\') at++
      else if (char === '"') isText = false
    } else if (char === '"') isText = true
    else if (char === '{' || char === '[') depth++
    else if ((char === '}' || char === ']') && --depth <= 0) return at + 1
  }
  return undefined
}
