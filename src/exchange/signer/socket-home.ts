import { fail, urlKind } from '../../errors.js'
import type { ExchangeSpec } from '../spec/spec.js'

/** Where a login of one signer may be said. */
export interface SocketHome {
  /** The signer's origins. */
  readonly origins: readonly string[]
  /** Those that the exchange is known for. One that shares only the domain of a given one is not among them. */
  readonly known: readonly string[]
  /** The origin of a given `baseUrl`. */
  readonly proxy: string | undefined
  /** Sockets that only the other environments have. */
  readonly foreign: readonly string[]
}

/** A URL as one of a socket; `undefined` for what is none, and for one with credentials, whose host is not what it looks like. */
function socketAt(url: string): URL | undefined {
  try {
    const at = new URL(url.replace(/^http/i, 'ws'))
    return at.protocol.startsWith('ws') && at.username + at.password === '' ? at : undefined
  } catch {
    return undefined
  }
}

// co.jp, com.br: what stands before it is the name that a company has.
const SUFFIX = /^(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$/
const isAddress = (host: string): boolean => /^\[|^[\d.]+$/.test(host)

/** What the hosts of one exchange end with: `binance.com` of `api.binance.com`. A host of two names is that itself. */
function domainOf(host: string): string {
  const rest = host.slice(host.indexOf('.') + 1)
  return isAddress(host) || !rest.includes('.') || SUFFIX.test(rest) ? host : rest
}

const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)

// Where exchanges have sockets beside 443: OKX 8443, Binance 9443.
const SOCKET_PORTS = ['', '8443', '9443']

/** Where a login may go: `ws:` only to what is plain itself. */
type Allowed = readonly [host: string, protocol: string, ports: readonly string[]]

function widened(origins: readonly string[], known: readonly string[]): readonly Allowed[] {
  const domains = known.map((one) => domainOf(new URL(one).hostname))
  return origins.map((origin) => {
    const { hostname, protocol, port } = socketAt(origin) as URL
    const domain = domains.find((one) => isWithin(hostname, one))
    return [domain ?? hostname, protocol, domain === undefined ? [port] : [...SOCKET_PORTS, port]]
  })
}

/**
 * A login holds a signature, and at some exchanges a passphrase: it is said to the exchange's hosts in the signer's
 * environment, or to the host of its `baseUrl`. Exchanges name their sockets on pages, each a dozen of them, so a host counts
 * that lies in the domain of one of the origins, by TLS and at a port where exchanges have sockets. A given `origin` counts as it is;
 * beside a `baseUrl` any port does, because what stands in for an exchange often has its sockets at another one.
 *
 * @returns a check that throws `ORIGIN_REFUSED` for the URL of any other socket
 */
export function socketRule(
  { name, socketUrl }: Pick<ExchangeSpec, 'name' | 'socketUrl'>,
  { origins, known, proxy, foreign }: SocketHome,
): (url: string) => void {
  let allowed: readonly Allowed[] | undefined
  return (url) => {
    allowed ??= widened(origins, known)
    const to = socketAt(url)
    const hosts = [...new Set(allowed.map(([host, protocol]) => `${protocol}//${host}`))].slice(0, 3)
    let why = `the socket must be one of ${hosts.join(', ')}, or stand behind a given "origin" or "baseUrl"`
    if (to !== undefined) {
      const isSafe = (protocol: string): boolean => to.protocol === 'wss:' || to.protocol === protocol
      const beside = proxy === undefined ? undefined : socketAt(proxy)
      if (to.origin === (socketUrl && socketAt(socketUrl)?.origin)) return
      if (to.hostname === beside?.hostname && isSafe(beside.protocol)) return
      if (foreign.some((one) => socketAt(one)?.hostname === to.hostname))
        why = 'that is a socket of another environment'
      else if (
        allowed.some(
          ([host, protocol, ports]) => isWithin(to.hostname, host) && isSafe(protocol) && ports.includes(to.port),
        )
      )
        return
    }
    fail('ORIGIN_REFUSED', `a login of ${name} is not said to ${to?.origin ?? urlKind(url)}: ${why}`)
  }
}
