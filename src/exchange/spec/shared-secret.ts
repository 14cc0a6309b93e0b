import { utf8Decode } from '../../crypto/encoding.js'
import { assertKeyId, type HmacKey } from '../../crypto/key.js'
import { ambiguousAround, type Secret, withoutLineBreak } from '../../crypto/secret.js'
import { fail, kindOf } from '../../errors.js'
import { noSharedSecrets } from './credentials.js'
import { utf8Secret } from './secrets.js'
import type { ExchangeSpec } from './spec.js'

/*
 * What an account shares with its exchange as text: its secret. A part of its own, which a bundle for an exchange with key pairs
 * alone has no use for.
 */

/** What stands before, behind or inside a text that must hold none of it; the text itself is not repeated. */
function blankIn(text: string): string | undefined {
  const at = text.search(/\s/)
  if (at === -1) return undefined
  const what = /[\r\n]/.test(/^\s+|\s+$/.exec(text)?.[0] ?? text.charAt(at)) ? 'a line break' : 'white space'
  return `${what} ${text.trimEnd() !== text ? 'at its end' : at === 0 ? 'at its start' : 'inside'}`
}

/** A shared secret as the exchange's key. @throws {CountersignError} `CONFIG_INVALID`, `KEY_MALFORMED`, `KEY_WEAK`, `ARGUMENT_INVALID`. */
export function secretKeyOf(
  spec: ExchangeSpec,
  {
    apiKey,
    secret,
    passphrase,
  }: { readonly apiKey: string; readonly secret: string | Secret; readonly passphrase?: string | undefined },
): HmacKey {
  const { secretKey, secret: form = utf8Secret } = spec
  const bad = (got: string): never => fail('KEY_MALFORMED', `"secret" must be ${form.name}, got ${got}`)
  if (secretKey === undefined) return noSharedSecrets(spec, secret)
  if (typeof apiKey !== 'string' || apiKey === '')
    fail('ARGUMENT_INVALID', `"apiKey" must be the API key as text, got ${absent(apiKey)}`)
  const keyId = withoutLineBreak(apiKey)
  const blank = blankIn(keyId)
  if (blank !== undefined) fail('ARGUMENT_INVALID', `"apiKey" must be the API key alone, got one with ${blank}`)
  // A Secret holds the same text.
  const given = typeof secret === 'string' ? secret : utf8Decode(secret?.reveal?.())
  if (given === undefined || given === '') return bad(absent(secret))
  const text = withoutLineBreak(given)
  if (text.includes('-----BEGIN')) bad('a PEM: read it with importExchangeKey() and state it as "key"')
  if (text === '' || text.trim() !== text) bad(`one with ${blankIn(text) ?? 'nothing in it'}`)
  if (ambiguousAround(text) !== undefined) bad('one with quotes around it: remove them (docker --env-file keeps them)')
  if (!VISIBLE.test(text)) bad('one with other characters than visible ASCII')
  if (PLACEHOLDER.test(text)) bad('a placeholder: is the environment variable set?')
  if (text === keyId || text === passphrase) bad('the API key or the passphrase once more')
  const bytes = form.read(text)
  // Kraken's API keys are base64 too, of 42 bytes; its secrets are 64 bytes, and so is what stands in the other's place.
  if (form !== utf8Secret && bytes?.length !== 64 && form.read(keyId)?.length === 64)
    bad('something shorter, while "apiKey" has the form of one: are key and secret swapped?')
  // Padding alone is base64 of nothing.
  if (bytes?.length === 0) fail('KEY_WEAK', `"secret" must be ${form.name} of at least 1 byte, got none`)
  assertKeyId(keyId)
  return secretKey({
    keyId,
    secret: bytes ?? bad(form.read(keyId) === undefined ? 'other text' : 'other text: are key and secret swapped?'),
  })
}

/** A missing value in words; most of them are variables of the environment that are not set. */
export const absent = (value: unknown): string =>
  value === undefined ? 'nothing: is the environment variable set?' : kindOf(value)

// What a program makes of a variable that is not set, and what stands in examples.
const PLACEHOLDER = /^(?:undefined|null|none|changeme|<.*>|your[-_ ]?(?:api[-_ ]?)?(?:secret|key)\b.*|your_.*)$/i

// What a header line can hold, without white space around it; an exchange's own form takes no more than letters and digits.
export const VISIBLE: RegExp = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/
