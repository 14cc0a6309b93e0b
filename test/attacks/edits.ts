import fc from 'fast-check'
import { PIECES } from '../parser-pieces.js'
import { draws } from '../thorough.js'

/** How often a property runs: `FUZZ_RUNS` raises (or lowers) all of them. */
export function fuzzRuns(usual: number): number {
  const asked = process.env['FUZZ_RUNS'] ?? ''
  return /^[1-9][0-9]{0,8}$/.test(asked) ? Number(asked) : draws(usual)
}

/** One of these values. */
export const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)

const PARTS = [
  ...PIECES,
  '\n',
  '\r',
  '\u007f',
  '\u00a0',
  '?1',
  ':AAAA:',
  'sig1',
  'created',
  'nonce',
  'keyid',
  '=1790000000',
  '__proto__',
]

/** Text made of such parts. */
export const TEXT: fc.Arbitrary<string> = fc.array(one(...PARTS), { maxLength: 30 }).map((parts) => parts.join(''))

/** One change of a text: a part put in, something cut out, a character replaced, one bit flipped, two neighbours exchanged. */
export const textEdit: fc.Arbitrary<(text: string) => string> = fc
  .record({
    kind: fc.nat({ max: 4 }),
    at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    part: one(...PARTS),
    length: fc.integer({ min: 1, max: 8 }),
    bit: fc.nat({ max: 7 }),
  })
  .map(({ kind, at, part, length, bit }) => (text: string) => {
    const from = Math.floor(at * text.length)
    const [before, after] = [text.slice(0, from), text.slice(from)]
    if (kind === 0) return before + part + after
    if (kind === 1) return before + after.slice(length)
    if (kind === 2) return before + part + after.slice(1)
    if (after === '') return text
    if (kind === 3) return before + String.fromCharCode(after.charCodeAt(0) ^ (1 << bit)) + after.slice(1)
    return before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2)
  })

/** One change of bytes, of the same kinds. */
export const byteEdit: fc.Arbitrary<(bytes: Uint8Array) => Uint8Array> = textEdit.map(
  (edit) => (bytes: Uint8Array) => new Uint8Array(Buffer.from(edit(Buffer.from(bytes).toString('latin1')), 'latin1')),
)
