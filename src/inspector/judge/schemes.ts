import { isCountersignError } from '../../errors.js'
import { exchangeVerifier } from '../../exchange/verifier/verifier.js'
import type { HttpRequest } from '../../message/message.js'
import { rfc9421Verifier } from '../../schemes/rfc9421/verifier.js'
import type { VerifyScheme } from '../../schemes/scheme.js'
import { EXCHANGES } from './exchanges.js'

/** What a scheme can be called: `rfc9421`, the id of an exchange, or that with its variant. */
export const schemeIds = (): readonly string[] => ['rfc9421', ...Object.keys(EXCHANGES).sort()]

/** The verifying side of a scheme by its name. */
export function verifierOf(scheme: string): VerifyScheme | undefined {
  if (scheme === 'rfc9421') return rfc9421Verifier()
  const [id = '', variant] = scheme.split('/')
  const factory = Object.hasOwn(EXCHANGES, id) ? EXCHANGES[id] : undefined
  return factory && exchangeVerifier(factory(variant === undefined ? {} : { variant }))
}

/** Whether a request holds a signature of the scheme, broken ones included. */
function claims(scheme: VerifyScheme, request: HttpRequest): boolean {
  try {
    return scheme.parse(request).length > 0
  } catch (error) {
    return isCountersignError(error)
  }
}

/** The scheme of a request, by its fields and its host. */
export function detectScheme(request: HttpRequest): string | undefined {
  if (claims(rfc9421Verifier(), request)) return 'rfc9421'
  const host = (id: string): boolean =>
    (EXCHANGES[id]?.().spec.origins ?? []).some((origin) => origin.endsWith(`//${request.authority.toLowerCase()}`))
  const ids = Object.keys(EXCHANGES)
  // By its host first: several exchanges share the names of their fields.
  for (const id of [...ids.filter(host), ...ids]) {
    const variants = EXCHANGES[id]?.variants ?? []
    for (const name of [id, ...variants.map((variant) => `${id}/${variant}`)]) {
      const scheme = verifierOf(name)
      if (scheme !== undefined && parses(scheme, request)) return name
    }
  }
  return ids.find((id) => host(id))
}

function parses(scheme: VerifyScheme, request: HttpRequest): boolean {
  try {
    return scheme.parse(request).length > 0
  } catch (error) {
    if (!isCountersignError(error)) throw error
    return false
  }
}
