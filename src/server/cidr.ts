import { CountersignError } from '../errors.js'
import { type IpAddress, parseIp } from './ip-address.js'

/** Compiled address ranges. */
export interface IpRanges {
  /** How many ranges there are; without any, nothing is inside. */
  readonly size: number
  includes(address: IpAddress): boolean
}

/** Ranges a list may have: each check reads all of them. */
const MOST = 256

/**
 * Compiles addresses and CIDR ranges, IPv4 and IPv6 mixed. An IPv4-mapped range counts as the IPv4 range it means.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a text that is not a strict address or range, for bits set behind the
 *   prefix (`10.0.0.1/8`: nobody can say which was meant), for more than 256 entries, and for a range that holds every
 *   address unless `allowZeroPrefix` says it is meant.
 * @example
 * ```ts
 * import { ipRanges } from 'countersign/server'
 *
 * const office = ipRanges(['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'])
 * ```
 */
export function ipRanges(list: readonly string[], options: { readonly allowZeroPrefix?: boolean } = {}): IpRanges {
  if (!Array.isArray(list) || list.length > MOST) {
    throw new CountersignError('CONFIG_INVALID', `address ranges expected an array of at most ${MOST}`)
  }
  const ranges = list.map((text) => compile(text, options.allowZeroPrefix === true))
  const v4 = ranges.filter(({ base }) => base.v4).flatMap(pairs(1))
  const v6 = ranges.filter(({ base }) => !base.v4).flatMap(pairs(4))
  const [short, long] = [Uint32Array.from(v4), Uint32Array.from(v6)]
  return {
    size: ranges.length,
    includes: (address) => (address.v4 ? within(short, address.words, 1) : within(long, address.words, 4)),
  }
}

/** Base and mask words side by side, `2 * words` numbers a range. */
function within(table: Uint32Array, address: Uint32Array, words: number): boolean {
  for (let at = 0; at < table.length; at += 2 * words) {
    let outside = 0
    for (let i = 0; i < words; i++) {
      outside |= ((address[i] as number) ^ (table[at + 2 * i] as number)) & (table[at + 2 * i + 1] as number)
    }
    if (outside === 0) return true
  }
  return false
}

interface Range {
  readonly base: IpAddress
  readonly mask: Uint32Array
}

const pairs =
  (words: number) =>
  ({ base, mask }: Range): number[] =>
    Array.from({ length: 2 * words }, (_, i) => (i % 2 === 0 ? base.words : mask)[i >> 1] as number)

const PREFIX = /^(?:0|[1-9][0-9]{0,2})$/

function compile(text: unknown, allowZeroPrefix: boolean): Range {
  const bad = (why: string): CountersignError => new CountersignError('CONFIG_INVALID', `address range: ${why}`)
  if (typeof text !== 'string') throw bad(`expected text, got ${typeof text}`)
  const slash = text.indexOf('/')
  const host = slash === -1 ? text : text.slice(0, slash)
  const base = parseIp(host)
  if (base === undefined) throw bad('expected an IPv4 or IPv6 address or CIDR range in its strict form')
  const most = host.includes(':') ? 128 : 32
  const prefix = slash === -1 ? String(most) : text.slice(slash + 1)
  if (!PREFIX.test(prefix) || Number(prefix) > most) throw bad(`prefix length expected an integer from 0 to ${most}`)
  // A mapped range is written in 128 bits and means 32 of them.
  const bits = Number(prefix) - (base.v4 && most === 128 ? 96 : 0)
  if (bits < 0) throw bad('a range around the IPv4-mapped addresses: write its IPv4 and its IPv6 part')
  if (bits === 0 && !allowZeroPrefix) throw bad('a prefix of 0 holds every address, which must be asked for')
  const mask = Uint32Array.from({ length: 4 }, (_, i) => maskWord(bits - 32 * i))
  for (let i = 0; i < (base.v4 ? 1 : 4); i++) {
    if (((base.words[i] as number) & ~(mask[i] as number)) !== 0) throw bad('bits are set behind the prefix')
  }
  return { base, mask }
}

const maskWord = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0)
