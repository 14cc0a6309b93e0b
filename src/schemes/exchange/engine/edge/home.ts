import { CountersignError, urlKind } from '../../../../errors.js'
import { type HttpMessage, isRequest } from '../../../../message/message.js'
import { type Destination, parseUrl } from '../../../../message/target.js'
import type { Prepared, SignContext, SignScheme } from '../../../scheme.js'
import type { VenueOptions } from '../credentials.js'
import type { Chosen } from './venue-options.js'

/** Where an exchange lives for one signer: as it is signed, and as it is reached. */
export interface Home {
  /** The exchange's own scheme and host, which are what is signed where it signs hosts. */
  readonly scheme: string
  readonly authority: string
  /** The only origins that are signed for. */
  readonly origins: readonly string[]
  /** What a bare path is sent to: an origin, and the path of a proxy behind it. */
  readonly baseUrl: string
  /** The path of a proxy, '' where there is none. */
  readonly prefix: string
  /**
   * A URL, or a path of the exchange, as the exchange sees it.
   *
   * @throws {CountersignError} `ORIGIN_REFUSED` for a URL in another environment or outside of a stated proxy, `ARGUMENT_INVALID`
   *   for what is neither.
   */
  seen(path: string): Destination
  /** The scheme of a signer, for requests that are addressed as they are sent. */
  bound(scheme: SignScheme): SignScheme
}

const invalid = (text: string): never => {
  throw new CountersignError('CONFIG_INVALID', text)
}

/** A URL of the caller's. @throws {CountersignError} `CONFIG_INVALID`; the URL may hold credentials and is not repeated. */
function urlOf(name: string, text: unknown, form: string): URL {
  let url: URL | undefined
  try {
    url = typeof text === 'string' ? new URL(text) : undefined
  } catch {
    // Refused below as any other text.
  }
  return url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === ''
    ? url
    : invalid(`"${name}" must be ${form}, got ${urlKind(text)}`)
}

function originOf(origin: string): string {
  const url = urlOf('origin', origin, 'https://host[:port]')
  if (url.pathname !== '/')
    invalid('"origin" must be https://host[:port], got one with a path: state a proxy of your own as "baseUrl"')
  return origin === url.origin
    ? origin
    : invalid(
        `"origin" must be ${url.origin}, got the same with ${origin.endsWith('/') ? 'a slash at its end' : 'other characters'}`,
      )
}

/**
 * Where the requests of a signer go.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function homeOf(
  { spec, environment, foreign: others }: Chosen,
  { origin, baseUrl }: Pick<VenueOptions, 'origin' | 'baseUrl'>,
): Home {
  const own = origin === undefined ? spec.origins : [originOf(origin)]
  const { scheme, authority } = parseUrl(own[0] as string)
  const proxy = baseUrl === undefined ? undefined : urlOf('baseUrl', baseUrl, 'a URL of https, with a path or without')
  const prefix = proxy?.pathname.replace(/\/+$/, '') ?? ''
  const origins = proxy === undefined ? own : [proxy.origin]
  const foreign = new Set(others.filter((one) => !own.includes(one)))
  const refused = (at: string, why: string): never => {
    throw new CountersignError('ORIGIN_REFUSED', `${at} is not signed for: ${why}`)
  }
  const assertHome = ({ scheme: by, authority: host }: Destination): void => {
    const from = `${by}://${host}`
    if (foreign.has(from)) refused(from, `this signer is for the environment "${environment}" of ${spec.name}`)
    if (proxy !== undefined && from !== proxy.origin) refused(from, '"baseUrl" names another host')
  }
  const inner = (at: Destination): string =>
    at.target.startsWith(`${prefix}/`)
      ? at.target.slice(prefix.length)
      : refused(`${at.scheme}://${at.authority}`, `a path must be below ${prefix}/ of "baseUrl"`)
  const bind = (signing: SignScheme): SignScheme => ({
    id: signing.id,
    prepare: <M extends HttpMessage>(message: M, context: SignContext): Prepared<M> => {
      if (!isRequest(message)) return signing.prepare(message, context)
      assertHome(message)
      if (proxy === undefined) return signing.prepare(message, context)
      const prepared = signing.prepare({ ...message, scheme, authority, target: inner(message) }, context)
      const { scheme: by, authority: host } = message
      const sent = (signed: M): M =>
        isRequest(signed) ? { ...signed, scheme: by, authority: host, target: prefix + signed.target } : signed
      return { ...prepared, attach: (signature) => sent(prepared.attach(signature)) }
    },
  })
  return {
    scheme,
    authority,
    origins,
    baseUrl: proxy === undefined ? `${new URL(own[0] as string).origin}` : proxy.origin + prefix,
    prefix,
    seen: (path) => {
      if (path.charCodeAt(0) === 0x2f) return { scheme, authority, target: path }
      if (!/^[a-z]+:\/\//i.test(path))
        throw new CountersignError(
          'ARGUMENT_INVALID',
          `"path" must start with "/" or be a URL: write ${JSON.stringify(`/${path.slice(0, 64)}`)}`,
        )
      const at = parseUrl(path)
      assertHome(at)
      return proxy === undefined ? at : { scheme, authority, target: inner(at) }
    },
    bound: (signing) => (proxy === undefined && foreign.size === 0 ? signing : bind(signing)),
  }
}
