import { isV4, parseIp } from './ip-address.js'

const WITHOUT_BRACKETS = /^\[(.*)\]$/s

/** A host of a URL or of `Host`, without the brackets around an IPv6 address (RFC 3986 3.2.2). */
export const bareHost = (host: string): string => WITHOUT_BRACKETS.exec(host)?.[1] ?? host

/** True for 127.0.0.0/8 and ::1 (RFC 6890 2.2), also where an IPv4 address is written as IPv6. Names are none. */
export function isLoopbackAddress(text: string): boolean {
  const words = parseIp(text)
  if (words === undefined) return false
  if (isV4(words)) return (words[3] as number) >>> 24 === 127
  return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 1
}

/** RFC 6761 6.3: names that end in `localhost` are this machine, with the final dot of an absolute name too. */
const LOCAL_NAME = /^(?:[^\s/?#@:\\[\]]+\.)?localhost\.?$/i

/** True for a name or an address, in brackets or not and without a port, that means this machine and no other. */
export function isThisMachine(host: string): boolean {
  const bare = bareHost(host)
  return LOCAL_NAME.test(bare) || isLoopbackAddress(bare)
}

/**
 * True for `0.0.0.0` and `::`. A server that listens there is reached by every address of its machine, and what connects there
 * reaches itself (RFC 1122 3.2.1.3 forbids it as a destination, Linux and macOS take it for loopback).
 */
export function isUnspecified(host: string): boolean {
  const words = parseIp(bareHost(host))
  return words !== undefined && words[3] === 0 && words[0] === 0 && words[1] === 0 && (words[2] === 0 || isV4(words))
}
