import { CountersignError, type ErrorCode } from '../errors.js'
import { utf8, utf8Decode } from './encoding.js'

/*
 * One rule for secrets that are text, wherever they come from: a byte order mark before and one line break behind it are an
 * editor's or a shell's, and no part of it. Anything else around it could be either, so it is refused with what to do. What is no
 * UTF-8 is bytes and stays as it is.
 */

/** Text without the byte order mark and the line break that editors and programs add. */
export const withoutLineBreak = (text: string): string => text.replace(/^\ufeff/, '').replace(/\r?\n$/, '')

// A key in PEM (as it is, or in base64) or JSON: their readers know what quotes and line breaks mean there.
const READ_ELSEWHERE = /-----BEGIN |LS0tLS1CRUdJTi|^\s*\{/

/** What stands around a text and may be part of it or not; `undefined` where there is nothing of the kind. */
export function ambiguousAround(text: string): string | undefined {
  if (READ_ELSEWHERE.test(text)) return undefined
  if (text.trim() !== text) return 'white space around it: remove it; where it is meant, pass bytes'
  const [first] = text
  return text.length > 1 && /["'`]/.test(first as string) && text.endsWith(first as string)
    ? 'quotes around it: remove them (docker --env-file keeps them); where they are meant, pass bytes'
    : undefined
}

/**
 * A secret as it was meant.
 *
 * @param what for the message, which never holds a part of the text
 * @throws {CountersignError} with the code, for what can be read in two ways.
 */
export function cleanSecretText(what: string, text: string, code: ErrorCode): string {
  const clean = withoutLineBreak(text)
  const around = ambiguousAround(clean)
  if (around !== undefined) throw new CountersignError(code, `${what} must be the secret alone, got ${around}`)
  return clean
}

/** {@link cleanSecretText} of bytes; those that are no text stay as they are. */
export function cleanSecretBytes(what: string, bytes: Uint8Array, code: ErrorCode): Uint8Array {
  const text = utf8Decode(bytes)
  // Of random bytes, hardly any are text; a zero is in none.
  if (text === undefined || text.includes('\0')) return bytes
  const clean = cleanSecretText(what, text, code)
  return clean === text ? bytes : utf8(clean)
}

/** The bytes of a passphrase that is given as text. @throws {CountersignError} `KEY_PASSPHRASE`. */
export const passphraseText = (text: string): Uint8Array => utf8(cleanSecretText('passphrase', text, 'KEY_PASSPHRASE'))
