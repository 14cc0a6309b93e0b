import type { FieldLines } from '../../message/fields.js'
import { isOverride } from '../fields.js'

/** "." and "/" as they stand, and as one or more decodings give them; a servlet container cuts a segment at ";". */
const DOT = '(?:\\.|%(?:25)*2e)'
const EDGE = '(?:[/\\\\;#]|%(?:25)*(?:2f|5c|3b|23))'
const DOT_SEGMENT = new RegExp(`(?:^|${EDGE})${DOT}{1,2}(?:$|${EDGE})`, 'i')

/** Why a path may lead out of where it stands (RFC 3986 5.2.4: the service resolves it); undefined where it cannot. */
export const leadsOut = (target: string): string | undefined =>
  DOT_SEGMENT.test(target.split('?', 1)[0] as string)
    ? 'the path holds a dot segment, which leads elsewhere'
    : undefined

const QUERY_METHOD = /[?&](?:_|%5f)method(?:[=&[%]|$)/i

/** Why a service may run another method or path than those of the request line, which are all that a policy has judged. */
export function otherReading(target: string, fields: FieldLines): string | undefined {
  if (fields.some((name, i) => i % 2 === 0 && isOverride(name)))
    return 'a field asks the service for another method or path than the request line'
  return QUERY_METHOD.test(target) ? 'the query asks the service for another method ("_method")' : undefined
}
