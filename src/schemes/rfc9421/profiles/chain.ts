import { fail } from '../../../errors.js'
import { combinedValue } from '../../../message/fields.js'
import { type HttpMessage, isRequest } from '../../../message/message.js'
import { parseDictionary, serializeItem } from '../../../message/structured-fields.js'
import type { UntrustedSignature } from '../../scheme.js'

const MEMBER = /^"signature";key="([^"\\]*)"$/

/**
 * Holds a signature to what one over another signature of the same message must cover: the other one's value and input, and
 * every component that the other one lists. With less, what the other one protects could be taken from one message and put into
 * another without the outer signature changing.
 *
 * @returns The labels of the signatures that it covers.
 * @throws {CountersignError} `COMPONENT_MISSING`, `AUTH_MALFORMED`.
 */
export function assertChained(signature: UntrustedSignature, message: HttpMessage): readonly string[] {
  // Asked first: nearly no signature is over another one.
  // Stryker disable next-line ConditionalExpression: it only saves the search
  if (!signature.covered.some((id) => id.startsWith('"signature";'))) return []
  const labels = signature.covered.flatMap((id) => MEMBER.exec(id)?.[1] ?? [])
  // Stryker disable next-line ConditionalExpression: it only saves the reading
  if (labels.length === 0) return labels
  const covered = new Set(signature.covered)
  const inputs = new Map(parseDictionary(combinedValue(message.fields, 'signature-input') ?? ''))
  for (const label of labels) {
    if (!covered.has(`"signature-input";key=${JSON.stringify(label)}`))
      fail('COMPONENT_MISSING', `the signature covers the one of "${label}" and not its input`)
    const input = inputs.get(label)
    if (input?.kind !== 'list') fail('AUTH_MALFORMED', 'a covered signature has no input that is a list')
    const lost = input.items.map(serializeItem).find((id) => !covered.has(id))
    if (lost !== undefined)
      fail(
        'COMPONENT_MISSING',
        `the signature covers the one of "${label}", and not ${lost} of the ${isRequest(message) ? 'request' : 'response'} that this one covers`,
      )
  }
  return labels
}
