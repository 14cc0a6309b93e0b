/** An address as four 32-bit words. IPv4 is written as IPv4-mapped IPv6 (RFC 4291 2.5.5.2), so that it has one form only. */
export type IpAddress = Uint32Array

export const MAPPED = 0xffff

// "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
const LONGEST = 45
const DUAL = '::ffff:'
const COLON = 0x3a

/**
 * The address a text means, in its strict forms only: a dotted quad of decimals without leading zeros, or RFC 4291 groups
 * with at most one `::`. Ports, brackets, zone ids, octal, hexadecimal and short quads are refused: programs disagree on
 * what they mean, and a rule that two of them read differently is no rule.
 */
export function parseIp(text: unknown): IpAddress | undefined {
  const words = new Uint32Array(4)
  return readIp(text, words) ? words : undefined
}

/**
 * {@link parseIp} into four words that are there already: a new array costs as much as reading the text. What the words
 * hold after `false` means nothing.
 */
export function readIp(text: unknown, words: IpAddress): boolean {
  if (typeof text !== 'string' || text.length > LONGEST) return false
  // How a dual-stack socket shows an IPv4 peer: the usual case on servers, so it skips the general reader.
  const from = text.charCodeAt(0) === COLON && text.startsWith(DUAL) ? DUAL.length : 0
  const word = quad(text, from)
  if (word === undefined) return readGroups(text, words)
  words[0] = 0
  words[1] = 0
  words[2] = MAPPED
  words[3] = word
  return true
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

// Nothing waits between writing and reading these.
const groups = /* @__PURE__ */ new Uint16Array(8)

/** RFC 4291 2.2: eight groups, or fewer around one `::`; the last two may be a dotted quad. */
function readGroups(text: string, words: IpAddress): boolean {
  const end = text.length
  let count = 0
  let gap = -1
  let value = 0
  let digits = 0
  let at = 0
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return false
    gap = 0
    at = 2
  }
  for (let start = at; at < end; at++) {
    const code = text.charCodeAt(at)
    const digit = code < 128 ? (HEX[code] as number) : -1
    if (digit >= 0) {
      if (++digits > 4) return false
      value = (value << 4) | digit
    } else if (code === COLON) {
      if (digits === 0 || count === 8) return false
      groups[count++] = value
      value = 0
      digits = 0
      if (text.charCodeAt(at + 1) === COLON) {
        if (gap !== -1) return false
        gap = count
        at++
      }
      start = at + 1
    } else {
      const word = quad(text, start)
      if (word === undefined) return false
      groups[count++] = word >>> 16
      value = word & 0xffff
      digits = 4
      break
    }
  }
  // A text may end in "::", not in ":". A ninth group is not stored, and too many are refused below.
  if (digits > 0) groups[count++] = value
  else if (gap !== count) return false
  const missing = 8 - count
  // "::" stands for at least one group; without it there must be eight.
  if (gap === -1 ? missing !== 0 : missing < 1) return false
  if (gap !== -1) {
    // By hand: for so few, the built-in methods cost more than everything else here.
    for (let i = count - 1; i >= gap; i--) groups[i + missing] = groups[i] as number
    for (let i = gap; i < gap + missing; i++) groups[i] = 0
  }
  words[0] = ((groups[0] as number) << 16) | (groups[1] as number)
  words[1] = ((groups[2] as number) << 16) | (groups[3] as number)
  words[2] = ((groups[4] as number) << 16) | (groups[5] as number)
  words[3] = ((groups[6] as number) << 16) | (groups[7] as number)
  return true
}

// What each character is worth as a hexadecimal digit, or -1: a table is faster than asking for ranges.
const HEX = /* @__PURE__ */ Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code).toLowerCase()),
)

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
    while (all[end] === 0) end++
    if (end - start > length) [from, length] = [start, end - start]
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return length < 2 ? text(all) : `${text(all.slice(0, from))}::${text(all.slice(from + length))}`
}

/** The network an address is in, as one provider hands them out: `203.0.113.0/24`, `2001:db8:1::/48`. */
export function networkOf(ip: string | undefined): string | undefined {
  const words = parseIp(ip)
  if (words === undefined) return undefined
  if (isV4(words)) {
    words[3] = ((words[3] as number) & 0xffffff00) >>> 0
    return `${formatIp(words)}/24`
  }
  words[1] = ((words[1] as number) & 0xffff0000) >>> 0
  words[2] = 0
  words[3] = 0
  return `${formatIp(words)}/48`
}
