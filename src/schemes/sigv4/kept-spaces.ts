import { normalizeValue } from '../../message/fields.js'
import { ofValue } from './canonical.js'

const LINE_BREAK = /[\n\v\f\r]/

/** A value of a field without the spaces around it; those inside stay, where AWS makes one of several. */
export function keptSpaces(value: string): string {
  const text = normalizeValue(value)
  // It would begin a separate line.
  return LINE_BREAK.test(text) ? ofValue(text) : text
}
