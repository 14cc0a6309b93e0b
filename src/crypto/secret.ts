import { CountersignError, kindOf } from '../errors.js'
import { assertBytes, utf8, utf8Decode } from './encoding.js'
import { cleanSecretText } from './text-secret.js'

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
    // Not slice(): on a Buffer that is a view, and whoever owns the Buffer could change the secret.
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
    if (typeof text !== 'string')
      throw new CountersignError('ARGUMENT_INVALID', `"text" must be a string, got ${kindOf(text)}`)
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
    if (text === undefined)
      throw new CountersignError('ARGUMENT_INVALID', 'the secret must be text to be shown as text')
    return text
  }

  toString(): string {
    return REDACTED
  }

  toJSON(): string {
    return REDACTED
  }
}

/** The bytes of a secret, whichever of the two it is. By shape: a signer of plain bytes need not carry the class. */
export function revealed(secret: Uint8Array | Secret, name: string, length?: number): Uint8Array {
  const bytes = secret instanceof Uint8Array ? secret : ((secret as Secret | undefined)?.reveal?.() ?? secret)
  assertBytes(bytes, name, length)
  return bytes
}
