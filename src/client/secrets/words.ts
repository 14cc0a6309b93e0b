/**
 * The words of a command. White space separates them. `'…'` is taken as it is; `"…"` knows `\"` and `\\`. What a shell would
 * act on is refused outside of quotes, and `$` and the backquote inside `"…"` as well: no shell runs, so it could not mean
 * what it looks like.
 *
 * @returns `undefined` for a text that has no such words
 */
export function splitWords(text: string): readonly string[] | undefined {
  const words: string[] = []
  let word: string | undefined
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string
    if (character === ' ' || character === '\t') {
      if (word !== undefined) words.push(word)
      word = undefined
    } else if (character === "'" || character === '"') {
      const quoted = character === "'" ? literal(text, i) : escaped(text, i)
      if (quoted === undefined) return undefined
      word = (word ?? '') + quoted.text
      i = quoted.end
    } else if (SPECIAL.test(character)) return undefined
    else word = (word ?? '') + character
  }
  if (word !== undefined) words.push(word)
  return words.length > 0 && words[0] !== '' ? words : undefined
}

interface Quoted {
  readonly text: string
  /** Where its last quote is. */
  readonly end: number
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\0-\x1f\x7f]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const SPECIAL = /[\0-\x1f\x7f\\$`|&;<>()]/

function literal(text: string, start: number): Quoted | undefined {
  const end = text.indexOf("'", start + 1)
  const inside = text.slice(start + 1, end)
  return end === -1 || CONTROL.test(inside) ? undefined : { text: inside, end }
}

function escaped(text: string, start: number): Quoted | undefined {
  let inside = ''
  for (let i = start + 1; i < text.length; i++) {
    const character = text[i] as string
    if (character === '"') return { text: inside, end: i }
    if (character === '\\') {
      const next = text[++i]
      if (next !== '"' && next !== '\\') return undefined
      inside += next
    } else if (character === '$' || character === '`' || CONTROL.test(character)) return undefined
    else inside += character
  }
  return undefined
}
