import { type FieldLines, fieldValues } from '../message/fields.js'

/**
 * Fields of one connection (RFC 9110 7.6.1), and those that a sender writes itself from what it sends: none of them is passed on
 * with a request, and none is signed.
 */
const OF_THE_HOP: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'http2-settings', 'expect', 'host', 'content-length'],
])

/**
 * By which frameworks run another method or path than that of the request line (Symfony, Rails, Laravel, IIS, Spring), so another
 * one than was judged.
 */
const OVERRIDES: ReadonlySet<string> = new Set([
  ...['x-original-url', 'x-rewrite-url', 'x-override-url', 'x-original-uri', 'x-original-path', 'x-original-method'],
  ...['x-forwarded-uri', 'x-forwarded-url', 'x-forwarded-path', 'x-forwarded-method', 'x-forwarded-prefix'],
  ...['x-http-method-override', 'x-http-method', 'x-method-override', 'x-http-path-override', 'x-envoy-original-path'],
])

/** A name as CGI, WSGI and PHP compare it: "_", "-" and most other characters are one there. */
export function foldedName(name: string): string {
  const lower = name.toLowerCase()
  return PLAIN.test(lower) ? lower : lower.replace(/[^a-z0-9]/g, '-')
}
const PLAIN = /^[a-z0-9-]*$/

/** Whether a field may make a service run another method or path, in any spelling. */
export const isOverride = (name: string): boolean => OVERRIDES.has(foldedName(name))

const NONE: readonly string[] = []

/** The names that `Connection` lists, in lower case. */
export function namedByConnection(fields: FieldLines): readonly string[] {
  const values = fieldValues(fields, 'connection')
  if (values.length === 0) return NONE
  return values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

/**
 * The lines of a request that go on to the next hop.
 *
 * @param keeps of a field that `Connection` names: whether it stays, because something was decided by it
 */
export function endToEnd(fields: FieldLines, keeps: (name: string) => boolean = () => false): string[] {
  const named = new Set(namedByConnection(fields).filter((name) => !keeps(name)))
  return filtered(fields, (name) => !OF_THE_HOP.has(name) && !named.has(name))
}

/** The lines that satisfy a rule about their name in lower case. */
export function filtered(fields: FieldLines, passes: (name: string) => boolean): string[] {
  const out: string[] = []
  for (let i = 0; i < fields.length; i += 2)
    if (passes((fields[i] as string).toLowerCase())) out.push(fields[i] as string, fields[i + 1] as string)
  return out
}

/** The lines of an answer that go back: its length is kept, because a HEAD is answered with that of a GET. */
export function answerFields(fields: FieldLines): string[] {
  const named = new Set(namedByConnection(fields))
  return filtered(fields, (name) => name === 'content-length' || (!OF_THE_HOP.has(name) && !named.has(name)))
}
