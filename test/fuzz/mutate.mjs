// Changes of input as fuzzers make them: small ones, many at a time, and pieces of other inputs.

export const MAX_LENGTH = 4_096
/** What parsers have limits at. */
const BYTES = [0, 9, 10, 13, 32, 34, 37, 39, 43, 44, 45, 47, 58, 59, 61, 63, 92, 127, 128, 0xc3, 255]
const TEXTS = [
  '=',
  '==',
  ';;',
  '%',
  '%00',
  '\u00e9',
  '9007199254740993',
  '-1',
  '1e999',
  '{}',
  '[',
  '"',
  '\\',
  ':::',
  '\r\n',
  '__proto__',
]

/** Numbers that look random and come again: a finding can be searched for once more. @param {number} seed */
export function random(seed) {
  let state = seed >>> 0
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** @typedef {() => number} Random */

/** @type {ReadonlyArray<(bytes: Buffer, next: Random, other: Buffer) => Buffer>} */
const CHANGES = [
  // A bit.
  (bytes, next) => edit(bytes, next, (byte) => byte ^ (1 << (next() * 8))),
  (bytes, next) => edit(bytes, next, () => pick(BYTES, next)),
  (bytes, next) => edit(bytes, next, () => next() * 256),
  // A piece left out, said twice, or many times.
  (bytes, next) => {
    const [from, to] = range(bytes, next)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, next) => {
    const [from, to] = range(bytes, next)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  (bytes, next) => {
    const [from, to] = range(bytes, next)
    const piece = bytes.subarray(from, Math.min(to, from + 8))
    const times = Math.floor(next() * 256)
    return Buffer.concat([bytes.subarray(0, to), ...new Array(times).fill(piece), bytes.subarray(to)])
  },
  // Something of another input, or of the list.
  (bytes, next, other) => insert(bytes, next, other.subarray(...range(other, next))),
  (bytes, next) => insert(bytes, next, Buffer.from(pick(TEXTS, next))),
  (bytes, next, other) => {
    const at = Math.floor(next() * (bytes.length + 1))
    return Buffer.concat([bytes.subarray(0, at), other.subarray(Math.floor(next() * other.length))])
  },
]

/** @template T @param {readonly T[]} list @param {Random} next @returns {T} */
export const pick = (list, next) => /** @type {T} */ (list[Math.floor(next() * list.length)])

/** @param {Buffer} bytes @param {Random} next @returns {[number, number]} */
function range(bytes, next) {
  const from = Math.floor(next() * bytes.length)
  return [from, from + 1 + Math.floor(next() * Math.min(64, bytes.length - from))]
}

/** @param {Buffer} bytes @param {Random} next @param {(byte: number) => number} change */
function edit(bytes, next, change) {
  const copy = Buffer.from(bytes)
  const at = Math.floor(next() * copy.length)
  if (copy.length > 0) copy[at] = change(/** @type {number} */ (copy[at]))
  return copy
}

/** @param {Buffer} bytes @param {Random} next @param {Buffer} piece */
function insert(bytes, next, piece) {
  const at = Math.floor(next() * (bytes.length + 1))
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
}

/** One to eight changes. @param {Buffer} bytes @param {Random} next @param {Buffer} other */
export function mutated(bytes, next, other) {
  let out = bytes
  for (let left = 1 + Math.floor(next() * next() * 8); left > 0; left--) out = pick(CHANGES, next)(out, next, other)
  return out.subarray(0, MAX_LENGTH)
}
