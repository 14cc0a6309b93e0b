import { fail, urlKind } from '../../errors.js'
import { type FieldLines, sentValue } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { type Destination, type InsecureOption, isSecure, normalizeAuthority, parseUrl } from '../../message/target.js'
import type { Prepared, SignContext, SignScheme } from '../../schemes/scheme.js'
import type { ExchangeOptions } from '../spec/credentials.js'
import type { Draft } from '../spec/draft.js'
import { BASE_URL, type Chosen } from './options.js'
import { socketRule } from './socket-home.js'

/** Where an exchange lives for one signer: as it is signed, and as it is reached. */
export interface Home {
  /** The exchange's scheme and host, which are what is signed where it signs hosts. */
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
   * @throws {CountersignError} `ORIGIN_REFUSED` for a URL of any other origin, and for a path outside of a given proxy's;
   *   `ARGUMENT_INVALID` for what is neither URL nor path, and for characters that a client would write in another way.
   */
  seen(path: string): Destination
  /** The scheme of a signer, for requests that are addressed as they are sent. */
  bound(scheme: SignScheme): SignScheme
  /**
   * The rule of {@link Home.seen} for a request that is there already: asked by everything that signs one.
   *
   * @throws {CountersignError} `ORIGIN_REFUSED`, also for a `Host` field of another host.
   */
  assertOwn(request: HttpRequest): void
  /** @throws {CountersignError} `ORIGIN_REFUSED` for a `Host` field of another host than the draft is sent to. */
  assertHost(draft: Draft): void
  /** @throws {CountersignError} `ORIGIN_REFUSED` for the URL of a socket that a login is not for. */
  assertSocket(url: string): void
}

// What every client leaves as it is. Nothing else is looked at for a path of the usual form: this is on the way of every order.
const PLAIN = /^(?:\/(?!\.)[\w~!$&()*+,;=:@-][\w.~!$&()*+,;=:@-]*)*\/?(?:\?[\w.~!$&()*+,;=:@%/?-]*)?$/
// The URL Standard encodes these in a path or in a query, drops what is behind "#", and makes a slash of a backslash.
const REWRITTEN = /[^\x21-\x7e]|["#<>\\]|^[^?]*[\^`{}]|\?.*'/u
const DOTS = /\/(?:\.|%2e){1,2}(?:[/?]|$)/i

/** What a client would put on the wire in another way than it stands there; `undefined` for nothing. */
function unlikeSent(target: string): string | undefined {
  const [found] = REWRITTEN.exec(target) ?? []
  if (found !== undefined) {
    const one = [...found].pop() as string
    return one === '#'
      ? '"#": what stands behind it is not sent, and a "#" of a value is written "%23"'
      : `${JSON.stringify(one)}: write it percent-encoded, or pass "params"`
  }
  return DOTS.test(target.split('?', 1)[0] as string) ? 'a segment of dots, which is taken out on the way' : undefined
}

/** A URL of the caller's. @throws {CountersignError} `CONFIG_INVALID`; the URL may hold credentials and is not repeated. */
function urlOf(name: string, text: unknown, form: string, options: InsecureOption): URL {
  // URL parsers take it away, and line breaks inside as well.
  if (typeof text === 'string' && /\s/.test(text))
    fail('CONFIG_INVALID', `"${name}" must be ${form}, got one with white space in it`)
  let url: URL | undefined
  try {
    url = typeof text === 'string' ? new URL(text) : undefined
  } catch {
    // Refused below as any other text.
  }
  if (
    url === undefined ||
    !/^https?:$/.test(url.protocol) ||
    url.username + url.password + url.search + url.hash !== ''
  )
    return fail(
      'CONFIG_INVALID',
      `"${name}" must be ${form}, got ${text instanceof URL ? 'a URL object' : urlKind(text)}`,
    )
  return isSecure(url.origin, options)
    ? url
    : fail(
        'CONFIG_INVALID',
        `"${name}" must be ${form}, got ${url.protocol === 'http:' ? 'plain http to another machine' : 'another host'}`,
      )
}

function originOf(origin: string, options: InsecureOption): string {
  const url = urlOf('origin', origin, 'https://host[:port]', options)
  if (url.pathname !== '/')
    fail(
      'CONFIG_INVALID',
      '"origin" must be https://host[:port], got one with a path: state a proxy of your own as "baseUrl"',
    )
  return origin === url.origin
    ? origin
    : fail(
        'CONFIG_INVALID',
        `"origin" must be ${url.origin}, got the same with ${origin.endsWith('/') ? 'a slash at its end' : 'other characters'}`,
      )
}

/**
 * Where the requests of a signer go.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 */
export function homeOf(
  { spec, environment, foreign: others, foreignSockets }: Chosen,
  options: Pick<ExchangeOptions, 'origin' | 'baseUrl'> & InsecureOption,
): Home {
  const { origin, baseUrl } = options
  const own = origin === undefined ? spec.origins : [originOf(origin, options)]
  const { scheme, authority } = parseUrl(own[0] as string)
  const proxy = baseUrl === undefined ? undefined : urlOf('baseUrl', baseUrl, BASE_URL, options)
  const prefix = proxy?.pathname.replace(/\/+$/, '') ?? ''
  const origins = proxy === undefined ? own : [proxy.origin]
  const foreign = new Set(others.filter((one) => !own.includes(one)))
  const refused = (at: string, why: string): never => fail('ORIGIN_REFUSED', `${at} is not signed for: ${why}`)
  const assertHome = ({ scheme: by, authority: host }: Destination): void => {
    const from = `${by}://${host}`
    if (foreign.has(from)) refused(from, `this signer is for the environment "${environment}" of ${spec.name}`)
    if (proxy !== undefined && from !== proxy.origin) refused(from, '"baseUrl" names another host')
  }
  const inner = (at: Destination): string =>
    at.target.startsWith(`${prefix}/`)
      ? at.target.slice(prefix.length)
      : refused(`${at.scheme}://${at.authority}`, `a path must be below ${prefix}/ of "baseUrl"`)
  const allowed = new Set(origins)
  /** A request by its URL, which may be one of the signer's origins and no other: what createSignedFetch allows. */
  const assertOwn = (at: Destination): void => {
    assertHome(at)
    const from = `${at.scheme}://${at.authority}`
    if (!allowed.has(from))
      refused(
        from,
        `the origin must be one of ${spec.name} (${[...origins].slice(0, 3).join(', ')}${origins.length > 3 ? ', …' : ''}); a server of your own is given as "baseUrl"`,
      )
  }
  const assertHost = (by: string, host: string, fields: FieldLines): void => {
    const named = sentValue(fields, 'host')
    if (named !== undefined && normalizeAuthority(named, by) !== host)
      refused(`${by}://${named}`, 'the field "Host" names another host than the URL')
  }
  const base = proxy === undefined ? new URL(own[0] as string).origin : proxy.origin + prefix
  const assertAsSent = (target: string): void => {
    const got = PLAIN.test(target) ? undefined : unlikeSent(target)
    if (got === undefined) return
    // Out of a proxy's path: said as for a URL.
    if (proxy !== undefined && target.startsWith('/')) inner(parseUrl(base + target))
    fail('ARGUMENT_INVALID', `"path" must be written as it is sent, got ${got}`)
  }
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
    baseUrl: base,
    prefix,
    seen: (path) => {
      if (path.charCodeAt(0) === 0x2f) {
        assertAsSent(path)
        return { scheme, authority, target: path }
      }
      if (!/^[a-z]+:\/\//i.test(path))
        fail(
          'ARGUMENT_INVALID',
          `"path" must start with "/" or be a URL: write ${JSON.stringify(`/${path.slice(0, 64)}`)}`,
        )
      const at = parseUrl(path)
      assertOwn(at)
      const own = proxy === undefined ? at : { scheme, authority, target: inner(at) }
      assertAsSent(path.replace(/^[a-z]+:\/\/[^/?#\\]*/i, ''))
      return own
    },
    bound: (signing) => (proxy === undefined && foreign.size === 0 ? signing : bind(signing)),
    assertOwn: (request) => {
      assertOwn(request)
      assertHost(request.scheme, request.authority, request.fields)
    },
    assertHost: ({ scheme: by, host, fields }) => {
      const at = proxy !== undefined && by === scheme && host === authority ? parseUrl(base) : undefined
      assertHost(at?.scheme ?? by, at?.authority ?? host, fields)
    },
    assertSocket: socketRule(spec, {
      origins: own,
      known: spec.onlyOrigins === true ? [] : spec.origins,
      proxy: proxy?.origin,
      foreign: foreignSockets,
    }),
  }
}
