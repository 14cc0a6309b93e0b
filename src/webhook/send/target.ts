import { parseIp } from '../../access/ip-address.js'
import { bareHost, isThisMachine } from '../../access/this-machine.js'
import { CountersignError, fail, urlKind } from '../../errors.js'
import { type InsecureOption, isSecure } from '../../message/target.js'
import { isPublicAddress } from '../../server/directory/public-address.js'

/** Where a delivery may go. */
export interface TargetRule extends InsecureOption {
  readonly addresses: 'public' | 'any'
  readonly lookup: ((hostname: string) => Promise<readonly string[]>) | undefined
}

/** A URL that may be sent to, as far as its text shows. */
export interface Target {
  readonly url: string
  /** The name to be resolved, `undefined` where the URL holds an address. */
  readonly hostname: string | undefined
}

const LONGEST = 2_048

/** A refusal does not repeat the URL: its query may hold a token of the receiver. */
const refused = (problem: string): CountersignError =>
  new CountersignError('ORIGIN_REFUSED', `the URL of a delivery must ${problem}`)

/** @throws {CountersignError} `ORIGIN_REFUSED`. */
export function targetOf(given: string | URL, rule: TargetRule): Target {
  const text = String(given)
  if (text.length > LONGEST) throw refused(`have at most ${LONGEST} characters`)
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return fail('ORIGIN_REFUSED', `the URL of a delivery must be absolute, got ${urlKind(given)}`)
  }
  if (!isSecure(url.origin, rule)) throw refused('be https')
  if (url.username !== '' || url.password !== '') throw refused('have no user name or password')
  // The parser has turned octal, hexadecimal and short forms into dotted quads by now.
  const host = bareHost(url.hostname)
  const isAddress = parseIp(host) !== undefined
  if (rule.addresses === 'public' && (isThisMachine(host) || (isAddress && !isPublicAddress(host))))
    throw refused('have a public host: for your own network state addresses: "any"')
  url.hash = ''
  return { url: url.href, hostname: isAddress ? undefined : host }
}

/**
 * Resolves a name before each attempt, because what it leads to may have changed.
 *
 * @throws {CountersignError} `ORIGIN_REFUSED` for one of which any address is private. What the lookup throws is passed on.
 */
export async function assertReachable({ hostname }: Target, { addresses, lookup }: TargetRule): Promise<void> {
  if (addresses === 'any' || lookup === undefined || hostname === undefined) return
  const found = await lookup(hostname)
  if (!Array.isArray(found) || found.length === 0) throw new Error('the host name has no address')
  if (!found.every((one) => typeof one === 'string' && isPublicAddress(one)))
    throw refused('have a host whose addresses are all public')
}
