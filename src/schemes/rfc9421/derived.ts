import { fail } from '../../errors.js'
import { type HttpMessage, type HttpRequest, isRequest } from '../../message/message.js'
import { normalizeAuthority, splitTarget } from '../../message/target.js'

/** Finds the value of one component in a message. */
export type Resolve = (message: HttpMessage) => string

/** A resolver that reads a request; a response has no such component. */
export const ofRequest =
  (read: (request: HttpRequest) => string): Resolve =>
  (message) =>
    isRequest(message) ? read(message) : fail('COMPONENT_MISSING', 'a request component in a response')

// 2.2.1: case-sensitive, no transformation.
export const method = (request: HttpRequest): string => request.method
export const authority = (request: HttpRequest): string => normalizeAuthority(request.authority, request.scheme)
export const path = (request: HttpRequest): string => splitTarget(request.target).path
// 2.2.7: an absent query is "?".
export const query = (request: HttpRequest): string => splitTarget(request.target).query || '?'

/** RFC 9421 2.2.2: scheme, authority, path and query; never a fragment. */
function targetUri(request: HttpRequest): string {
  const { target } = request
  const scheme = request.scheme.toLowerCase()
  if (target.startsWith('/')) return `${scheme}://${authority(request)}${target}`
  // RFC 9112 3.3: the asterisk form names the server itself, with an empty path.
  return target === '*' ? `${scheme}://${authority(request)}` : target
}

/**
 * The derived components of RFC 9421 2.2, by name. The ninth, `@query-param`, takes an argument: see `query-param.ts`.
 */
export const DERIVED: Readonly<Record<string, Resolve>> = {
  __proto__: null as never,
  '@method': /* @__PURE__ */ ofRequest(method),
  '@target-uri': /* @__PURE__ */ ofRequest(targetUri),
  '@authority': /* @__PURE__ */ ofRequest(authority),
  '@scheme': /* @__PURE__ */ ofRequest((request) => request.scheme.toLowerCase()),
  // 2.2.5: the raw request target, whatever its form.
  '@request-target': /* @__PURE__ */ ofRequest((request) => request.target),
  '@path': /* @__PURE__ */ ofRequest(path),
  '@query': /* @__PURE__ */ ofRequest(query),
  '@status': (message) =>
    isRequest(message) ? fail('COMPONENT_MISSING', '@status in a request') : String(message.status),
}
