import { fail } from '../../errors.js'
import { hasField } from '../../message/fields.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import { type Claim, malformed, onlyValue, scopeOf, signedNames } from './read-header.js'
import type { QueryNames, Variant } from './variant.js'

/** The longest life of a signed URL, by every service of the family: seven days. */
export const MAX_EXPIRES_S = 604_800

const MAX_PARAMETER = 16_384
const SECONDS = /^[1-9]\d{0,5}$/

/** The names of the parameters that a signed URL of a variant may have. */
export const ownNames = ({ query, fields }: Variant): ReadonlySet<string> =>
  new Set(query === undefined ? [] : [...(Object.values(query) as readonly string[]), fields.hash])

/** The parameters of a URL that belong to its signature, by the name as it is when decoded. */
export function ownParameters({ target }: HttpRequest, own: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>()
  // Stryker disable next-line ConditionalExpression,LogicalOperator: it only saves the reading
  if (own.size === 0 || !target.includes('?')) return found
  for (const pair of splitTarget(target).query.slice(1).split('&')) {
    const equals = pair.indexOf('=')
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals))
    if (name === undefined || !own.has(name)) continue
    if (found.has(name)) malformed(`parameter "${name}" is repeated`)
    if (pair.length > MAX_PARAMETER) fail('AUTH_TOO_LARGE', `parameter "${name}" is too long`)
    found.set(
      name,
      decoded(equals === -1 ? '' : pair.slice(equals + 1)) ?? malformed(`parameter "${name}" is not UTF-8`),
    )
  }
  return found
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
    // Stryker disable next-line BlockStatement: undefined is as good a no
  } catch {
    return undefined
  }
}

/** What the parameters of a signed URL state. */
export function readParameters(request: HttpRequest, variant: Variant, stated: ReadonlyMap<string, string>): Claim {
  const { fields, time: format } = variant
  const names = variant.query as QueryNames
  const take = (name: string): string => stated.get(name) ?? malformed(`the URL states no ${name}`)
  const credential = take(names.credential)
  const signed = variant.isListed === undefined ? take(names.signed) : (stated.get(names.signed) ?? '')
  const signature = take(names.signature)
  const time = take(names.date)
  const createdMs = format.read(time)
  if (createdMs === undefined)
    return fail('TIMESTAMP_MALFORMED', `parameter "${names.date}" must be a time in the form of ${variant.name}`)
  const place = scopeOf(variant, credential, time)
  const expires = stated.get(names.expires)
  // Without an end it is held to the window of the policy, as a request is. S3 and its like always state one.
  const mayLack = expires === undefined && !variant.rules(place.service).unsignedUrls
  if (!mayLack && !(SECONDS.test(expires ?? '') && Number(expires) <= MAX_EXPIRES_S))
    fail('TIMESTAMP_MALFORMED', `parameter "${names.expires}" must be 1 to ${MAX_EXPIRES_S} seconds`)
  if (fields.token !== undefined && hasField(request.fields, fields.token.toLowerCase()))
    malformed(`"${fields.token}" must stand in the URL or in a field, not both`)
  if ((onlyValue(request, fields.date) ?? time) !== time)
    malformed(`field "${fields.date}" has another time than the URL`)
  const inField = onlyValue(request, fields.hash)
  if (inField !== undefined && stated.has(fields.hash)) malformed(`"${fields.hash}" stands in the URL and in a field`)
  return {
    ...place,
    ...(names.regions !== undefined && { regions: take(names.regions) }),
    time,
    createdMs,
    ...(expires !== undefined && { expiresS: Number(expires) }),
    signed: signedNames(signed),
    signature,
    token: stated.get(names.token as string),
    payload: inField ?? stated.get(fields.hash),
    inUrl: true,
  }
}
