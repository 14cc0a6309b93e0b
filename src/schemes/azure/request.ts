import { base64Decode } from '../../crypto/encoding.js'
import { fail } from '../../errors.js'
import { type FieldLines, fieldValues, hasField, normalizeValue, trimOws } from '../../message/fields.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { onlyLine } from '../scheme/only-line.js'
import type { Weakness } from '../scheme/weaknesses.js'
import type { VerifyScheme } from '../scheme.js'

/** The verifying side of a scheme of Azure, with what its design leaves open. */
export interface AzureScheme extends VerifyScheme {
  /** What no verifier of the scheme can mend. */
  readonly weaknesses: readonly Weakness[]
}

const OTHER_THAN_ASCII = /[^\t -~]/
const MAX_VALUE = 16_384

/** A value as it is signed: without the white space around it; what stands inside stays. */
export function fieldText(name: string, value: string): string {
  if (OTHER_THAN_ASCII.test(value)) fail('MESSAGE_MALFORMED', `field "${name}" must hold ASCII characters only`)
  return normalizeValue(value)
}

/** The one value of a field, '' where it is absent. @throws {CountersignError} `HEADER_DUPLICATE`. */
export function onlyValue(fields: FieldLines, lower: string): string {
  const value = onlyLine(fields, lower, 'HEADER_DUPLICATE')
  return value === undefined ? '' : fieldText(lower, value)
}

/** A request that carries none of these fields yet. @throws {CountersignError} `MESSAGE_MALFORMED`. */
export function unsignedRequest(where: string, message: HttpMessage, ...added: readonly string[]): HttpRequest {
  if (!isRequest(message)) return fail('MESSAGE_MALFORMED', `${where} signs requests only`)
  for (const name of added)
    if (hasField(message.fields, name.toLowerCase()))
      fail('MESSAGE_MALFORMED', `the request has a field ${name} already: sign the one that was not signed yet`)
  return message
}

/** Hosts of the service itself, which begin with the account; `-secondary` is its copy. A domain of one's own names none. */
const SERVICE_HOST =
  /^([a-z0-9-]+?)(?:-secondary)?\.(?:z\d+\.)?(?:blob|dfs|file|queue|table|web)\.(?:core\.(?:windows\.net|chinacloudapi\.cn|usgovcloudapi\.net|cloudapi\.de)|storage\.azure\.net)(?::\d+)?$/i

/**
 * Refuses a request to another account than that of the key, where the host names it: the service would refuse the signature.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function assertAccountHost(where: string, { authority }: Pick<HttpRequest, 'authority'>, account: string): void {
  const [, named] = SERVICE_HOST.exec(authority) ?? []
  if (named !== undefined && named.toLowerCase() !== account)
    fail(
      'MESSAGE_MALFORMED',
      `${where}: the key is of the account "${account}", and the host of "${named.toLowerCase()}": sign with a key of that one`,
    )
}

/**
 * What stands behind the label in `Authorization`; `undefined` where it is of another scheme.
 *
 * @throws {CountersignError} `AUTH_DUPLICATE` for a second line, `AUTH_TOO_LARGE`.
 */
export function credentialsOf({ fields }: HttpRequest, label: string): string | undefined {
  const values = fieldValues(fields, 'authorization')
  const own = values.find((one) => trimOws(one).startsWith(label))
  if (own === undefined) return undefined
  if (values.length > 1) fail('AUTH_DUPLICATE', 'field "Authorization" is repeated')
  if (own.length > MAX_VALUE) fail('AUTH_TOO_LARGE', `Authorization must have at most ${MAX_VALUE} characters`)
  return trimOws(own).slice(label.length)
}

/** The 32 bytes of a signature. @throws {CountersignError} `SIGNATURE_MALFORMED`. */
export function signatureOf(text: string): Uint8Array {
  const bytes = text.length === 44 ? base64Decode(text) : undefined
  return bytes?.length === 32
    ? bytes
    : fail('SIGNATURE_MALFORMED', 'the signature must be 32 bytes in canonical base64')
}

/** A name or value of a URL, decoded; a `+` stays what it is. @throws {CountersignError} `MESSAGE_MALFORMED`. */
export function decoded(text: string): string {
  let out = text
  if (text.includes('%')) {
    try {
      out = decodeURIComponent(text)
    } catch {
      fail('MESSAGE_MALFORMED', 'the request target holds what is no UTF-8 in percent-encoding')
    }
  }
  // A line feed would forge a further line of what is signed.
  return CONTROL.test(out) ? fail('MESSAGE_MALFORMED', 'the request target holds a control character') : out
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/

/** Name, in lower case, and value of each parameter, decoded. */
export function queryPairs(target: string): ReadonlyArray<readonly [name: string, value: string]> {
  const { query } = splitTarget(target)
  return query
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = equals === -1 ? pair : pair.slice(0, equals)
      return [decoded(name).toLowerCase(), equals === -1 ? '' : decoded(pair.slice(equals + 1))] as const
    })
}

const DOTS = /(?:^|\/)\.{1,2}(?:\/|$)/

/** The path, decoded. @throws {CountersignError} `MESSAGE_MALFORMED` for one that a server may resolve to another. */
export function decodedPath(target: string): string {
  const path = decoded(splitTarget(target).path)
  return DOTS.test(path) || path.includes('\\')
    ? fail('MESSAGE_MALFORMED', 'the path holds dot segments or a backslash')
    : path
}
