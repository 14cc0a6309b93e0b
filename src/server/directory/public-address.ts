import { type IpRanges, ipRanges } from '../../access/cidr.js'
import { isV4, parseIp } from '../../access/ip-address.js'

// The IANA special-purpose registries (RFC 6890), multicast and reserved space. 168.63.129.16 looks public, but inside one
// cloud it is the host's agent; the other metadata addresses lie in 169.254/16, 100.64/10 and 192.0.0/24.
const SPECIAL = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '168.63.129.16'],
  // Inside 2000::/3: protocol assignments with Teredo, documentation, 6to4 (which carries an IPv4 address).
  ...['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]

/** Everything else of IPv6 is local, mapped, translated (64:ff9b::/96) or unassigned. */
const GLOBAL_V6 = '2000::/3'

let special: IpRanges | undefined
let global: IpRanges | undefined

/**
 * True for an address that is reachable from all of the internet: not loopback, private, link-local, a cloud's metadata
 * service, multicast, documentation or a tunnel into those. Anything that is not a strict address is not public.
 *
 * Made for the `lookup` of an HTTP agent: the name that was checked is then the address that is connected to, whatever the
 * DNS answers a moment later.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc6890 | RFC 6890}
 * @example
 * ```ts
 * import { isPublicAddress } from 'countersign/server/directory'
 *
 * console.log(isPublicAddress('169.254.169.254')) // false
 * ```
 */
export function isPublicAddress(text: string): boolean {
  const address = parseIp(text)
  if (address === undefined) return false
  special ??= ipRanges(SPECIAL)
  global ??= ipRanges([GLOBAL_V6])
  return (isV4(address) || global.includes(address)) && !special.includes(address)
}
