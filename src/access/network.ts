import { formatIp, isV4, parseIp } from './ip-address.js'

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
