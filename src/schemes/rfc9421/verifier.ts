import { isAlgorithm } from '../../crypto/algorithm.js'
import { CountersignError } from '../../errors.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import {
  type Member,
  type Parameters,
  parseDictionary,
  parseItem,
  serializeParameters,
} from '../../message/structured-fields.js'
import type { VerifyScheme } from '../scheme.js'
import { acceptSignature } from './accept-signature.js'
import { type CoveredReader, coveredReader } from './covered.js'
import type { FieldTypes } from './field-value.js'
import { readParameters, type SignatureParameters, timestampProblem } from './parameters.js'
import { readPlainInput } from './plain-input.js'
import { LazySignature, type SignedInput } from './untrusted.js'

/** Options of {@link rfc9421Verifier}. */
export interface Rfc9421VerifierOptions {
  /** Structured types of fields covered with `sf`, beyond the registered ones. */
  readonly fieldTypes?: FieldTypes
  /** Extension parameters that may appear besides the six of RFC 9421 2.3. Any other one is refused. */
  readonly parameters?: readonly string[]
}

// Sizes that no honest client reaches; everything below is then linear in at most this much.
const MAX_FIELD = 16_384
const MAX_SIGNATURES = 16

/**
 * The verifying side of RFC 9421: finds the signatures of a message and says what each one claims to cover. It trusts
 * nothing: identifiers must be lower case and unique, parameters known and of the right type, labels equal in both fields,
 * signatures in canonical base64.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.2 | RFC 9421 3.2}
 * @example
 * ```ts
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
 *
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier()],
 *   keys: staticKeys([]),
 *   policy: strictPolicy({ authorities: ['api.example.com'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function rfc9421Verifier(options: Rfc9421VerifierOptions = {}): VerifyScheme {
  const { fieldTypes = {}, parameters = [] } = options
  const extensions = new Set(parameters)
  const reader = coveredReader(fieldTypes)
  return {
    id: 'rfc9421',
    parse: (message) => {
      const inputText = fieldText(message, 'signature-input')
      const signatureField = fieldText(message, 'signature')
      if (inputText === undefined && signatureField === undefined) return []
      if (inputText === undefined || signatureField === undefined) {
        throw new CountersignError('AUTH_MALFORMED', 'Signature and Signature-Input must come together')
      }
      const plain = readPlainInput(inputText, reader.known)
      if (plain !== undefined && signatureField.startsWith(`${plain.label}=:`) && !signatureField.includes(',')) {
        // In the order of the full parser, so that a message with two faults gets one code.
        const item = signatureItem(signatureField.slice(plain.label.length + 1))
        const parameters = supported(plain.parameters)
        return [new LazySignature(plain.label, signatureOf(item), parameters, plain, message)]
      }
      const members = dictionary(inputText, 'Signature-Input')
      const signatures = dictionary(signatureField, 'Signature')
      if (members.length !== signatures.length) throw new CountersignError('AUTH_MALFORMED', LABELS_DIFFER)
      return members.map(([label, member]) => {
        const found = signatures.find((one) => one[0] === label)
        if (found === undefined) throw new CountersignError('AUTH_MALFORMED', LABELS_DIFFER)
        const [params, input] = signedInput(member, reader)
        const parameters = supported(readParameters(params, extensions))
        return new LazySignature(label, signatureOf(found[1]), parameters, input, message)
      })
    },
    challenge: (required) => ({ field: 'Accept-Signature', value: acceptSignature({ required }) }),
  }
}

const LABELS_DIFFER = 'Signature and Signature-Input name different labels'

/** An algorithm that nobody here has is refused before its key is looked for. */
function supported(parameters: SignatureParameters): SignatureParameters {
  if (parameters.alg !== undefined && !isAlgorithm(parameters.alg)) {
    throw new CountersignError('ALG_UNSUPPORTED', 'the signature names an algorithm that is not supported')
  }
  return parameters
}

function signedInput(member: Member, reader: CoveredReader): readonly [Parameters, SignedInput] {
  if (member.kind !== 'list') {
    throw new CountersignError('AUTH_MALFORMED', 'Signature-Input holds a member that is not an inner list')
  }
  const { params } = member
  return [params, { covered: () => reader.read(member), text: () => serializeParameters(params) }]
}

function fieldText(message: HttpMessage, lower: string): string | undefined {
  const text = combinedValue(message.fields, lower)
  if (text !== undefined && text.length > MAX_FIELD) {
    throw new CountersignError(
      'AUTH_TOO_LARGE',
      `${lower} expected at most ${MAX_FIELD} characters, got ${text.length}`,
    )
  }
  return text
}

const ODD_TIME = /; *(?:created|expires)=(?:-|0\d)/
// Display Strings first: they have no escapes. Linear, because only text that was parsed gets here: every string ends.
const STRINGS = /%"[^"]*"|"(?:[^"\\]|\\.)*"/g

/** A dictionary without a repeated label: RFC 8941 would keep the last silently, an attacker could add one. */
function dictionary(text: string, name: string): ReadonlyArray<readonly [string, Member]> {
  let entries: ReadonlyArray<readonly [string, Member]>
  try {
    entries = parseDictionary(text, STRICT)
  } catch (error) {
    throw name === 'Signature'
      ? new CountersignError('SIGNATURE_MALFORMED', SIGNATURE_EXPECTED)
      : (timestampProblem(text, error) ??
          new CountersignError('AUTH_MALFORMED', `${name} does not parse as a dictionary`))
  }
  // A structured-field Integer may have a sign or leading zeros; a time that has them was not written by a signer.
  if (ODD_TIME.test(text) && ODD_TIME.test(text.replace(STRINGS, ''))) {
    throw new CountersignError('TIMESTAMP_MALFORMED', 'a time has a sign or leading zeros')
  }
  if (entries.length > MAX_SIGNATURES) {
    throw new CountersignError(
      'AUTH_TOO_LARGE',
      `${name} expected at most ${MAX_SIGNATURES} labels, got ${entries.length}`,
    )
  }
  if (entries.length === 0) throw new CountersignError('AUTH_MALFORMED', `${name} is empty`)
  if (entries.length > 1 && new Set(entries.map(([label]) => label)).size !== entries.length) {
    throw new CountersignError('AUTH_DUPLICATE', `${name} names a label twice`)
  }
  return entries
}

function signatureItem(text: string): Member {
  try {
    return parseItem(text, STRICT)
  } catch {
    throw new CountersignError('SIGNATURE_MALFORMED', SIGNATURE_EXPECTED)
  }
}

function signatureOf(member: Member): Uint8Array {
  if (member.kind === 'item' && member.value.type === 'binary' && member.params.length === 0) {
    if (member.value.value.length > 0) return member.value.value
  }
  throw new CountersignError('SIGNATURE_MALFORMED', SIGNATURE_EXPECTED)
}

const STRICT = { strictBinary: true } as const
const SIGNATURE_EXPECTED = 'Signature expected non-empty byte sequences in canonical base64'
