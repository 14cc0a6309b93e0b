import { hashBase64 } from '#backend/hash'
import { concatBytes, utf8 } from '../../../crypto/encoding.js'
import { fail } from '../../../errors.js'
import { combinedValue, trimOws } from '../../../message/fields.js'
import type { HttpMessage, HttpRequest } from '../../../message/message.js'
import { splitTarget } from '../../../message/target.js'
import { assertLine } from '../signing.js'

/** What a MAC is over; an absent member is the empty text. */
export interface HawkParts {
  readonly ts: string
  readonly nonce: string
  readonly hash?: string | undefined
  readonly ext?: string | undefined
  readonly app?: string | undefined
  readonly dlg?: string | undefined
}

// An IPv6 address keeps its brackets.
const AUTHORITY = /^(\[[0-9A-Fa-f:.]+\]|[^:/?#@\s]+)(?::(\d{1,5}))?$/

/**
 * The text of a MAC: `header` of a request, `response` of its answer, `bewit` of a URL.
 *
 * @see {@link https://github.com/mozilla/hawk/blob/main/API.md | Hawk, the protocol}
 */
export function hawkBase(
  kind: 'header' | 'response' | 'bewit',
  { method, scheme, authority, target }: HttpRequest,
  { ts, nonce, hash = '', ext = '', app, dlg = '' }: HawkParts,
): string {
  const [, host, port] = AUTHORITY.exec(authority) ?? fail('AUTH_MALFORMED', 'the host cannot be signed')
  const { path, query } = splitTarget(target)
  const resource = path + query
  for (const [what, text] of [
    ['the method', method],
    ['the target', resource],
    ['"ext"', ext],
  ] as const)
    assertLine(what, text)
  const base = [
    `hawk.1.${kind}`,
    ts,
    nonce,
    method,
    resource,
    (host as string).toLowerCase(),
    port ?? (scheme.toLowerCase() === 'http' ? '80' : '443'),
    hash,
    ext.replaceAll('\\', '\\\\'),
    '',
  ].join('\n')
  return app === undefined ? base : `${base}${app}\n${dlg}\n`
}

/** The payload hash, over the content type without its parameters and the body. */
export function payloadHash({ fields }: HttpMessage, body: Uint8Array): string {
  const type = trimOws((combinedValue(fields, 'content-type') ?? '').split(';', 1)[0] as string).toLowerCase()
  assertLine('Content-Type', type)
  return hashBase64('sha256', concatBytes(utf8(`hawk.1.payload\n${type}\n`), body, utf8('\n')))
}
