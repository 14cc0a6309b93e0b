import { formatIp, isV4, parseIp } from '../server/ip-address.js'

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

const MOST = 64

/** The last 64 networks a key was used from. */
export interface Networks {
  /** False where it was not among them; it is from now on. */
  knows(network: string): boolean
}

/** Most keys live in one network, so a set is made for the second. */
export function networks(first: string): Networks {
  let newest = first
  let all: Set<string> | undefined
  return {
    knows: (network) => {
      if (network === newest) return true
      all ??= new Set([newest])
      const known = all.delete(network)
      all.add(network)
      newest = network
      if (all.size > MOST) all.delete(all.values().next().value as string)
      return known
    },
  }
}
