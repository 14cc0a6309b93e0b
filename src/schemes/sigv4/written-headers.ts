import type { FieldLines } from '../../message/fields.js'
import { ofValue, sortedHeaders } from './canonical.js'
import type { CanonicalHeaders, Variant } from './variant.js'

/** What of a variant says how its fields are written. */
type Written = Pick<Variant, 'fieldText' | 'hostText' | 'isListed' | 'joined' | 'valueText'>

const same = (text: string): string => text

/** The fields of a variant that writes them in another way than AWS: apart, because a signer for AWS needs none of it. */
const writtenHeaders =
  ({ fieldText, hostText = same, isListed, joined, valueText = ofValue }: Written) =>
  (fields: FieldLines, authority: string, isWanted: (lower: string) => boolean): CanonicalHeaders => {
    const written: string[] = []
    for (let i = 0; i < fields.length; i += 2) {
      const lower = (fields[i] as string).toLowerCase()
      if (!isWanted(lower)) continue
      const value = valueText(fields[i + 1] as string)
      written.push(lower, fieldText === undefined ? value : fieldText(lower, value))
    }
    const lines = joined === undefined ? written : grouped(written, joined)
    const found = sortedHeaders(lines, hostText(authority), isWanted, same)
    return isListed === undefined ? found : { ...found, list: found.names.filter(isListed).join(';') }
  }

/** Several values of one field as the variant joins them. */
function grouped(lines: FieldLines, joined: (values: readonly string[]) => string): FieldLines {
  const values = new Map<string, string[]>()
  for (let i = 0; i < lines.length; i += 2) {
    const [name, value] = [lines[i] as string, lines[i + 1] as string]
    const before = values.get(name)
    if (before === undefined) values.set(name, [value])
    else before.push(value)
  }
  return [...values].flatMap(([name, all]) => [name, joined(all)])
}

/** A variant with the way in which it writes its fields. */
export const withHeaders = (variant: Variant): Variant => ({ ...variant, headers: writtenHeaders(variant) })
