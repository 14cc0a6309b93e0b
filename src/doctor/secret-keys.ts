import { hash } from '#backend/hash'
import { hmac } from '#backend/hmac'
import { legacyHash, legacyHmac } from '#backend/legacy'
import { HMAC_ALGORITHMS, type HmacAlgorithm } from '../crypto/algorithm.js'
import { base64Decode, base64urlDecode, concatBytes, hexDecode, utf8, utf8Decode } from '../crypto/encoding.js'
import type { Bytes } from '../crypto/key.js'
import { Secret } from '../crypto/secret.js'

/** What was done with a secret, where that is a mistake. */
export interface KeyMistake {
  readonly id: string
  readonly cause: string
  readonly fix: string
  readonly detail?: string
}

/** One function of a text to sign: a key, or what a sender used for one. */
export interface Mac {
  readonly bytes: number
  readonly algorithm: string
  readonly mistake?: KeyMistake
  readonly sign: (base: Bytes) => Uint8Array
}

interface SecretVariant {
  readonly bytes: Uint8Array
  readonly mistake?: KeyMistake
}

const FIX_SECRET =
  'Compare how the program reads the secret with what the page of the service says: as text, or decoded first.'
const coded = (was: string, should: string): KeyMistake => ({
  id: 'secret-encoding',
  cause: `The secret was used ${was}, where it is meant ${should}.`,
  fix: FIX_SECRET,
})

const lenientBase64 = (text: string): Uint8Array | undefined => {
  const plain = text.replace(/\s/g, '').replace(/=+$/, '')
  return plain.length % 4 === 1 ? undefined : base64urlDecode(plain.replaceAll('+', '-').replaceAll('/', '_'))
}

/** How a text can be bytes. */
const READ: ReadonlyArray<readonly [was: string, read: (text: string) => Uint8Array | undefined]> = [
  ['as its characters', utf8],
  ['decoded from base64', (text) => base64Decode(text) ?? lenientBase64(text)],
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
const latin = (text: string): string => Array.from(utf8(text), (byte) => String.fromCharCode(byte)).join('')

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at])

const MARKS: KeyMistake = {
  id: 'secret-line-break',
  cause: 'The secret was used with a line break or white space that does not belong to it.',
  fix: 'Trim the secret where it is read: echo, editors and files of the environment add a line break.',
}
const QUOTES: KeyMistake = {
  id: 'secret-quotes',
  cause: 'The secret was used with the quotes around it.',
  fix: 'Take the quotes out of the .env file or variable: docker --env-file and some readers keep them.',
}

/** Everything a sender may have used for the secret. */
function* variants(
  given: string,
  other: { readonly keyId: string; readonly passphrase: string },
  right: Uint8Array,
  expected: string,
): Iterable<SecretVariant> {
  yield { bytes: right }
  const clean = given.trim().replace(/^(["'`])(.*)\1$/s, '$2')
  for (const [was, read] of READ) {
    const bytes = read(clean)
    if (bytes !== undefined && bytes.length > 0 && !same(bytes, right)) yield { bytes, mistake: coded(was, expected) }
  }
  for (const text of [`${clean}\n`, `${clean}\r\n`, ` ${clean}`, `${clean} `, `\ufeff${clean}`, given])
    if (text !== clean) yield { bytes: utf8(text), mistake: MARKS }
  for (const text of [`"${clean}"`, `'${clean}'`]) yield { bytes: utf8(text), mistake: QUOTES }
  const swapped = (what: string): KeyMistake => ({
    id: 'secret-swapped',
    cause: `The ${what} was used as the secret.`,
    fix: 'Check which value goes where: key, secret and passphrase are three things.',
  })
  for (const [what, text] of [
    ['API key (key id)', other.keyId],
    ['passphrase', other.passphrase],
  ] as const)
    if (text !== '')
      for (const [, read] of READ.slice(0, 2)) {
        const bytes = read(text)
        if (bytes !== undefined && bytes.length > 0) yield { bytes, mistake: swapped(what) }
      }
  const unset: KeyMistake = {
    id: 'secret-unset',
    cause: 'The text of an absent value was used as the secret: a variable of the environment is not set.',
    fix: 'Check that the variable is set where the program runs, and stop when it is not.',
  }
  for (const text of ['undefined', 'null', 'None', '', 'nil']) yield { bytes: utf8(text), mistake: unset }
  const changed: KeyMistake = {
    id: 'secret-changed',
    cause: 'The secret was changed before it was used.',
    fix: 'Use the secret as it was shown.',
  }
  for (const text of [
    clean.toLowerCase(),
    clean.toUpperCase(),
    `${clean}&`,
    encodeURIComponent(clean),
    clean.slice(0, -1),
    clean.slice(1),
    clean.replace(/=+$/, ''),
  ])
    if (text !== clean) yield { bytes: utf8(text), mistake: changed }
}

const NAMES = Object.keys(HMAC_ALGORITHMS) as readonly HmacAlgorithm[]

const wrongHash = (used: string, expected: string): KeyMistake => ({
  id: 'algorithm',
  cause: `The signature was made with ${used}, where ${expected} is meant.`,
  fix: `Use ${expected}.`,
})

/** Both mistakes of a key as one. */
const both = (a: KeyMistake | undefined, b: KeyMistake | undefined): KeyMistake | undefined =>
  a === undefined || b === undefined ? (a ?? b) : { ...a, cause: `${a.cause} ${b.cause}`, fix: `${a.fix} ${b.fix}` }

/** How the secret and the algorithm are meant. */
export interface Meant {
  readonly keyId: string
  readonly passphrase: string
  /** The bytes of the secret as it is meant; `undefined` where the text has another form. */
  readonly right: Uint8Array | undefined
  /** In words: `decoded from base64`. */
  readonly reading: string
  /** What may be used; the first is named. */
  readonly algorithms: readonly string[]
  /** The scheme's own function, where it is no HMAC. */
  readonly own?: (secret: Uint8Array) => (base: Bytes) => Uint8Array
}

/** The functions to test, the right one first. `lengths` are those of the readings of the signature. */
export function macsOf(
  secret: string | Uint8Array | Secret,
  meant: Meant,
  lengths: ReadonlySet<number>,
): readonly Mac[] {
  const bytes = secret instanceof Secret ? secret.reveal() : secret
  const given = typeof bytes === 'string' ? bytes : utf8Decode(bytes)
  const right = meant.right ?? (typeof bytes === 'string' ? utf8(bytes.trim()) : bytes)
  const all = given === undefined ? [{ bytes: right }] : [...variants(given, meant, right, meant.reading)]
  const out: Mac[] = []
  const [expected = 'hmac-sha256'] = meant.algorithms
  for (const { bytes: key, mistake } of all) {
    if (meant.own !== undefined) {
      const sign = usable(() => meant.own?.(key))
      const length = usable(() => sign?.('').length)
      if (sign !== undefined && length !== undefined)
        out.push({ bytes: length, algorithm: expected, sign, ...(mistake && { mistake }) })
    }
    for (const name of NAMES) {
      const spec = HMAC_ALGORITHMS[name]
      if (!lengths.has(spec.hashBytes)) continue
      const wrong = meant.algorithms.includes(name) && meant.own === undefined ? undefined : wrongHash(name, expected)
      const found = both(mistake, wrong)
      const mac = hmac(spec, key)
      out.push({
        bytes: spec.hashBytes,
        algorithm: name,
        sign: (base) => mac.sign(base),
        ...(found && { mistake: found }),
      })
    }
    for (const [name, length] of [
      ['sha1', 20],
      ['md5', 16],
    ] as const)
      if (lengths.has(length)) {
        const found = both(mistake, wrongHash(`HMAC with ${name}`, expected))
        out.push({
          bytes: length,
          algorithm: `hmac-${name}`,
          sign: (base) => legacyHmac(name, key, base),
          ...(found && { mistake: found }),
        })
      }
    if (mistake === undefined) out.push(...bareHashes(key, expected, lengths))
  }
  return out
}

/** A hash of text and secret that is no HMAC. */
function bareHashes(key: Uint8Array, expected: string, lengths: ReadonlySet<number>): readonly Mac[] {
  const join = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)
  const hashes: ReadonlyArray<readonly [string, number, (data: Uint8Array) => Uint8Array]> = [
    ['sha256', 32, (data) => hash('sha256', data)],
    ['sha512', 64, (data) => hash('sha512', data)],
    ['sha1', 20, (data) => legacyHash('sha1', data)],
    ['md5', 16, (data) => legacyHash('md5', data)],
  ]
  return hashes
    .filter(([, length]) => lengths.has(length))
    .flatMap(([name, length, digest]) => {
      const mac = (what: string, sign: (base: Bytes) => Uint8Array): Mac => ({
        bytes: length,
        algorithm: name,
        sign,
        mistake: {
          id: 'hash-without-key',
          cause: `The signature is ${name} ${what}, which is no HMAC.`,
          fix: `Use ${expected} with the secret as its key (hmac.new, createHmac).`,
        },
      })
      return [
        mac('of the text with the secret behind it', (base) => digest(concatBytes(join(base), key))),
        mac('of the secret with the text behind it', (base) => digest(concatBytes(key, join(base)))),
        mac('of the text alone', (base) => digest(join(base))),
        ...(name.length > 4 && name !== 'sha1'
          ? [
              mac('as HMAC with key and text swapped', (base) =>
                hmac(HMAC_ALGORITHMS[`hmac-${name}` as 'hmac-sha256'], join(base)).sign(key),
              ),
            ]
          : []),
      ]
    })
}

function usable<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
