import { fail } from '../../../errors.js'
import { combinedValue, fieldValues, trimOws } from '../../../message/fields.js'
import { type HttpMessage, isRequest } from '../../../message/message.js'
import { normalizeAuthority } from '../../../message/target.js'
import { isLine } from '../../../support/ascii.js'
import type { Coverage } from '../../scheme.js'

/** The times of a signature, in seconds as they are written. */
export interface SignedTimes {
  readonly created: string | undefined
  readonly expires: string | undefined
}

function line(name: string, message: HttpMessage, { created, expires }: SignedTimes): string {
  switch (name) {
    case '(request-target)':
      if (!isRequest(message)) fail('COMPONENT_MISSING', 'a response has no (request-target)')
      return `${name}: ${message.method.toLowerCase()} ${message.target}`
    case '(created)':
      return `${name}: ${created ?? fail('AUTH_MALFORMED', 'the signature covers (created) and does not state it')}`
    case '(expires)':
      return `${name}: ${expires ?? fail('AUTH_MALFORMED', 'the signature covers (expires) and does not state it')}`
    case 'host':
      return `host: ${hostOf(message)}`
    default:
      return `${name}: ${combinedValue(message.fields, name) ?? fail('COMPONENT_MISSING', `the message has no field "${name}"`)}`
  }
}

/** What `fetch` and HTTP/2 send stands in no field; one that is there has to name the host that the request is for. */
function hostOf(message: HttpMessage): string {
  const stated = fieldValues(message.fields, 'host')
  if (stated.length > 1) fail('HEADER_DUPLICATE', 'field "host" is repeated')
  if (!isRequest(message)) return stated[0] ?? fail('COMPONENT_MISSING', 'the message has no field "host"')
  const host = stated[0] === undefined ? message.authority : trimOws(stated[0])
  const { authority, scheme } = message
  if (normalizeAuthority(host, scheme) !== normalizeAuthority(authority, scheme))
    fail('HOST_MISMATCH', 'the signed host is not the one that the request is for')
  return host
}

/** The text that is signed (draft-cavage-12 2.3): one line for each name, none of which can hold another line. */
export function cavageBase(names: readonly string[], message: HttpMessage, times: SignedTimes): string {
  const lines = names.map((name) => line(name, message, times))
  for (const one of lines) if (!isLine(one)) fail('AUTH_MALFORMED', 'a covered line holds characters beyond ASCII')
  return lines.join('\n')
}

/** What the names cover, in shared words. */
export function cavageCovers(names: readonly string[], message: HttpMessage): ReadonlySet<Coverage> {
  const out = new Set<Coverage>()
  for (const name of names) {
    if (name === '(request-target)') for (const fact of ['method', 'path', 'query'] as const) out.add(fact)
    else if (name === 'host' && isRequest(message)) out.add('authority')
    if (name === 'digest') out.add('body')
    if (!name.startsWith('(') && combinedValue(message.fields, name) !== undefined) out.add(`field:${name}`)
  }
  return out
}
