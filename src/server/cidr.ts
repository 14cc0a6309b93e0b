import { CountersignError } from '../errors.js'
import { type IpAddress, isV4, MAPPED, parseIp } from './ip-address.js'

/** Compiled address ranges. */
export interface IpRanges {
  /** How many ranges there are; without any, nothing is inside. */
  readonly size: number
  includes(address: IpAddress): boolean
}

/** Ranges a list may have: each check reads all of them. */
const MOST = 256

/**
 * Compiles addresses and CIDR ranges, IPv4 and IPv6 mixed. An IPv4-mapped range is the IPv4 range it means.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a text that is not a strict address or range, for bits set behind the
 *   prefix (`10.0.0.1/8`: nobody can say which was meant), for an IPv6 range that IPv4 would be inside of, for more than 256
 *   entries, and for a range that holds every address unless `allowZeroPrefix` says it is meant (`::/0` then means IPv4 too).
 * @example
 * ```ts
 * import { ipRanges } from 'countersign/server'
 *
 * const office = ipRanges(['203.0.113.0/24', '2001:db8::/32', '198.51.100.7'])
 * ```
 */
export function ipRanges(list: readonly string[], options: { readonly allowZeroPrefix?: boolean } = {}): IpRanges {
  if (!Array.isArray(list) || list.length > MOST)
    throw new CountersignError('CONFIG_INVALID', `address ranges expected an array of at most ${MOST}`)
  // Base and mask of every word, side by side.
  const table = Uint32Array.from(list.flatMap((text: unknown) => compile(text, options.allowZeroPrefix === true)))
  return {
    size: list.length,
    includes: ([a = 0, b = 0, c = 0, d = 0]) => {
      const word = (at: number): number => table[at] as number
      for (let at = 0; at < table.length; at += 8) {
        // The last word first: it is the one that tells IPv4 addresses apart.
        if (
          ((d ^ word(at + 6)) & word(at + 7)) === 0 &&
          ((c ^ word(at + 4)) & word(at + 5)) === 0 &&
          ((b ^ word(at + 2)) & word(at + 3)) === 0 &&
          ((a ^ word(at)) & word(at + 1)) === 0
        )
          return true
      }
      return false
    },
  }
}

const PREFIX = /^(?:0|[1-9]\d{0,2})$/

function compile(text: unknown, allowZeroPrefix: boolean): number[] {
  const refuse = (why: string): never => {
    throw new CountersignError(
      'CONFIG_INVALID',
      `address range ${typeof text === 'string' ? JSON.stringify(text) : typeof text} ${why}`,
    )
  }
  const [host = '', prefix, ...more] = typeof text === 'string' ? text.split('/') : []
  const base = parseIp(host)
  const wide = host.includes(':')
  const most = wide ? 128 : 32
  if (
    base === undefined ||
    more.length > 0 ||
    (prefix !== undefined && !(PREFIX.test(prefix) && Number(prefix) <= most))
  )
    return refuse('expected an IPv4 or IPv6 address or CIDR range in its strict form')
  const bits = Number(prefix ?? most) + 128 - most
  if ((bits === 0 || (bits === 96 && isV4(base))) && !allowZeroPrefix)
    refuse('holds every address, which needs allowZeroPrefix')
  const masks = [0, 1, 2, 3].map((i) => maskWord(bits - 32 * i))
  if (masks.some((mask, i) => ((base[i] as number) & ~mask) !== 0)) refuse('has bits behind its prefix')
  // From ::/1 to ::/95 it would hold all of IPv4, which nobody who writes it thinks of.
  const around =
    bits > 0 && bits < 96 && [0, 0, MAPPED].every((word, i) => (word & (masks[i] as number)) >>> 0 === base[i])
  if (around) refuse('holds all of IPv4: write its parts')
  return masks.flatMap((mask, i) => [base[i] as number, mask])
}

const maskWord = (bits: number): number => (bits <= 0 ? 0 : bits >= 32 ? 0xffffffff : (0xffffffff << (32 - bits)) >>> 0)
