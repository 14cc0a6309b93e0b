import { isKeyId } from '../crypto/key.js'

/** The highest nonce of each key. */
export type Marks = Map<string, bigint>

const FORMAT = 'countersign nonces 1'
const MARK = /^(?:0|[1-9]\d{0,38})$/
const MAX_CHARACTERS = 1_048_576

/** A nonce of some digits; `undefined` for anything else. */
export const markOf = (text: string | undefined): bigint | undefined =>
  text !== undefined && MARK.test(text) ? BigInt(text) : undefined

export const marksText = (marks: Marks): string =>
  `${FORMAT}\n${[...marks].map(([keyId, mark]) => `${keyId} ${mark}\n`).join('')}`

/** What {@link marksText} wrote, to the letter; `undefined` for anything else. */
export function parseMarks(text: string): Marks | undefined {
  const lines = text.length > MAX_CHARACTERS ? [] : text.split('\n')
  // The last line ends, or the text was cut off: a shorter number would be a lower mark.
  if (lines[0] !== FORMAT || lines.at(-1) !== '') return undefined
  const marks: Marks = new Map()
  for (const line of lines.slice(1, -1)) {
    const at = line.indexOf(' ')
    const keyId = line.slice(0, at)
    const mark = markOf(line.slice(at + 1))
    if (at === -1 || !isKeyId(keyId) || mark === undefined || marks.has(keyId)) return undefined
    marks.set(keyId, mark)
  }
  return lines.length > 1 ? marks : undefined
}
