import { type CheckForm, EMPTY_CHECK, EMPTY_SIGN, type Forms, SECRET_FIELDS, type SignForm } from './forms.js'

const HIDDEN = '[secret]'

/** Fields of a request that hold a credential as it is, and not a signature. */
const CREDENTIAL = '[\\w-]*(?:passphrase|memo|password|passwd|secret|cookie)[\\w-]*'
const RULES: ReadonlyArray<readonly [pattern: RegExp, instead: string]> = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  // A line of a request, of curl or of an object: Name: value, -H 'Name: value', "Name": "value".
  [new RegExp(`(^|['"\\s])(${CREDENTIAL}['"]?\\s*:[ \\t]*['"]?)([^'"\\r\\n]+)`, 'gim'), `$1$2${HIDDEN}`],
  [new RegExp(`("name":\\s*"${CREDENTIAL}",\\s*"value":\\s*")[^"]*`, 'gi'), `$1${HIDDEN}`],
  [/\bBearer [\w.~+/=-]+/g, `Bearer ${HIDDEN}`],
]

/** Text without the secrets on the page and without what is one by its name. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const known = secrets.map((one) => one.trim()).filter((one) => one.length >= 4)
  const forms = known.flatMap((one) => [one, encodeURIComponent(one), JSON.stringify(one).slice(1, -1)])
  const hidden = forms.reduce((rest, one) => rest.replaceAll(one, HIDDEN), text)
  return RULES.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), hidden)
}

const toBase64url = (text: string): string => {
  let binary = ''
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const fromBase64url = (text: string): string => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)))
}

const secretsOf = (form: Partial<Record<(typeof SECRET_FIELDS)[number], string>>): readonly string[] =>
  SECRET_FIELDS.map((name) => form[name] ?? '')

/** The members that differ from the empty form, without those that are secret. */
function sharedOf<F extends CheckForm | SignForm>(form: F, empty: F, secrets: readonly string[]): Partial<F> {
  const secret: readonly string[] = SECRET_FIELDS
  const entries = Object.entries(form).filter(
    ([name, value]) => !secret.includes(name) && value !== empty[name as keyof F],
  )
  return Object.fromEntries(
    entries.map(([name, value]) => [name, withoutSecrets(String(value), secrets)]),
  ) as Partial<F>
}

/** Longer links are cut by what they are sent with, and would keep the page busy that opens them. */
const MOST_CHARACTERS = 200_000

/**
 * The fragment of a link to what is on the page: everything that is typed on the shown side except keys; '' for more than a link
 * can hold.
 */
export function fragmentOf({ side, check, sign }: Forms): string {
  const secrets = [...secretsOf(check), ...secretsOf(sign)]
  const form = side === 'check' ? sharedOf(check, EMPTY_CHECK, secrets) : sharedOf(sign, EMPTY_SIGN, secrets)
  const fragment = `#${side}=${toBase64url(JSON.stringify(form))}`
  return fragment.length > MOST_CHARACTERS ? '' : fragment
}

/** Members that are one of a few words, and stand in code that people copy: any other text counts as none. */
const WORDS: Readonly<Record<string, RegExp>> = {
  scheme: /^[a-z0-9-]{0,40}(?:\/[\w-]{1,40})?$/,
  algorithm: /^[a-z0-9_-]{0,40}$/,
  method: /^[A-Z]{1,16}$/,
  bodyAs: /^[a-z]{1,16}$/,
}

/** What a link shows; `undefined` where it is none. A link may be made by anyone: only known members that are text count. */
export function formsOf(fragment: string): Forms | undefined {
  if (fragment.length > MOST_CHARACTERS) return undefined
  const [, side, text] = /^#(check|sign)=([\w-]*)$/.exec(fragment) ?? []
  if (side === undefined || text === undefined) return undefined
  const given = parsed(text)
  if (given === undefined) return undefined
  return side === 'check'
    ? { side, check: filled(EMPTY_CHECK, given), sign: EMPTY_SIGN }
    : { side: 'sign', check: EMPTY_CHECK, sign: filled(EMPTY_SIGN, given) }
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(fromBase64url(text))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function filled<F extends CheckForm | SignForm>(empty: F, given: Readonly<Record<string, unknown>>): F {
  const secret: readonly string[] = SECRET_FIELDS
  const known = Object.entries(given).filter(
    ([name, value]) =>
      Object.hasOwn(empty, name) &&
      !secret.includes(name) &&
      typeof value === 'string' &&
      (!Object.hasOwn(WORDS, name) || WORDS[name]?.test(value) === true),
  )
  return { ...empty, ...Object.fromEntries(known) }
}
