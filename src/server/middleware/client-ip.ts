import type { IpRanges } from '../../access/cidr.js'
import { formatIp, parseIp } from '../../access/ip-address.js'
import { assertOptions, isMembers, mustBe, type OptionNames } from '../../errors.js'

/** The connection and the forwarded addresses of a request. */
export interface ClientIpFacts {
  /** The address at the other end of the connection. */
  readonly peer: string | undefined
  /** Every `X-Forwarded-For` line, in order. Other spellings and other fields are ignored. */
  readonly forwardedFor: readonly string[]
  /** The addresses of your own proxies. */
  readonly trustedProxies: IpRanges
}

// Chains of own proxies are short; a longer list is padded by its sender.
const MOST_HOPS = 64
const LONGEST_ENTRY = 64

/**
 * The client's address: the connection's own, unless that is a trusted proxy. Then the forwarded addresses are walked from
 * the right, over trusted proxies, to the first one that is none: what stands left of it was written by clients.
 * `undefined` where an entry does not parse or the chain is longer than 64: an address that is guessed is worse than none.
 * A request that only passed trusted proxies came from the farthest of them.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for facts that are not named so, or of another kind.
 * @example
 * ```ts
 * import { clientIp, ipRanges } from 'countersign/server'
 *
 * const trustedProxies = ipRanges(['10.0.0.0/8'])
 * clientIp({ peer: '10.0.0.1', forwardedFor: ['6.6.6.6, 203.0.113.9, 10.0.0.2'], trustedProxies }) // '203.0.113.9'
 * ```
 */
export function clientIp(facts: ClientIpFacts): string | undefined {
  assertOptions('clientIp', facts, KNOWN, { xff: 'forwardedFor', remoteAddress: 'peer' })
  const { forwardedFor, trustedProxies } = facts
  mustBe(Array.isArray(forwardedFor), 'forwardedFor', 'a list of lines', forwardedFor)
  const isRanges = isMembers(trustedProxies) && typeof trustedProxies['includes'] === 'function'
  mustBe(isRanges, 'trustedProxies', 'what ipRanges() returns', trustedProxies)
  return tracedClientIp(facts).ip
}

const KNOWN: OptionNames<ClientIpFacts> = { peer: 2, forwardedFor: 2, trustedProxies: 2 }

/** A client's address, and where it stood. */
export interface TracedIp {
  readonly ip: string | undefined
  /** `socket`, or `xff:n`: the n-th forwarded address from the right, which is also where an undetermined one stopped. */
  readonly source: string
}

/** {@link clientIp}, with where it was found, for the audit trail, because a list of proxies can be wrong. */
export function tracedClientIp({ peer, forwardedFor, trustedProxies }: ClientIpFacts): TracedIp {
  let address = parseIp(peer)
  if (address === undefined || !trustedProxies.includes(address))
    return { ip: address && formatIp(address), source: 'socket' }
  let hops = 0
  const found = (ip: string | undefined): TracedIp => ({ ip, source: hops === 0 ? 'socket' : `xff:${hops}` })
  for (let line = forwardedFor.length - 1; line >= 0; line--) {
    const text = forwardedFor[line] as string
    let end = text.length
    while (end >= 0) {
      // The right-most entries only: neither the length of the line nor their number costs anything.
      const comma = text.lastIndexOf(',', end - 1)
      const from = comma + 1
      if (++hops > MOST_HOPS || end - from > LONGEST_ENTRY) return found(undefined)
      address = parseIp(trimmed(text.slice(from, end)))
      if (address === undefined) return found(undefined)
      if (!trustedProxies.includes(address)) return found(formatIp(address))
      end = comma
    }
  }
  return found(formatIp(address))
}

/** Without optional white space (RFC 9110 5.6.3), and nothing else that `trim` would cut. */
const trimmed = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '')
