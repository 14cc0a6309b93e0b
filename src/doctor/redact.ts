import { base64, hex, utf8, utf8Decode } from '../crypto/encoding.js'
import { Secret } from '../crypto/secret.js'
import type { HttpRequest } from '../message/message.js'
import { defined } from '../support/defined.js'
import type { DiagnoseOptions, Diagnosis } from './diagnosis.js'
import { unescaped, unmarked } from './refusals/printed.js'
import { byteForms, runHider, secretTexts, textForms } from './secret-forms.js'
import { SECRET_PAIR } from './secret-names.js'
import { secretsInBody } from './secrets-in-body.js'

const HIDDEN = '[secret]'
// Shorter ones are in every text, and no secrets.
const LEAST = 6

/** As it stands in an answer that was read as JSON: what follows a backslash has become another character. */
function read(one: string): string {
  try {
    return String(JSON.parse(`"${one}"`))
  } catch {
    return one
  }
}

/** The spellings of what must not be shown. */
function spellings({ secret, passphrase }: DiagnoseOptions, shown: readonly string[]): readonly string[] {
  const out = new Set<string>()
  const add = (text: string, forms: (one: string) => readonly string[] = () => []): void => {
    for (const one of [text, text.trim(), text.trim().replace(/^(["'`])(.*)\1$/s, '$2')]) {
      if (one.length < LEAST) continue
      for (const spelt of [
        one,
        encodeURIComponent(one.replace(/\p{Surrogate}/gu, '\ufffd')),
        JSON.stringify(one).slice(1, -1),
        read(one),
        unescaped(one),
        unmarked(one),
        base64(utf8(one)),
        hex(utf8(one)),
        one.toLowerCase(),
        one.toUpperCase(),
        ...forms(one),
      ])
        out.add(spelt)
    }
  }
  const own = (text: string): void => {
    for (const one of secretTexts(text)) add(one, textForms)
  }
  const bytes = secret instanceof Secret ? secret.reveal() : secret instanceof Uint8Array ? secret : undefined
  const text = bytes === undefined ? (secret as string | undefined) : utf8Decode(bytes)
  if (bytes !== undefined) for (const one of byteForms(bytes)) out.add(one)
  if (text !== undefined) own(text)
  if (passphrase !== undefined) own(passphrase)
  for (const one of shown) add(one)
  return [...out].filter((one) => one.length >= LEAST).sort((a, b) => b.length - a.length)
}

/**
 * A function that takes secrets out of a text.
 *
 * @param shown values of the request that are secrets themselves: a passphrase, a cookie, a password
 */
export function redactor(options: DiagnoseOptions, shown: readonly string[]): (text: string) => string {
  const hidden = spellings(options, shown)
  // Not those of whole fields, which begin with the names of schemes, nor the labels of a PEM or the names in a JWK.
  const own = runHider(
    spellings(options, []).filter((one) => !/^-----BEGIN|^\s*\{/i.test(one)),
    HIDDEN,
  )
  return (text) => own(hidden.reduce((left, one) => (left.includes(one) ? left.replaceAll(one, HIDDEN) : left), text))
}

/** A diagnosis without secrets. Marks are counted again in the text that is shown. */
export function redacted(
  diagnosis: Diagnosis,
  hide: (text: string) => string,
  marks: (a: string, b: string) => NonNullable<Diagnosis['base'][number]['marks']>,
): Diagnosis {
  return {
    ...diagnosis,
    findings: diagnosis.findings.map((one) => ({
      ...one,
      cause: hide(one.cause),
      evidence: hide(one.evidence),
      fix: hide(one.fix),
    })),
    base: diagnosis.base.map((line) => {
      const expected = line.expected === undefined ? undefined : hide(line.expected)
      const signed = line.signed === undefined ? undefined : hide(line.signed)
      return defined({
        kind: line.kind,
        expected,
        signed,
        ...(line.marks !== undefined && { marks: marks(expected ?? '', signed ?? '') }),
      })
    }),
    unread: diagnosis.unread.map(({ part, problem }) => ({ part: hide(part), problem: hide(problem) })),
  }
}

// Fields whose values are secrets by themselves, in whole or behind the name of a scheme or cookie.
const CREDENTIALS = /^(?:cookie|set-cookie|(?:proxy-)?authorization)$|passphrase|password|secret|token/i

// Names of fields in a list of what is signed, also of those that are not there.
const SIGNED_LIST = /\b(?:Signed-?Headers|headers)="?[a-z0-9()_ ;-]{0,2048}/gi

// Words that stand in the names of secrets, as bytes: most bodies have none of them.
const hasSecret = ({ body }: HttpRequest): boolean =>
  body instanceof Uint8Array &&
  body.length > 0 &&
  /pass|pwd|secret|token|private/i.test(utf8Decode(body.subarray(0, 262_144)) ?? '')

/** What of a request must not be shown: the values of such fields, and the parts of them. */
export function credentials(request: HttpRequest): readonly string[] {
  const { fields, target } = request
  // A list of what is signed stands beside the signature, and its names are no secret.
  const names = new Set(fields.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase()))
  const query = target.split('?')[1] ?? ''
  const parameters = query.split('&').filter((pair) => SECRET_PAIR.test(pair))
  return fields
    .filter((_, at) => at % 2 === 1 && CREDENTIALS.test(fields[at - 1] as string))
    .flatMap((value) => [
      value,
      value.replace(/^[\w-]+ +/, ''),
      ...value
        .replace(SIGNED_LIST, '')
        .split(/[;,] */)
        .map((one) => one.replace(/^[^=]*=/, '')),
    ])
    .filter((one) => !names.has(one.toLowerCase()) && one !== 'undefined')
    .concat(
      hasSecret(request) ? secretsInBody(request.body as Uint8Array) : [],
      parameters.flatMap((pair) => [pair.slice(pair.indexOf('=') + 1), ...new URLSearchParams(pair).values()]),
    )
}
