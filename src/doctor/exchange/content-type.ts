import type { ExchangeSpec } from '../../exchange/spec/spec.js'
import type { HttpRequest } from '../../message/message.js'
import type { Finding } from '../diagnosis.js'
import { possible } from '../finding.js'
import { sentValue } from './fields.js'

/** JSON that is not sent as such: the exchange reads another body, or none, and its signature is that of it. */
export function contentTypeFindings(
  { name, body: kind = 'any' }: ExchangeSpec,
  { fields, body }: HttpRequest,
): readonly Finding[] {
  const first = body instanceof Uint8Array ? body.find((byte) => byte > 0x20) : undefined
  if ((kind !== 'json' && kind !== 'any') || (first !== OBJECT && first !== LIST)) return []
  const type = sentValue(fields, 'content-type')
  if (type !== undefined && /json/i.test(type)) return []
  return [
    possible(
      type === undefined ? 'content-type-missing' : 'content-type-other',
      type === undefined
        ? 'The body is JSON and has no Content-Type.'
        : 'The body is JSON and is sent as something else.',
      type === undefined ? 'The field is absent.' : 'Content-Type names no JSON.',
      `Send Content-Type: application/json: ${name} reads the body by it, and signs what it has read.`,
    ),
  ]
}

const OBJECT = 0x7b
const LIST = 0x5b
