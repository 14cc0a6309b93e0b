import { CountersignError } from '../../errors.js'
import { type FieldLines, sentValue } from '../../message/fields.js'

/**
 * Refuses to add a second signature of the same name: a reader would take one of the two, and nobody knows which. Every
 * member of a dictionary starts the field or follows a comma, so none is missed; a comma inside a string can only refuse.
 *
 * @throws {CountersignError} `MESSAGE_MALFORMED`.
 */
export function assertFreeLabel(fields: FieldLines, label: string): void {
  for (const name of ['signature-input', 'signature']) {
    if (
      sentValue(fields, name)
        ?.split(',')
        .some((member) => member.trim().split(/[=;]/, 1)[0] === label)
    )
      throw new CountersignError('MESSAGE_MALFORMED', `a signature "${label}" is there already`)
  }
}
