import { isAlgorithm } from '../../crypto/algorithm.js'
import { assertOptions, CountersignError, fail, type OptionKind, type OptionNames } from '../../errors.js'
import { combinedValue } from '../../message/fields.js'
import type { HttpMessage } from '../../message/message.js'
import { memberBytes } from '../../message/sf-bare.js'
import { type Member, parseDictionary, serializeParameters } from '../../message/structured-fields.js'
import { MEMBERS } from '../../support/option-kinds.js'
import type { Selection, VerifyScheme } from '../scheme.js'
import { asked } from './accept-signature.js'
import type { FieldTypes } from './component.js'
import { coveredReader } from './covered.js'
import { readParameters, timestampProblem } from './parameters.js'
import { LazySignature, readPlain } from './untrusted.js'

/** Options of {@link rfc9421Verifier}. */
export interface Rfc9421VerifierOptions {
  /** Structured types of fields covered with `sf`, beyond the registered ones. */
  readonly fieldTypes?: FieldTypes
  /** Extension parameters that may appear besides the six of RFC 9421 2.3. Any other one is refused. */
  readonly parameters?: readonly string[]
}

const TEXTS: OptionKind = [
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of names',
]
export const VERIFIER_OPTIONS: OptionNames<Rfc9421VerifierOptions> = { fieldTypes: MEMBERS, parameters: TEXTS }
// What a policy decides is often looked for here.
const HINTS = { label: 'policy: select: { label }', tag: 'policy: select: { tag }', maxAgeMs: 'policy: maxAgeMs' }

// Sizes that no honest client reaches; everything below is then linear in at most this much.
const MAX_FIELD = 16_384
const MAX_SIGNATURES = 16

/**
 * The verifying side of RFC 9421: finds the signatures of a message and what each one claims to cover. It trusts
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
  assertOptions('rfc9421Verifier', options, VERIFIER_OPTIONS, HINTS)
  return verifierOf(options, isAlgorithm)
}

/** A verifier of checked options, and what `alg` may be: everything else is refused before its key is looked up. */
export function verifierOf(options: Rfc9421VerifierOptions, knows: (alg: string) => boolean): VerifyScheme {
  const { fieldTypes = {}, parameters = [] } = options
  const supported = (one: LazySignature): LazySignature => {
    const { claimedAlgorithm } = one
    if (claimedAlgorithm === undefined || knows(claimedAlgorithm)) return one
    fail('ALG_UNSUPPORTED', 'the signature names an algorithm that is not supported')
  }
  const extensions = new Set(parameters)
  const reader = coveredReader(fieldTypes)
  return {
    id: 'rfc9421',
    parse: (message, select) => {
      const inputText = fieldText(message, 'signature-input')
      const signatureField = fieldText(message, 'signature')
      if (inputText === undefined && (signatureField === undefined || OLDER.test(signatureField))) return []
      if (select === undefined && (inputText === undefined || signatureField === undefined))
        fail('AUTH_MALFORMED', 'Signature and Signature-Input must come together')
      // One signature, written as nearly all are. Of any other, and of what is wrong with one, the full parser takes care.
      const plain = inputText && signatureField && readPlain(inputText, signatureField, reader, message)
      if (plain) return isSelected(plain.label, plain.tag, select) ? [supported(plain)] : []
      const members = inputText === undefined ? [] : dictionary(inputText, INPUT)
      const signatures = signatureField === undefined ? [] : dictionary(signatureField, SIGNATURE)
      const chosen = members.filter((one) => isChosen(one, select))
      // Those that are not chosen are bounded by the length of the fields.
      assertFew(INPUT, chosen)
      if (select === undefined) assertFew(SIGNATURE, signatures)
      // RFC 9421 3.2, step 1: first it is chosen which signature is verified. Nothing else about the others counts.
      const bytes = writtenSignatures(inputText ?? '', members, signatureField ?? '', signatures, chosen, select)
      return chosen.map(([label, member]) => {
        const signature = bytes.get(label)
        if (signature === undefined) fail('AUTH_MALFORMED', LABELS_DIFFER)
        if (member.kind !== 'list') fail('AUTH_MALFORMED', 'Signature-Input holds a member that is not an inner list')
        const { params } = member
        const read = readParameters(params, extensions)
        const one = new LazySignature(label, signature, message, () => reader.read(member), serializeParameters(params))
        supported(Object.assign(one, read))
        if (signature.length === 0) fail('SIGNATURE_MALFORMED', SIGNATURE_EXPECTED)
        return one
      })
    },
    challenge: (required, { nonce, expires, select } = { nonce: true, expires: false }) => ({
      field: 'Accept-Signature',
      value: asked({ required, nonce, expires, ...select }),
    }),
  }
}

// `Signature` of draft-cavage, whose parameter can be no key of a dictionary: those are in lower case (RFC 9651 3.2).
const OLDER = /(?:^|,)[ \t]*keyId=/

const LABELS_DIFFER = 'Signature and Signature-Input name different labels'

function fieldText(message: HttpMessage, lower: string): string | undefined {
  const text = combinedValue(message.fields, lower)
  if (text !== undefined && text.length > MAX_FIELD) {
    fail('AUTH_TOO_LARGE', `${lower} must have at most ${MAX_FIELD} characters, got ${text.length}`)
  }
  return text
}

const ODD_TIME = /; *(?:created|expires)=(?:-|0\d)/
// Display Strings first: they have no escapes. Linear, because only text that was parsed gets here: every string ends.
const STRINGS = /%"[^"]*"|"(?:[^"\\]|\\.)*"/g

type Entries = ReadonlyArray<readonly [string, Member]>

const INPUT = 'Signature-Input'
const SIGNATURE = 'Signature'

function dictionary(text: string, name: string): Entries {
  let entries: Entries
  try {
    // What base64 it is written in counts for the chosen one only.
    entries = parseDictionary(text)
  } catch (error) {
    throw name === SIGNATURE
      ? new CountersignError('SIGNATURE_MALFORMED', SIGNATURE_EXPECTED)
      : (timestampProblem(text, error) ??
          new CountersignError('AUTH_MALFORMED', `${name} does not parse as a dictionary`))
  }
  if (entries.length === 0) fail('AUTH_MALFORMED', `${name} is empty`)
  return entries
}

function assertFew(name: string, entries: Entries): void {
  if (entries.length > MAX_SIGNATURES)
    fail('AUTH_TOO_LARGE', `${name} must have at most ${MAX_SIGNATURES} labels, got ${entries.length}`)
}

/** The text of each member: strings first emptied, no member holds another comma. */
const textsOf = (text: string): readonly string[] => text.replace(STRINGS, '""').split(',')

const isSelected = (label: string, tag: unknown, select: Selection | undefined): boolean =>
  (select?.label === undefined || label === select.label) && (select?.tag === undefined || tag === select.tag)

const isChosen = ([label, { params }]: Entries[number], select: Selection | undefined): boolean =>
  // Any of them, should it be repeated: that is refused then, and not overlooked.
  [undefined, ...params.filter(([name]) => name === 'tag').map(([, { value }]) => value)].some((tag) =>
    isSelected(label, tag, select),
  )

/** The signatures that count: each stands once in its field, in the one way to write it. Without a selection every member counts. */
function writtenSignatures(
  inputText: string,
  members: Entries,
  signatureText: string,
  signatures: Entries,
  chosen: Entries,
  select: Selection | undefined,
): ReadonlyMap<string, Uint8Array> {
  const labels = new Set(chosen.map((one) => one[0]))
  const isOurs = ([name]: Entries[number]): boolean => select === undefined || labels.has(name)
  const each = (text: string, entries: Entries, check: (member: string, label: string) => void): void => {
    const texts = textsOf(text)
    for (const [at, one] of entries.entries()) if (isOurs(one)) check(texts[at] as string, one[0])
  }
  each(inputText, members, assertTime)
  assertOnce(INPUT, members.filter(isOurs))
  assertOnce(SIGNATURE, signatures.filter(isOurs))
  const found = new Map<string, Uint8Array>()
  each(signatureText, signatures, (text, label) => {
    const bytes = memberBytes(text.trim(), label)
    if (bytes === undefined) fail('SIGNATURE_MALFORMED', SIGNATURE_EXPECTED)
    found.set(label, bytes)
  })
  // A signature under the label that is asked for, and no `Signature-Input` for it. (Where its tag is another one, it is not chosen.)
  const isAsked = (one: Entries[number]): boolean => one[0] === select?.label
  const differ =
    select === undefined ? members.length !== signatures.length : signatures.some(isAsked) && !members.some(isAsked)
  if (differ) fail('AUTH_MALFORMED', LABELS_DIFFER)
  return found
}

/** A structured-field Integer may have a sign or leading zeros; a time that has them was not written by a signer. */
function assertTime(member: string): void {
  if (ODD_TIME.test(member)) fail('TIMESTAMP_MALFORMED', 'a time has a sign or leading zeros')
}

/** RFC 8941 would keep the last of a repeated label silently; an attacker could add one. */
function assertOnce(name: string, entries: Entries): void {
  if (new Set(entries.map(([label]) => label)).size !== entries.length)
    fail('AUTH_DUPLICATE', `${name} names a label twice`)
}

const SIGNATURE_EXPECTED = 'Signature must hold non-empty byte sequences in canonical base64'
