import { type ErrorCode, fail, mustBe } from '../errors.js'
import { assertBytes, utf8, utf8Decode } from './encoding.js'

/*
 * One rule for secrets that are text, wherever they come from: a byte order mark before and one line break behind it are an
 * editor's or a shell's, and no part of it. Anything else around it could be either, so it is refused with what to do. What is no
 * UTF-8 is bytes and stays as it is.
 */

/** Text without the byte order mark and the line break that editors and programs add. */
export const withoutLineBreak = (text: string): string => text.replace(/^\ufeff|\r?\n$/g, '')

// A key in PEM (as it is, or in base64) or JSON: their readers know what quotes and line breaks mean there.
const READ_ELSEWHERE = /-----BEGIN |LS0tLS1CRUdJTi|^\s*\{/

/** What stands around a text and may be part of it or not; `undefined` where there is nothing of the kind. */
export function ambiguousAround(text: string): string | undefined {
  if (READ_ELSEWHERE.test(text)) return undefined
  if (text.trim() !== text) return 'white space'
  return /^(["'`]).*\1$/s.test(text) ? 'quotes (docker --env-file keeps them)' : undefined
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
  if (around !== undefined)
    fail(
      code,
      `${what} must be the secret alone, got ${around} around it: remove that, or pass bytes where it is meant`,
    )
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

const REDACTED = '[secret]'

/**
 * Bytes that never show themselves: `String()`, template strings, `JSON.stringify`, `util.inspect`, `console.table`,
 * `structuredClone` and error messages print `[secret]`, nothing or throw. Reading them takes an explicit
 * {@link Secret.reveal}, which a search for leaks can find.
 *
 * @example
 * ```ts
 * import { Secret } from 'countersign'
 *
 * const secret = Secret.fromText('correct horse battery staple, 32+ bytes long')
 * console.log(`${secret}`) // [secret]
 * ```
 */
export class Secret {
  // A real private field: not an own property, so no printer, clone or getter walk reaches it.
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    // Not slice(): on a Buffer that is a view, through which the owner of the Buffer could change the secret.
    this.#bytes = new Uint8Array(bytes)
    // Node's util.inspect looks this symbol up; a plain define keeps the class free of computed members.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => REDACTED })
    Object.freeze(this)
  }

  /**
   * A secret from text, as its UTF-8, without a byte order mark before it and a line break behind it.
   *
   * @throws {CountersignError} `ARGUMENT_INVALID` for anything but text, and for text with white space or quotes around it: where
   *   they are meant, pass bytes to the constructor.
   */
  static fromText(text: string): Secret {
    mustBe(typeof text === 'string', 'text', 'a string', text, 'ARGUMENT_INVALID')
    return new Secret(utf8(cleanSecretText('"text"', text, 'ARGUMENT_INVALID')))
  }

  /** Length in bytes. */
  get length(): number {
    return this.#bytes.length
  }

  /** A copy of the bytes. Keep it no longer than needed. */
  reveal(): Uint8Array {
    return this.#bytes.slice()
  }

  /**
   * The text of a secret that is text, such as one that was just issued: for showing it to its owner once.
   *
   * @throws {CountersignError} `ARGUMENT_INVALID` for a secret that is not text.
   * @example
   * ```ts
   * import type { IssuedKey } from 'countersign/keyring'
   *
   * declare const issued: IssuedKey
   * if (issued.secret !== undefined) process.stdout.write(`${issued.key.id} ${issued.secret.revealText()}\n`)
   * ```
   */
  revealText(): string {
    const text = utf8Decode(this.#bytes)
    if (text === undefined) fail('ARGUMENT_INVALID', 'the secret must be text to be shown as text')
    return text
  }

  /** `[secret]`, never the value: in a template, a log or an error. */
  toString(): string {
    return REDACTED
  }

  /** `[secret]`, never the value: in `JSON.stringify`. */
  toJSON(): string {
    return REDACTED
  }
}

/** Whether it is a {@link Secret}, by shape: who only reads one need not carry the class. */
export const isSecret = (value: unknown): value is Secret =>
  typeof (value as Partial<Secret> | null | undefined)?.revealText === 'function'

/** The bytes of a secret, whichever of the two it is. By shape: a signer of plain bytes need not carry the class. */
export function revealed(secret: Uint8Array | Secret, name: string, length?: number): Uint8Array {
  const bytes = secret instanceof Uint8Array ? secret : ((secret as Secret | undefined)?.reveal?.() ?? secret)
  assertBytes(bytes, name, length)
  return bytes
}
