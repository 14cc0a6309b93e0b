import fc from 'fast-check'
import { isCountersignError, VERDICT_STATUS } from '../../src/errors.js'
import type { HttpMessage } from '../../src/message/message.js'
import type { UntrustedSignature, VerifyScheme } from '../../src/schemes/scheme.js'

/** Text that hardly ever parses, and some that nearly does. */
export const junk: fc.Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'"\\();=:,?@%*-._ \t\r\n\0aZ09é€'), maxLength: 40 }),
)

/** Ways to break a line: replace it, insert, drop a character, repeat it. */
export const DAMAGE: ReadonlyArray<(value: string, at: number, text: string) => string> = [
  (_value, _at, text) => text,
  (value, at, text) => value.slice(0, at % (value.length + 1)) + text + value.slice(at % (value.length + 1)),
  (value, at) => value.slice(0, at % (value.length + 1)) + value.slice((at % (value.length + 1)) + 1),
  (value, at) => value.slice(0, at % (value.length + 1)) + value,
]

/** Asks everything of every signature, as a verifier would. */
export function touch(found: readonly UntrustedSignature[]): void {
  for (const one of found) void [one.covers, one.covered, one.base, one.bodyDigests, one.createdMs, one.nonce]
}

/** `fine`, `refused` with a code that a server can answer with, or what went wrong. */
export function outcome(verifier: VerifyScheme, message: HttpMessage): string {
  try {
    touch(verifier.parse(message))
    return 'fine'
  } catch (error) {
    if (!isCountersignError(error)) return `threw ${String(error)}`
    const malformed = error.code === 'FIELD_MALFORMED' || error.code === 'MESSAGE_MALFORMED'
    return malformed || error.code in VERDICT_STATUS ? 'refused' : `refused with ${error.code}`
  }
}
