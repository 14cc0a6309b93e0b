import { hash } from '#backend/hash'
import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { base64url, base64urlDecode, hex, hexDecode } from '../../../crypto/encoding.js'
import { fail, kindOf } from '../../../errors.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../../message/target.js'
import { bodyBytes } from '../../scheme/signed-bytes.js'
import type { Coverage } from '../../scheme.js'

/** Claims that bind a token to its request: the name of each claim, and what it holds. */
export type JwtBinding = Readonly<Record<string, BoundFact>>

/** What a claim can hold. A URL is absolute and without a default port; the target is path and query. */
export type BoundFact =
  | 'method'
  | 'url'
  | 'url-without-query'
  | 'target'
  | 'path'
  | 'method-host-path'
  | 'body-hex'
  | 'body-base64url'

interface Fact {
  readonly covers: readonly Coverage[]
  /** The text of the claim for this request. */
  readonly of: (request: HttpRequest) => string
  /** Of a digest: back to its bytes. */
  readonly digest?: (text: string) => Uint8Array | undefined
}

const origin = ({ scheme, authority }: HttpRequest): string =>
  `${scheme.toLowerCase()}://${normalizeAuthority(authority, scheme)}`

const FACTS: Readonly<Record<BoundFact, Fact>> = {
  method: { covers: ['method'], of: ({ method }) => method },
  url: {
    covers: ['scheme', 'authority', 'path', 'query'],
    of: (request) => {
      const { path, query } = splitTarget(request.target)
      return origin(request) + path + query
    },
  },
  'url-without-query': {
    covers: ['scheme', 'authority', 'path'],
    of: (request) => origin(request) + splitTarget(request.target).path,
  },
  target: {
    covers: ['path', 'query'],
    of: ({ target }) => {
      const { path, query } = splitTarget(target)
      return path + query
    },
  },
  path: { covers: ['path'], of: ({ target }) => splitTarget(target).path },
  // Coinbase CDP: "GET api.example.com/path".
  'method-host-path': {
    covers: ['method', 'authority', 'path'],
    of: ({ method, authority, scheme, target }) =>
      `${method} ${normalizeAuthority(authority, scheme)}${splitTarget(target).path}`,
  },
  'body-hex': { covers: ['body'], of: (request) => hex(sha256(request)), digest: hexDecode },
  'body-base64url': { covers: ['body'], of: (request) => base64url(sha256(request)), digest: base64urlDecode },
}

const sha256 = (request: HttpRequest): Uint8Array => hash('sha256', bodyBytes('jwt', request))

/** Method, whole URL and body, in claims of their own. */
export const DEFAULT_BINDING: JwtBinding = { htm: 'method', htu: 'url', bodyHash: 'body-base64url' }

/** Everything that a JWT may be signed with. */
export const JWT_ALGORITHMS: readonly KeyAlgorithm[] = [
  'hmac-sha256',
  'hmac-sha384',
  'hmac-sha512',
  'rsa-v1_5-sha256',
  'rsa-v1_5-sha512',
  'rsa-pss-sha256',
  'rsa-pss-sha512',
  'ecdsa-p256-sha256',
  'ecdsa-p384-sha384',
  'ecdsa-p521-sha512',
  'ed25519',
]

/** Claims that the scheme writes itself. */
export const OWN_CLAIMS: readonly string[] = ['iat', 'nbf', 'exp', 'jti']

/** The facts of a binding, which has to name at least one. @throws {CountersignError} `CONFIG_INVALID`. */
export function boundFacts(where: string, bind: JwtBinding): ReadonlyArray<readonly [claim: string, fact: Fact]> {
  if (Object.keys(bind).length === 0)
    fail(
      'CONFIG_INVALID',
      `${where}: "bind" must name claims, such as { htm: 'method', htu: 'url' }, got ${kindOf(bind)}`,
    )
  return Object.entries(bind).map(([claim, name]) => {
    const fact = Object.hasOwn(FACTS, name) ? FACTS[name] : undefined
    if (fact === undefined)
      fail('CONFIG_INVALID', `${where}: "bind.${claim.slice(0, 64)}" must be one of ${Object.keys(FACTS).join(', ')}`)
    if (OWN_CLAIMS.includes(claim)) fail('CONFIG_INVALID', `${where}: "bind" must not name "${claim}"`)
    return [claim, fact]
  })
}
