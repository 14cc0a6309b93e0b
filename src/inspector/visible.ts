/** A run of text of one kind. */
export interface Piece {
  /** What stands there, byte for byte: what is copied. */
  readonly text: string
  /** `space`: at a place where it is easily missed. `control`: has no shape of its own; `shown` stands for it. */
  readonly kind: 'text' | 'space' | 'tab' | 'control'
  /** What is shown in its place. */
  readonly shown?: string
  /** Where the two sides differ. */
  readonly marked: boolean
}

/** Characters without a shape, and those that look like a space. */
const HIDDEN = /[\p{C}\p{Z}\ufffd]/u
const NAMES: Readonly<Record<string, string>> = {
  '\0': 'NUL',
  '\n': 'LF',
  '\r': 'CR',
  '\x7f': 'DEL',
  '\xa0': 'NBSP',
  '\u200b': 'ZWSP',
  '\ufeff': 'BOM',
}

const nameOf = (character: string): string =>
  NAMES[character] ?? `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

const kindOf = (character: string): Piece['kind'] =>
  character === ' ' ? 'space' : character === '\t' ? 'tab' : HIDDEN.test(character) ? 'control' : 'text'

/** The most characters of one line that are shown: a base can hold a body of megabytes. */
export const MOST_CHARACTERS = 8_000

/** A line in runs, so that each can be shown as what it is. `marks` are from where to where it differs. */
export function piecesOf(
  line: string,
  marks: ReadonlyArray<readonly [from: number, to: number]> = [],
): readonly Piece[] {
  const out: Piece[] = []
  let at = 0
  for (const character of line.slice(0, MOST_CHARACTERS)) {
    const kind = kindOf(character)
    const place = at
    const marked = marks.some(([from, to]) => place >= from && place < to)
    at += character.length
    const last = out.at(-1)
    if (kind === 'text' && last?.kind === 'text' && last.marked === marked)
      out[out.length - 1] = { ...last, text: last.text + character }
    else out.push({ text: character, kind, marked, ...(kind === 'control' && { shown: nameOf(character) }) })
  }
  return out
}

/** How many characters of a line are not shown. */
export const leftOut = (line: string): number => Math.max(0, line.length - MOST_CHARACTERS)

/** In words, for a screen reader and for people who count. */
export function sizeOf(text: string): string {
  const bytes = new TextEncoder().encode(text).length
  const lines = text.split('\n').length
  return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}, ${lines} ${lines === 1 ? 'line' : 'lines'}`
}
