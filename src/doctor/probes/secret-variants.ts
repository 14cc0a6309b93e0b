import { hash, hashText } from '#backend/hash'
import { base64Decode, base64urlDecode, hexDecode, utf8, utf8Decode } from '../../crypto/encoding.js'
import { withoutEnd } from '../../schemes/scheme/text-ends.js'
import type { KeyMistake } from '../hunt.js'

/** The bytes that a sender may have used for a secret. */
export interface SecretVariant {
  readonly bytes: Uint8Array
  readonly mistake?: KeyMistake
}

const lenientBase64 = (text: string): Uint8Array | undefined => {
  const plain = withoutEnd(text.replace(/\s/g, ''), '=')
  return plain.length % 4 === 1 ? undefined : base64urlDecode(plain.replaceAll('+', '-').replaceAll('/', '_'))
}

/** Base64 in any spelling. */
export const secretFromBase64 = (text: string): Uint8Array | undefined => base64Decode(text) ?? lenientBase64(text)

const latin = (text: string): string => Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join('')

/** How a text can be bytes. */
const READ: ReadonlyArray<readonly [was: string, read: (text: string) => Uint8Array | undefined]> = [
  ['as its characters', utf8],
  ['decoded from base64', secretFromBase64],
  ['decoded from hexadecimal', (text) => hexDecode(text.replace(/^0x/, '').toLowerCase())],
  ['encoded in base64 once more', (text) => utf8(btoa(latin(text)))],
  [
    'encoded in hexadecimal',
    (text) => utf8(Array.from(utf8(text), (byte) => byte.toString(16).padStart(2, '0')).join('')),
  ],
  [
    'decoded from base64 twice',
    (text) => {
      const once = base64Decode(text)
      const inside = once === undefined ? undefined : utf8Decode(once)
      return inside === undefined ? undefined : base64Decode(inside)
    },
  ],
]

const coded = (was: string, should: string): KeyMistake => ({
  id: 'secret-encoding',
  cause: `The secret was used ${was}, where it is meant ${should}.`,
  fix: 'Compare how the program reads the secret with what the page of the service says: as text, or decoded first.',
})
const MARKS: KeyMistake = {
  id: 'secret-line-break',
  cause: 'The secret was used with a line break or white space that does not belong to it.',
  fix: 'Trim the secret where it is read: echo, editors and files of the environment add a line break.',
}
const QUOTES: KeyMistake = {
  id: 'secret-quotes',
  cause: 'The secret was used with the quotes or brackets around it.',
  fix: 'Take the quotes out of the .env file or variable: docker --env-file and some readers keep them.',
}
const UNSET: KeyMistake = {
  id: 'secret-unset',
  cause: 'The text of an absent value was used as the secret: a variable of the environment is not set.',
  fix: 'Check that the variable is set where the program runs, and stop when it is not.',
}
const CHANGED: KeyMistake = {
  id: 'secret-changed',
  cause: 'The secret was changed before it was used.',
  fix: 'Use the secret as it was shown.',
}
const swapped = (what: string): KeyMistake => ({
  id: 'secret-swapped',
  cause: `The ${what} was used as the secret.`,
  fix: 'Check which value goes where: key, secret and passphrase are three things.',
})

// The ampersand first, and last on the way back.
const ENTITIES: ReadonlyArray<readonly [string, string]> = [...'&<>"\''].map((one, at) => [
  one,
  `&${['amp', 'lt', 'gt', 'quot', '#039'][at]};`,
])

const ESCAPED: KeyMistake = {
  id: 'secret-escaped',
  cause: 'The secret is escaped for HTML (&amp; for &) on one side: stored in another way than it is shown.',
  fix: 'Choose a secret of letters and digits alone.',
}

// What stands before it in a file of the environment.
const NAMES = ['secret', 'SECRET', 'API_SECRET', 'SECRET_KEY', 'API_SECRET_KEY', 'WEBHOOK_SECRET']

/** What is done to the text of a secret. */
const TEXTS: ReadonlyArray<readonly [mistake: KeyMistake, texts: (clean: string, given: string) => readonly string[]]> =
  [
    [
      MARKS,
      (clean, given) =>
        [
          `${clean}\n`,
          `${clean}\r\n`,
          `${clean}\r`,
          ` ${clean}`,
          `${clean} `,
          ` ${clean} `,
          ` ${clean}\n`,
          `${clean}\t`,
          `\t${clean}`,
          `\ufeff${clean}`,
          given,
        ].filter(Boolean),
    ],
    [QUOTES, (clean) => [`"${clean}"`, `'${clean}'`, `\`${clean}\``, `<${clean}>`, `“${clean}”`, `b'${clean}'`]],
    [
      ESCAPED,
      (clean) => [
        ENTITIES.slice(0, 4).reduce((text, [one, entity]) => text.replaceAll(one, entity), clean),
        ENTITIES.reduce((text, [one, entity]) => text.replaceAll(one, entity), clean),
        ENTITIES.reduceRight((text, [one, entity]) => text.replaceAll(entity, one), clean),
      ],
    ],
    [UNSET, () => ['undefined', 'null', 'None', '', 'nil']],
    [
      CHANGED,
      (clean) => [
        clean.toLowerCase(),
        clean.toUpperCase(),
        `${clean}&`,
        encodeURIComponent(clean.replace(/\p{Surrogate}/gu, '\ufffd')),
        clean.slice(0, -1),
        clean.slice(1),
        withoutEnd(clean, '='),
        clean + clean,
        ...NAMES.map((name) => `${name}=${clean}`),
      ],
    ],
  ]

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, at) => byte === b[at])

const hashed = (how: string): KeyMistake => ({
  id: 'secret-hashed',
  cause: `The SHA-256 of the secret (${how}) was used in place of the secret.`,
  fix: 'Use the secret itself: HMAC hashes what is too long for it.',
})

/** A secret without what a file or an editor puts around it. */
export const cleanSecret = (given: string): string => given.trim().replace(/^(["'`])(.*)\1$/s, '$2')

/** Everything a sender may have used in place of the secret. */
export function* secretVariants(
  given: string,
  others: ReadonlyArray<readonly [what: string, text: string]>,
  rights: readonly Uint8Array[],
  expected: string,
): Generator<SecretVariant> {
  const clean = cleanSecret(given)
  for (const [was, read] of READ) {
    const bytes = read(clean)
    if (bytes !== undefined && bytes.length > 0 && !rights.some((right) => sameBytes(bytes, right)))
      yield { bytes, mistake: coded(was, expected) }
  }
  for (const [what, text] of others)
    if (text !== '')
      for (const [, read] of READ.slice(0, 2)) {
        const bytes = read(text)
        if (bytes !== undefined && bytes.length > 0) yield { bytes, mistake: swapped(what) }
      }
  for (const [bytes, how] of [
    [hash('sha256', clean), 'its bytes'],
    [utf8(hashText('sha256', clean, 'hex')), 'in hexadecimal'],
  ] as const)
    if (!rights.some((right) => sameBytes(bytes, right))) yield { bytes, mistake: hashed(how) }
  for (const [mistake, texts] of TEXTS)
    for (const text of texts(clean, given)) if (text !== clean) yield { bytes: utf8(text), mistake }
}
