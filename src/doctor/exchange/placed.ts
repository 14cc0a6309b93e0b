import { utf8Decode } from '../../crypto/encoding.js'
import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import type { HttpRequest } from '../../message/message.js'
import { splitTarget } from '../../message/target.js'
import type { Finding } from '../diagnosis.js'
import { possible, proven } from '../finding.js'

/** What can be seen of a signature that stands among the parameters of a query or form. */
export function placedFindings({ place, name: exchange }: ExchangeSpec, request: HttpRequest): readonly Finding[] {
  const name = place?.sign
  if (name === undefined) return []
  const body = request.body instanceof Uint8Array ? (utf8Decode(request.body) ?? '') : ''
  const query = splitTarget(request.target).query.replace(/^\?/, '')
  return [query, /^\s*[[{]/.test(body) ? '' : body].flatMap((text) => {
    const pairs = text.split('&')
    const at = pairs.findIndex((one) => one.startsWith(`${name}=`))
    if (at === -1) return []
    const out: Finding[] = []
    if (text === query && pairs.length === 1 && /^[^{[=]{1,64}=/.test(body))
      out.push(
        possible(
          'signature-place',
          'The signature stands alone in the query, while the parameters that it signs are in the body.',
          `The query is "${name}=…" and nothing else.`,
          `Put "${name}" where the parameters are, behind the last of them.`,
        ),
      )
    if (place?.signatureAnywhere !== true && at < pairs.length - 1)
      out.push(
        proven(
          'signature-not-last',
          `Parameters stand behind the signature, where ${exchange} takes it as the last one.`,
          `"${name}" is number ${at + 1} of ${pairs.length} parameters.`,
          `Put "${name}" behind all others; they all are signed.`,
        ),
      )
    // application/x-www-form-urlencoded: a "+" is a space.
    if (/[+ ]/.test(pairs[at] as string))
      out.push(
        proven(
          'signature-form',
          'The signature was not percent-encoded: a "+" in it is read as a space.',
          `The value of "${name}" holds a "+" as it is.`,
          'Encode the signature with encodeURIComponent before it is put into the query ("+" is %2B, "/" %2F, "=" %3D).',
        ),
      )
    return out
  })
}
