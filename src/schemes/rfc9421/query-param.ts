import { CountersignError } from '../../errors.js'
import { splitTarget } from '../../message/target.js'
import { ofRequest, type Resolve } from './derived.js'

const invalid = (text: string): never => {
  throw new CountersignError('MESSAGE_MALFORMED', text)
}

/** application/x-www-form-urlencoded decoding of one name or value: `+` is a space; a broken escape or UTF-8 is an error. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return invalid('a query parameter has a broken percent escape')
  }
}

// The percent-encode set of application/x-www-form-urlencoded (WHATWG URL 1.3), with "%20" for space as RFC 9421 2.2.8
// prints it. encodeURIComponent leaves ! ' ( ) ~ alone, which that set encodes.
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/**
 * The value of one query parameter, decoded and encoded again (RFC 9421 2.2.8). `query` is "?…" or "". The name is the
 * encoded one. A parameter that appears twice is an error: which one would the application read?
 */
export function queryParamValue(query: string, name: string): string {
  let found: string | undefined
  for (const pair of query.slice(1).split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    if (encode(decode(at === -1 ? pair : pair.slice(0, at))) !== name) continue
    if (found !== undefined) invalid('a covered query parameter appears more than once')
    found = encode(decode(at === -1 ? '' : pair.slice(at + 1)))
  }
  if (found === undefined) throw new CountersignError('COMPONENT_MISSING', 'a covered query parameter is absent')
  return found
}

/** The resolver of `@query-param` with that (encoded) name. */
export const queryParam = (name: string): Resolve =>
  ofRequest((request) => queryParamValue(splitTarget(request.target).query, name))
