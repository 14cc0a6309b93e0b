import { hashText } from '#backend/hash'
import { base64Decode, utf8Decode } from '../../crypto/encoding.js'
import type { Mistake } from '../../schemes/scheme/mistakes.js'
import type { ExchangeState } from './state.js'
import { base64Of, textOf, utf16, writes } from './text.js'

const NOTHING = new Uint8Array(0)

/** What is done to the text to sign as a whole. */
export const FORM_MISTAKES: ReadonlyArray<Mistake<ExchangeState>> = [
  {
    id: 'text-line-break',
    part: 'text to sign',
    rank: 1,
    cause: 'The text to sign ends in a line break that does not belong there, or lacks the one that does.',
    fix: 'Compare the end of the text: echo, heredocs and templates add a line break, trim() takes one away.',
    *apply(state) {
      yield [writes(state, (base) => `${textOf(base)}\n`), 'one too many']
      yield [writes(state, (base) => `${textOf(base)}\r\n`), 'CR LF too many']
      yield [writes(state, (base) => textOf(base).replace(/\n$/, '')), 'one missing']
      yield [writes(state, (base) => textOf(base).replace(/\n/g, '\r\n')), 'CR LF for LF']
      yield [
        writes(state, (base) => textOf(base).replace(/\n/g, '\\n')),
        'the two characters "\\n" in place of line breaks',
      ]
      yield [writes(state, (base) => textOf(base).replace(/\n/g, '')), 'all missing']
    },
  },
  {
    id: 'text-recoded',
    part: 'text to sign',
    rank: 2,
    cause: 'The text to sign was changed as a whole before it was signed.',
    fix: 'Sign the text as it is.',
    *apply(state) {
      yield [writes(state, (base) => textOf(base).toLowerCase()), 'in small letters']
      yield [writes(state, (base) => textOf(base).toUpperCase()), 'in capitals']
      yield [writes(state, (base) => encodeURIComponent(textOf(base))), 'percent-encoded']
      yield [writes(state, (base) => base64Of(base)), 'in base64']
      yield [writes(state, (base) => utf8Decode(base64Decode(textOf(base)) ?? NOTHING) ?? ''), 'decoded from base64']
      yield [writes(state, (base) => `"${textOf(base)}"`), 'in quotes']
      for (const hash of ['sha256', 'sha512'] as const) {
        yield [writes(state, (base) => hashText(hash, base, 'hex')), `its ${hash} in hexadecimal`]
        yield [writes(state, (base) => hashText(hash, base, 'base64')), `its ${hash} in base64`]
      }
      yield [writes(state, (base) => utf16(textOf(base))), 'as UTF-16']
      yield [writes(state, (base) => `\ufeff${textOf(base)}`), 'with a byte order mark']
    },
  },
]
