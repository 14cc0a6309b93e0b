import { isCountersignError } from '../../errors.js'
import { lastWins, type Member, parseDictionary, serializeItem } from '../../message/structured-fields.js'

const MAX_LENGTH = 4096

/** What a server refused a signature for, by `Signature-Error`. */
export interface SignatureError {
  /** Such as `invalid_input`, `unsupported_algorithm`, `invalid_signature`. */
  readonly error: string
  /** The components that a signature has to cover, as they stand in a list. */
  readonly requiredInput: readonly string[]
  /** Algorithms that the server takes, by their names in the registry. */
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
