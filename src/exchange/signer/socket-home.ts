import { fail, urlKind } from '../../errors.js'
import type { ExchangeSpec } from '../spec/spec.js'

/** Where a login of one signer may be said. */
export interface SocketHome {
  /** The signer's own origins. */
  readonly origins: readonly string[]
  /** Those that the exchange is known for. One that shares only the domain of a stated one is not among them. */
  readonly known: readonly string[]
  /** The host of a stated `baseUrl`. */
  readonly proxy: string | undefined
  /** Sockets that only the other environments have. */
  readonly foreign: readonly string[]
}

/** The host of a URL without its port; '' for what is none. */
export function hostnameOf(url: string): string {
  try {
    return new URL(url).hostname
  } catch {
    return ''
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

function widened(origins: readonly string[], known: readonly string[]): readonly string[] {
  const domains = known.map((one) => domainOf(hostnameOf(one)))
  return origins.map(hostnameOf).map((host) => domains.find((domain) => isWithin(host, domain)) ?? host)
}

/**
 * A login holds a signature, and at some exchanges a passphrase: it is said to the exchange's own hosts in the signer's
 * environment, or to the host of its `baseUrl`. Exchanges name their sockets on pages, each a dozen of them, so a host counts
 * that lies in the domain of one of the origins.
 *
 * @returns a check that throws `ORIGIN_REFUSED` for the URL of any other socket
 */
export function socketRule(
  { name, socketUrl }: Pick<ExchangeSpec, 'name' | 'socketUrl'>,
  { origins, known, proxy, foreign }: SocketHome,
): (url: string) => void {
  let allowed: readonly string[] | undefined
  return (url) => {
    const host = hostnameOf(url)
    allowed ??= widened(origins, known)
    const own = socketUrl !== undefined && host === hostnameOf(socketUrl)
    const isOther = !own && foreign.some((one) => hostnameOf(one) === host)
    if (host !== '' && (own || host === proxy || (!isOther && allowed.some((domain) => isWithin(host, domain))))) return
    fail(
      'ORIGIN_REFUSED',
      `a login of ${name} is not said to ${host === '' ? urlKind(url) : host}: ${
        isOther
          ? 'that is a socket of another environment'
          : `the socket must be one of ${allowed.slice(0, 3).join(', ')}, or stand behind a stated "origin" or "baseUrl"`
      }`,
    )
  }
}
