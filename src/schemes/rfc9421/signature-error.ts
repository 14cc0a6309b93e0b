import { isCountersignError } from '../../errors.js'
import { lastWins, type Member, parseDictionary, serializeItem } from '../../message/structured-fields.js'

const MAX_LENGTH = 4096

/** What a server refused a signature for, by `Signature-Error`. */
export interface SignatureError {
  /** Such as `invalid_input`, `unsupported_algorithm`, `invalid_signature`. */
  readonly error: string
  /** The components that a signature has to cover, as they stand in a list. */
  readonly requiredInput: readonly string[]
  readonly supportedAlgorithms: readonly string[]
}

/**
 * Reads a `Signature-Error` field of a response.
 *
 * @returns `undefined` for a field that does not parse, is longer than 4096 characters or names no error.
 * @see {@link https://datatracker.ietf.org/doc/draft-hardt-httpbis-signature-key/ | draft-hardt-httpbis-signature-key}
 * @example
 * ```ts
 * import { parseSignatureError } from 'countersign/rfc9421'
 *
 * const read = parseSignatureError('error=invalid_input, required_input=("@method" "@path")')
 * console.assert(read?.error === 'invalid_input')
 * ```
 */
export function parseSignatureError(text: string): SignatureError | undefined {
  if (text.length > MAX_LENGTH) return undefined
  try {
    const members = new Map(lastWins(parseDictionary(text)))
    const error = members.get('error')
    if (error?.kind !== 'item' || error.value.type !== 'token') return undefined
    return {
      error: error.value.value,
      requiredInput: itemsOf(members.get('required_input')).map(serializeItem),
      supportedAlgorithms: itemsOf(members.get('supported_algorithms')).flatMap(({ value }) =>
        value.type === 'string' ? [value.value] : [],
      ),
    }
  } catch (fault) {
    if (!isCountersignError(fault)) throw fault
    return undefined
  }
}

const itemsOf = (member: Member | undefined): Extract<Member, { kind: 'list' }>['items'] =>
  member?.kind === 'list' ? member.items : []

/** The same as `Accept-Signature`, where it can be answered by another signature of the same key. */
export function askedByError(text: string, label = 'sig1'): string | undefined {
  const read = parseSignatureError(text)
  return read?.error !== 'invalid_input' || read.requiredInput.length === 0
    ? undefined
    : `${label}=(${read.requiredInput.join(' ')})`
}

/** The algorithms that a server takes, where it has refused the one of the signature; none otherwise. */
export function supportedByError(field: string): readonly string[] {
  const read = parseSignatureError(field)
  return read?.error === 'unsupported_algorithm' ? read.supportedAlgorithms : []
}
