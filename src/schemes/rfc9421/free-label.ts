import { CountersignError } from '../../errors.js'
import { combinedValue, type FieldLines } from '../../message/fields.js'
import { parseDictionary } from '../../message/structured-fields.js'

/**
 * Refuses to add a second signature of the same name: a reader would take one of the two, and nobody knows which.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`, and `FIELD_MALFORMED` for fields that do not parse.
 */
export function assertFreeLabel(fields: FieldLines, label: string): void {
  for (const name of ['signature-input', 'signature']) {
    const text = combinedValue(fields, name)
    if (text !== undefined && parseDictionary(text).some(([used]) => used === label))
      throw new CountersignError('MESSAGE_MALFORMED', `a signature "${label}" is there already: state another "label"`)
  }
}
