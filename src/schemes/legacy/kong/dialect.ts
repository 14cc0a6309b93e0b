import type { KeyAlgorithm } from '../../../crypto/algorithm.js'
import { fail } from '../../../errors.js'
import { combinedValue, fieldValues, hasField, trimOws } from '../../../message/fields.js'
import type { HttpRequest } from '../../../message/message.js'
import { normalizeAuthority } from '../../../message/target.js'
import type { Coverage } from '../../scheme.js'
import { assertLine } from '../signing.js'

/** How one gateway writes the same idea. */
export interface Dialect {
  readonly id: 'kong' | 'apisix'
  /** Name of the scheme in `Authorization`, and of the parameter that names the key. */
  readonly scheme: string
  readonly idParam: string
  /** Between two parameters. */
  readonly comma: string
  /** The name that stands for method and target. */
  readonly targetName: string
  /** The line of a name that is no field; `undefined` where the gateway has none of that name. */
  pseudoLine(name: string, request: HttpRequest, httpVersion: string): string | undefined
  /** The whole text from its lines. */
  text(keyId: string, lines: readonly string[]): string
}

/** Kong 3: lines of `name: value`, `request-line` and `@request-target`. */
export const KONG: Dialect = {
  id: 'kong',
  scheme: 'hmac',
  idParam: 'username',
  comma: ', ',
  targetName: '@request-target',
  pseudoLine: (name, { method, target }, httpVersion) =>
    name === 'request-line'
      ? `${method} ${target} HTTP/${httpVersion}`
      : name === '@request-target'
        ? `@request-target: ${method.toLowerCase()} ${target}`
        : undefined,
  text: (_, lines) => lines.join('\n'),
}

/** APISIX 3: the key id first, a line break behind the last line. */
export const APISIX: Dialect = {
  id: 'apisix',
  scheme: 'Signature',
  idParam: 'keyId',
  comma: ',',
  targetName: '@request-target',
  pseudoLine: (name, { method, target }) => (name === '@request-target' ? `${method} ${target}` : undefined),
  text: (keyId, lines) => `${[keyId, ...lines].join('\n')}\n`,
}

/** The algorithms of both, of those that this package signs with. */
export const GATEWAY_ALGORITHMS: readonly KeyAlgorithm[] = ['hmac-sha256', 'hmac-sha384', 'hmac-sha512']

/** What may be listed. */
export const LISTED: RegExp = /^(?:@request-target|[!#$%&'*+.^_`|~0-9a-z-]+)$/

/**
 * The text that is signed. Both gateways sign an absent field as if it were empty, or leave it out: here it is refused.
 *
 * @throws {CountersignError} `COMPONENT_MISSING`, `HEADER_DUPLICATE`, `HOST_MISMATCH`, `AUTH_MALFORMED`.
 */
export function gatewayBase(
  dialect: Dialect,
  keyId: string,
  names: readonly string[],
  request: HttpRequest,
  httpVersion: string,
): string {
  const lines = names.map((name) => {
    const pseudo = dialect.pseudoLine(name, request, httpVersion)
    // Kong takes a field of that name for the line, should a client send one.
    if (pseudo !== undefined)
      return hasField(request.fields, name)
        ? fail('AUTH_MALFORMED', `field "${name}" stands for something else`)
        : pseudo
    const value = name === 'host' ? hostOf(request) : combinedValue(request.fields, name)
    return `${name}: ${value ?? fail('COMPONENT_MISSING', `the request has no field "${name}"`)}`
  })
  const text = dialect.text(keyId, lines)
  for (const line of lines) assertLine('a listed line', line)
  assertLine('the key id', keyId)
  return text
}

function hostOf({ fields, authority, scheme }: HttpRequest): string {
  const stated = fieldValues(fields, 'host')
  if (stated.length > 1) fail('HEADER_DUPLICATE', 'field "host" is repeated')
  const host = stated[0] === undefined ? authority : trimOws(stated[0])
  if (normalizeAuthority(host, scheme) !== normalizeAuthority(authority, scheme))
    fail('HOST_MISMATCH', 'the signed host is not the one that the request is for')
  return host
}

/** What the names cover, in shared words. */
export function gatewayCovers(names: readonly string[], request: HttpRequest): ReadonlySet<Coverage> {
  const out = new Set<Coverage>()
  for (const name of names) {
    if (name === '@request-target' || name === 'request-line')
      for (const fact of ['method', 'path', 'query'] as const) out.add(fact)
    else if (name === 'host') out.add('authority')
    if (name === 'digest') out.add('body')
    if (combinedValue(request.fields, name) !== undefined) out.add(`field:${name}`)
  }
  return out
}
