import { combinedValue, type FieldLines } from '../../message/fields.js'
import { isWellFormed } from '../../message/values.js'
import { PRIVATE, varyOnProof } from '../../server/respond.js'
import type { Accepted } from '../../server/verdict.js'
import { endToEnd, filtered, isOverride } from '../fields.js'
import type { UpstreamRequest } from '../upstream.js'

/** Which fields of a request an upstream sees: all, or those that the signature covers. */
export type Forwarding = 'all' | 'covered'

/**
 * Spent or written anew. The signature's fields are of no use behind the gate: the nonce is claimed, and a service that read them
 * again could only come to another answer.
 */
const REPLACED: ReadonlySet<string> = new Set(['signature', 'signature-input', 'accept-signature', 'x-request-id'])

/**
 * By which proxies, load balancers, CDNs and identity proxies state where a request comes from and who sends it. A service that
 * trusts one of them must get none from a client, signed or not: the key proves its owner, and no address or user besides.
 */
const STATED_BY_PROXIES = new RegExp(
  `^(?:${[
    ...[
      'forwarded',
      'x-forwarded',
      'x-real-',
      'x-original-',
      'x-originating-',
      'x-host$',
      'x-scheme$',
      'x-url-scheme$',
    ],
    ...[
      'x-client-(?:ip|cert|verify|dn)',
      'client-(?:ip|cert)',
      'x?-?true-client-',
      'x-cluster-client-',
      'x-proxyuser-',
    ],
    ...[
      'remote-',
      'x-remote-',
      'x-ssl-',
      'ssl-',
      'front-end-https',
      'x-envoy-',
      'x-webauth-',
      'wl-proxy-',
      'tailscale-',
    ],
    ...[
      'cf-',
      'cloudfront-',
      'fastly-client',
      'fly-client',
      'incap-client',
      'do-connecting-',
      'x-akamai-',
      'x-appengine-',
    ],
    ...['x-auth-request-', 'x-authentik-', 'x-pomerium-', 'x-amzn-(?:oidc|mtls)-', 'x-goog-(?:iap|authenticated)-'],
    ...['x-ms-client-principal', 'x-azure-(?:client|socket)', 'x-arr-', 'x-verified-'],
  ].join('|')})`,
)

/** CGI, WSGI and PHP read any other character of a name as "_", and "-" too: two names would be one there. */
const PLAIN_NAME = /^[a-z0-9-]+$/
const OWN = 'x-countersign-'

/** The request that the upstream gets: what was judged, with who was proven, and the body that was proven. */
export function forwardedRequest(
  verdict: Accepted,
  requestId: string,
  forwarding: Forwarding,
  withheld: ReadonlySet<string> = new Set(),
): Omit<UpstreamRequest, 'signal'> {
  const { request, body, keyId, owner, record, clientIp } = verdict
  const covered = coveredFields(verdict)
  const passes = (name: string): boolean =>
    PLAIN_NAME.test(name) &&
    !name.startsWith(OWN) &&
    !REPLACED.has(name) &&
    !withheld.has(name) &&
    !STATED_BY_PROXIES.test(name) &&
    (covered.has(name) || (forwarding === 'all' && !isOverride(name)))
  // What was signed cannot be taken out by an unsigned Connection field.
  const fields = filtered(
    endToEnd(request.fields, (name) => covered.has(name)),
    passes,
  )
  return {
    method: request.method,
    target: request.target,
    fields: [
      ...['Host', request.authority],
      ...fields,
      ...['X-Countersign-Key', fieldText(keyId)],
      ...(owner === undefined ? [] : ['X-Countersign-Owner', fieldText(owner)]),
      ...['X-Countersign-Scopes', fieldText((record.scopes ?? []).join(' '))],
      ...(clientIp === undefined ? [] : ['X-Forwarded-For', clientIp]),
      ...['X-Forwarded-Host', request.authority, 'X-Forwarded-Proto', request.scheme],
      ...['X-Request-Id', requestId],
    ],
    body,
  }
}

/** Whether the client has signed a field by which a service runs another method or path. */
export const signsOverride = (verdict: Accepted): boolean => {
  const covered = coveredFields(verdict)
  return verdict.request.fields.some((name, at) => at % 2 === 0 && isOverride(name) && covered.has(name.toLowerCase()))
}

/** The names of fields that are covered whole: `"content-type"`, or `"content-type";sf`. */
function coveredFields({ covered }: Accepted): ReadonlySet<string> {
  const names = covered.flatMap((id) => /^"?([a-z0-9-]+)"?(?:;(?:sf|bs))*$/.exec(id)?.[1] ?? [])
  return new Set(names)
}

/** A text that any field can hold: what is not printable ASCII, and "%", is percent-encoded as UTF-8. */
export const fieldText = (text: string): string =>
  text
    .replace(/[^\x20-\x24\x26-\x7e]+/g, (part) => (isWellFormed(part) ? encodeURIComponent(part) : '%EF%BF%BD'))
    .trim()

/** Fields of an answer to a verified request: no shared cache may keep it unless the service says so. */
export function markedAnswer(fields: FieldLines): FieldLines {
  const vary = varyOnProof(combinedValue(fields, 'vary'))
  const cached = combinedValue(fields, 'cache-control') !== undefined
  return [...filtered(fields, (name) => name !== 'vary'), 'Vary', vary, ...(cached ? [] : ['Cache-Control', PRIVATE])]
}
