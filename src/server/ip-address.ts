/** An address as four 32-bit words. IPv4 is written as IPv4-mapped IPv6 (RFC 4291 2.5.5.2), so that it has one form only. */
export type IpAddress = Uint32Array

export const MAPPED = 0xffff

// "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
const LONGEST = 45
const DUAL = '::ffff:'
const GROUP = /^[0-9a-f]{1,4}$/i

/**
 * The address a text means, in its strict forms only: a dotted quad of decimals without leading zeros, or RFC 4291 groups
 * with at most one `::`. Ports, brackets, zone ids, octal, hexadecimal and short quads are refused: programs disagree on
 * what they mean, and a rule that two of them read differently is no rule.
 */
export function parseIp(text: unknown): IpAddress | undefined {
  if (typeof text !== 'string' || text.length > LONGEST) return undefined
  // How a dual-stack socket shows an IPv4 peer: the usual case on servers, so it skips the general parser.
  const from = text.startsWith(DUAL) ? DUAL.length : 0
  if (text.indexOf(':', from) === -1) {
    const word = quad(text, from)
    if (word !== undefined) return mapped(word)
    if (from === 0) return undefined
  }
  const halves = text.split('::')
  const [head = [], tail] = halves.map(groups)
  const missing = 8 - head.length - (tail?.length ?? 0)
  // "::" stands for at least one group; without it there must be eight.
  if (halves.length > 2 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined
  const all = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  if (all.some(Number.isNaN)) return undefined
  return Uint32Array.from({ length: 4 }, (_, i) => (all[2 * i] as number) * 0x10000 + (all[2 * i + 1] as number))
}

function mapped(word: number): IpAddress {
  const words = new Uint32Array(4)
  words[2] = MAPPED
  words[3] = word
  return words
}

/** `a.b.c.d` from a position to the end, as one word. */
function quad(text: string, from: number): number | undefined {
  let [word, value, digits, dots] = [0, 0, 0, 0]
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit
      // A leading zero is octal to some readers.
      if (value > 255 || (digits++ > 0 && value < 10)) return undefined
    } else if (digit === -2 && digits > 0 && dots++ < 3) {
      word = word * 256 + value
      value = 0
      digits = 0
    } else return undefined
  }
  return dots === 3 && digits > 0 ? word * 256 + value : undefined
}

/** The 16-bit groups on one side of `::`, NaN for one that is none. The last group of an address may be a dotted quad. */
function groups(half: string, side: number, halves: readonly string[]): number[] {
  if (half === '' && halves.length > 1) return []
  const parts = half.split(':')
  const word = side === halves.length - 1 ? quad(parts.at(-1) as string, 0) : undefined
  const ends = word === undefined ? [] : [word >>> 16, word & 0xffff]
  const hex = word === undefined ? parts : parts.slice(0, -1)
  return [...hex.map((part) => (GROUP.test(part) ? Number.parseInt(part, 16) : Number.NaN)), ...ends]
}

export const isV4 = (words: IpAddress): boolean => words[0] === 0 && words[1] === 0 && words[2] === MAPPED

/** One text for each address: a dotted quad, or RFC 5952 lower-case groups with the longest run of zeros as `::`. */
export function formatIp(words: IpAddress): string {
  if (isV4(words)) {
    const word = words[3] as number
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
  }
  const all = Array.from({ length: 8 }, (_, i) => ((words[i >> 1] as number) >>> (i % 2 === 0 ? 16 : 0)) & 0xffff)
  let [from, length] = [0, 1]
  for (let start = 0; start < 8; start++) {
    let end = start
    while (end < 8 && all[end] === 0) end++
    if (end - start > length) [from, length] = [start, end - start]
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return length < 2 ? text(all) : `${text(all.slice(0, from))}::${text(all.slice(from + length))}`
}
