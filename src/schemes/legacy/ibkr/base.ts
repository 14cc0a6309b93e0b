import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { fail } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../../message/target.js'

/** Name and value, decoded. */
export type Pair = readonly [name: string, value: string]

/** `oauth_signature_method` by the algorithm of the key. */
export const METHODS: ReadonlyMap<string, KeyAlgorithm> = /* @__PURE__ */ new Map([
  ['HMAC-SHA256', 'hmac-sha256'],
  ['RSA-SHA256', 'rsa-v1_5-sha256'],
])

export const IBKR_ALGORITHMS: readonly KeyAlgorithm[] = ['hmac-sha256', 'rsa-v1_5-sha256']

const KEPT = /[!'()*]/g

/** Percent-encoding as Python's `quote_plus` has it, which Interactive Brokers' page signs with: a space is "+", "~" stays. */
export const quoted = (text: string): string =>
  encodeURIComponent(text)
    .replace(KEPT, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')

// Values are joined as they are, so that "&" in one would begin another parameter, and "=" in a name would end it.
const NAME = /^[!-%'-<>-~]{1,128}$/

/**
 * The parameters of the query, decoded.
 *
 * @throws {CountersignError} `AUTH_MALFORMED` for what could be read in more than one way, `AUTH_DUPLICATE` for a name that is
 *   repeated, which this form cannot sign.
 */
export function queryPairs({ target }: HttpRequest): readonly Pair[] {
  const query = splitTarget(target).query.slice(1)
  const seen = new Set<string>()
  return query === ''
    ? []
    : query.split('&').map((part): Pair => {
        const at = part.indexOf('=')
        const name = decoded(at === -1 ? part : part.slice(0, at))
        const value = at === -1 ? '' : decoded(part.slice(at + 1))
        if (!NAME.test(name) || value.includes('&'))
          fail('AUTH_MALFORMED', 'a parameter of the query could be read as another one where it is signed')
        if (seen.has(name)) fail('AUTH_DUPLICATE', 'a parameter of the query is repeated')
        seen.add(name)
        return [name, value]
      })
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return fail('AUTH_MALFORMED', 'a parameter of the query is no percent-encoded UTF-8')
  }
}

/** Of pairs whose names are all different. */
export const byName = ([a]: Pair, [b]: Pair): number => (a < b ? -1 : 1)

/** What is signed: method, URL and all parameters in order, the latter quoted as a whole. */
export function ibkrBase(request: HttpRequest, query: readonly Pair[], own: readonly Pair[]): string {
  const { method, scheme, authority, target } = request
  const url = `${scheme.toLowerCase()}://${normalizeAuthority(authority, scheme)}${splitTarget(target).path}`
  const pairs = [...query, ...own].sort(byName).map(([name, value]) => `${name}=${value}`)
  return `${method}&${quoted(url)}&${quoted(pairs.join('&'))}`
}

const PLAIN_NAME = /^[A-Za-z0-9]{1,100}$/

/** The id of the keys of a consumer and its access token, which are letters and digits. */
export const keyIdOf = (consumerKey: string, accessToken: string): string => `${consumerKey}:${accessToken}`

/** The two names in a key id. */
export function namesOf(keyId: string): readonly [consumerKey: string, accessToken: string] | undefined {
  const [consumerKey = '', accessToken = '', ...more] = keyId.split(':')
  return more.length === 0 && PLAIN_NAME.test(consumerKey) && PLAIN_NAME.test(accessToken)
    ? [consumerKey, accessToken]
    : undefined
}
