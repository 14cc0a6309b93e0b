/** An address as four 32-bit words; IPv4 only uses the first. IPv4-mapped IPv6 is IPv4 here, nothing else is converted. */
export interface IpAddress {
  readonly v4: boolean
  readonly words: Uint32Array
}

// "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255"
const LONGEST = 45
const COLON = 0x3a

/**
 * The address a text means, in its strict forms only: a dotted quad of decimals without leading zeros, or RFC 4291 groups
 * with at most one `::`. Ports, brackets, zone ids, octal, hexadecimal and short quads are refused: programs disagree on
 * what they mean, and a rule that two of them read differently is no rule.
 */
export function parseIp(text: unknown): IpAddress | undefined {
  if (typeof text !== 'string' || text.length > LONGEST) return undefined
  const words = new Uint32Array(4)
  if (!text.includes(':')) return readQuad(text, 0, words, 0) ? { v4: true, words } : undefined
  if (!readGroups(text, words)) return undefined
  // RFC 4291 2.5.5.2: ::ffff:a.b.c.d is how dual-stack sockets show an IPv4 peer.
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) {
    return { v4: true, words: Uint32Array.of(words[3] as number, 0, 0, 0) }
  }
  return { v4: false, words }
}

/** `a.b.c.d` from a position to the end, as one word. */
function readQuad(text: string, from: number, words: Uint32Array, at: number): boolean {
  let word = 0
  let value = 0
  let digits = 0
  let dots = 0
  for (let i = from; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit >= 0 && digit <= 9) {
      if (digits > 0 && value === 0) return false
      value = value * 10 + digit
      if (value > 255) return false
      digits++
    } else if (digit === -2 && digits > 0 && dots < 3) {
      word = word * 256 + value
      value = 0
      digits = 0
      dots++
    } else return false
  }
  if (dots !== 3 || digits === 0) return false
  words[at] = word * 256 + value
  return true
}

/** RFC 4291 2.2: eight groups of one to four hex digits, one run of zeros as `::`, the last two as a dotted quad. */
function readGroups(text: string, words: Uint32Array): boolean {
  const groups: number[] = []
  let gap = -1
  let i = 0
  if (text.startsWith('::')) {
    gap = 0
    i = 2
  }
  while (i < text.length) {
    if (groups.length === 8) return false
    const start = i
    let value = 0
    for (; i < text.length && text.charCodeAt(i) !== COLON; i++) {
      const digit = hexDigit(text.charCodeAt(i))
      if (digit === -1) break
      value = value * 16 + digit
    }
    if (text[i] === '.') {
      const quad = new Uint32Array(1)
      if (groups.length > 6 || !readQuad(text, start, quad, 0)) return false
      groups.push((quad[0] as number) >>> 16, (quad[0] as number) & 0xffff)
      i = text.length
      break
    }
    if (i === start || i - start > 4) return false
    groups.push(value)
    if (i === text.length) break
    if (text.charCodeAt(i) !== COLON) return false
    i++
    if (text.charCodeAt(i) === COLON) {
      if (gap !== -1) return false
      gap = groups.length
      i++
    } else if (i === text.length) return false
  }
  if (gap === -1 ? groups.length !== 8 : groups.length > 7) return false
  const missing = 8 - groups.length
  for (let group = 0; group < groups.length; group++) {
    const place = gap !== -1 && group >= gap ? group + missing : group
    words[place >> 1] = (words[place >> 1] as number) | ((groups[group] as number) << (place % 2 === 0 ? 16 : 0))
  }
  return true
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** One text for each address: a dotted quad, or RFC 5952 lower-case groups with the longest run of zeros as `::`. */
export function formatIp({ v4, words }: IpAddress): string {
  if (v4) {
    const word = words[0] as number
    return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
  }
  const groups = Array.from({ length: 8 }, (_, i) => ((words[i >> 1] as number) >>> (i % 2 === 0 ? 16 : 0)) & 0xffff)
  let [from, length] = [0, 1]
  for (let start = 0; start < 8; start++) {
    let end = start
    while (end < 8 && groups[end] === 0) end++
    if (end - start > length) [from, length] = [start, end - start]
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':')
  return length < 2 ? text(groups) : `${text(groups.slice(0, from))}::${text(groups.slice(from + length))}`
}
