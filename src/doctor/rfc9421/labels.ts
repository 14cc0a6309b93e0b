import { combinedValue } from '../../message/fields.js'
import { type HttpMessage, withFields } from '../../message/message.js'
import type { Finding } from '../diagnosis.js'
import { proven } from '../finding.js'

const INPUT = /(?:^|,)\s*([a-z*][a-z0-9_.*-]*)=\(/g
const SIGNATURE = /(?:^|,)\s*([a-z*][a-z0-9_.*-]*)=:/g

const labelsIn = (text: string, pattern: RegExp): readonly string[] =>
  Array.from(text.matchAll(pattern), ([, label]) => label as string)

/**
 * A message whose two fields have one signature each, under labels that differ: read as if they were the same, because nothing
 * of it is signed. RFC 9421 4: the label ties the two fields together.
 */
export function sameLabel(message: HttpMessage): {
  readonly message: HttpMessage
  readonly findings: readonly Finding[]
} {
  const { fields } = message
  const [input, ...moreInputs] = labelsIn(combinedValue(fields, 'signature-input') ?? '', INPUT)
  const text = combinedValue(fields, 'signature') ?? ''
  const [label, ...more] = labelsIn(text, SIGNATURE)
  if (input === undefined || label === undefined || input === label || moreInputs.length + more.length > 0)
    return { message, findings: [] }
  const renamed = fields.map((one, at) =>
    at % 2 === 1 && fields[at - 1]?.toLowerCase() === 'signature' ? one.replace(`${label}=`, () => `${input}=`) : one,
  )
  return {
    message: withFields(message, renamed),
    findings: [
      proven(
        'label-mismatch',
        `Signature-Input has the label "${input}" and Signature has "${label}".`,
        'The labels of the two fields differ.',
        'RFC 9421 4: use one label for a signature in both fields.',
      ),
    ],
  }
}
