import type { HttpRequest } from '../../message/message.js'
import { originOf, splitTarget } from '../../message/target.js'
import { refuse } from '../verdict.js'
import type { PathOptions } from '../verify-context.js'

/** A path that every reader reads alike, or what is wrong with it. */
export type PathReading = CanonicalPath | { readonly problem: string }

export interface CanonicalPath {
  readonly path: string
  /** The decoded path in its own letter case and with its final slash, where that is not {@link CanonicalPath.path}. */
  readonly written?: string
  /**
   * The path as it came, and as `decodeURI` reads it, where it encodes what needs no encoding, or in lower-case digits: Express
   * and Koa route without decoding, Hono and Fastify decode all but the delimiters.
   */
  readonly encoded?: readonly string[]
}

// What the pipeline allows in a target, without ";": a servlet container and find-my-way cut a path there, others do not.
const CHARACTERS = /^[!"$-:<-[\]-~]*$/
// Any hop may decode these (RFC 3986 2.3), and Hono and Fastify do before they route.
const UNRESERVED = /[A-Za-z0-9\-._~]/
const DOT_SEGMENT = /(?:\/|%2f|%5c)\.{1,2}(?=\/|%2f|%5c|$)/i
const SLASH = /%(2f|5c)/gi
/**
 * The canonical path of a request target, or why two readers could read two paths in it. Percent-decoded once, in lower case
 * (Express and Koa route so by default), without a final slash; as it was written beside it, because Fastify and Hono do not.
 * RFC 3986 6.2.2 lists what programs may normalize; each of them does a part of it, so a request that leaves any of it to do
 * is refused.
 */
export function readPath(target: string, method: string, options: PathOptions = {}): PathReading {
  if (target === '*')
    // RFC 9112 3.2.4: the asterisk form is for OPTIONS alone.
    return method === 'OPTIONS' ? { path: '*' } : { problem: 'the asterisk form is for OPTIONS' }
  if (!target.startsWith('/')) {
    if (originOf(target) === undefined)
      return { problem: 'the request target is neither a path, an absolute URI nor "*"' }
    if (options.acceptAbsoluteForm !== true) return { problem: 'the request target is in absolute form' }
  }
  const { path } = splitTarget(target)
  if (options.acceptAnyPath === true) return { path }
  const problem = problemOf(path, options.acceptEncodedSlash === true)
  return problem === undefined ? canonical(path) : { problem }
}

/**
 * Refuses a path that has several readings, where a scope was chosen by one of them.
 *
 * @throws {CountersignError} `TARGET_MALFORMED`.
 */
export function assertOnePath({ target, method }: Pick<HttpRequest, 'target' | 'method'>, options: PathOptions): void {
  const reading = readPath(target, method, options)
  if ('problem' in reading) refuse('TARGET_MALFORMED', reading.problem)
}

function problemOf(path: string, encodedSlash: boolean): string | undefined {
  if (!CHARACTERS.test(path)) return 'the path holds a character that may not stand there'
  if (path.includes('//')) return 'the path holds an empty segment'
  if (path.includes('.') && DOT_SEGMENT.test(path)) return 'the path holds a dot segment'
  return path.includes('%') ? escapeProblem(path, encodedSlash) : undefined
}

function escapeProblem(path: string, encodedSlash: boolean): string | undefined {
  for (let at = path.indexOf('%'); at !== -1; at = path.indexOf('%', at + 3)) {
    const digits = path.slice(at + 1, at + 3)
    if (!/[0-9A-Fa-f]{2}/.test(digits)) return 'the path holds a "%" without two hexadecimal digits'
    const code = Number.parseInt(digits, 16)
    if (code < 0x20 || code === 0x7f) return 'the path holds an encoded control character'
    if (UNRESERVED.test(String.fromCharCode(code))) return 'the path holds an encoded character that needs no encoding'
    if (!encodedSlash && (code === 0x2f || code === 0x5c)) return 'the path holds an encoded slash'
  }
  return decoded(path) === undefined ? 'the path is not UTF-8' : undefined
}

/** A path without its escapes; `undefined` where they are not UTF-8, such as over-long forms of `.` and `/` (RFC 3629 3). */
export function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

function canonical(target: string): CanonicalPath {
  const written = target.includes('%') ? decodeURIComponent(target.replace(SLASH, '%25$1')) : target
  const lower = written.toLowerCase()
  const path = lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower
  const reading = path === written ? { path } : { path, written }
  if (target === written || target === encodeURI(written).replace(/[?#;]/g, encodeURIComponent)) return reading
  return { ...reading, encoded: [...new Set([target, decodeURI(target)])].filter((one) => one !== written) }
}
