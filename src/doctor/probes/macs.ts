import { hmac } from '#backend/hmac'
import { legacyHmac } from '#backend/legacy'
import { ALGORITHMS, HMAC_HASHES, type HmacAlgorithm } from '../../crypto/algorithm.js'
import { utf8, utf8Decode } from '../../crypto/encoding.js'
import type { Bytes } from '../../crypto/key.js'
import { Secret } from '../../crypto/secret.js'
import type { KeyMistake, Received, SyncProbe } from '../hunt.js'
import { bareHashes } from './bare-hashes.js'
import type { Mac } from './mac.js'
import { type SecretVariant, sameBytes, secretVariants } from './secret-variants.js'

/** How the secret and the algorithm are meant. */
export interface Meant {
  readonly keyId: string
  readonly passphrase: string
  /** The bytes of the secret as it is meant; none where the text has another form. */
  readonly rights: readonly SecretVariant[]
  /** In words: `decoded from base64`. */
  readonly reading: string
  /** What may be used; the first is named. */
  readonly algorithms: readonly string[]
  /** The scheme's function, where it is no HMAC. */
  readonly own?: MakeMac
  /** What senders use in place of the scheme's function, with the secret as it is meant. */
  readonly otherFunctions?: ReadonlyArray<{ readonly make: MakeMac; readonly mistake: KeyMistake }>
  /** What senders of this scheme make of the secret by mistake, besides what they make of any. */
  readonly otherSecrets?: readonly SecretVariant[]
}

type MakeMac = (secret: Uint8Array) => (base: Bytes) => Uint8Array

const NAMES = Object.keys(HMAC_HASHES) as readonly HmacAlgorithm[]
const LEGACY = [
  ['sha1', 20],
  ['md5', 16],
  ['sha3-256', 32],
  ['sha3-384', 48],
  ['sha3-512', 64],
] as const

const wrongHash = (used: string, expected: string): KeyMistake =>
  used === expected
    ? NOT_DERIVED
    : {
        id: 'algorithm',
        cause: `The signature was made with ${used}, where ${expected} is meant.`,
        fix: `Use ${expected}.`,
      }

const NOT_DERIVED: KeyMistake = {
  id: 'key-derivation',
  cause: 'The secret itself was used as the key, where the scheme makes the key out of it first.',
  fix: 'Make the key as the page of the service says (a hash or an HMAC of the secret, or a chain of them), and sign with its bytes.',
}

const found = (...mistakes: ReadonlyArray<KeyMistake | undefined>): readonly KeyMistake[] =>
  mistakes.filter((one): one is KeyMistake => one !== undefined)

/** The functions to test, the right ones first. `lengths` are those of the readings of the signature. */
export function macsOf(
  secret: string | Uint8Array | Secret,
  meant: Meant,
  lengths: ReadonlySet<number>,
): readonly Mac[] {
  const bytes = secret instanceof Secret ? secret.reveal() : secret
  const given = typeof bytes === 'string' ? bytes : utf8Decode(bytes)
  const rights =
    meant.rights.length > 0 ? meant.rights : [{ bytes: typeof bytes === 'string' ? utf8(bytes.trim()) : bytes }]
  const others: ReadonlyArray<readonly [string, string]> = [
    ['API key (key id)', meant.keyId],
    ['passphrase', meant.passphrase],
  ]
  const wrong =
    given === undefined
      ? []
      : secretVariants(
          given,
          others,
          rights.map((one) => one.bytes),
          meant.reading,
        )
  const [expected = 'hmac-sha256'] = meant.algorithms
  const out: Mac[] = []
  const ofScheme = (meant.otherSecrets ?? []).filter(
    (one) => !rights.some(({ bytes: right }) => sameBytes(one.bytes, right)),
  )
  for (const one of [...rights, ...ofScheme, ...wrong]) out.push(...functionsOf(one, meant, expected, lengths))
  for (const right of rights)
    for (const { make, mistake } of meant.otherFunctions ?? [])
      out.push(...ownMac(make, right.bytes, found(right.mistake, mistake)))
  for (const right of rights) out.push(...bareHashes(right.bytes, expected, lengths))
  return out
}

function functionsOf(
  { bytes: key, mistake }: SecretVariant,
  { own, algorithms }: Meant,
  expected: string,
  lengths: ReadonlySet<number>,
): readonly Mac[] {
  const out: Mac[] = []
  if (own !== undefined) out.push(...ownMac(own, key, found(mistake)))
  for (const name of NAMES) {
    const hash = HMAC_HASHES[name]
    const { hashBytes } = ALGORITHMS[name]
    if (!lengths.has(hashBytes)) continue
    const { sign } = hmac(hash, key)
    const wrong = algorithms.includes(name) && own === undefined ? undefined : wrongHash(name, expected)
    out.push({ bytes: hashBytes, sign, mistakes: found(mistake, wrong) })
  }
  // A runtime may have no SHA-3; and few use it, so that it is tested with the right secret alone.
  for (const [name, length] of LEGACY)
    if (
      lengths.has(length) &&
      (!name.startsWith('sha3') || (mistake === undefined && usable(() => legacyHmac(name, key, '')) !== undefined))
    )
      out.push({
        bytes: length,
        sign: (base) => legacyHmac(name, key, base),
        mistakes: found(mistake, wrongHash(`HMAC with ${name}`, expected)),
      })
  return out
}

function ownMac(make: MakeMac, key: Uint8Array, mistakes: readonly KeyMistake[]): readonly Mac[] {
  const sign = usable(() => make(key))
  const length = usable(() => sign?.('').length)
  return sign === undefined || length === undefined ? [] : [{ bytes: length, sign, mistakes }]
}

function usable<T>(make: () => T): T | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}

/** Early, unlike a comparison that protects a secret: nothing is accepted by it. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** Each function with the readings of the signature that it can have made. */
export const macProbes = (macs: readonly Mac[], received: readonly Received[]): readonly SyncProbe[] =>
  macs.flatMap(({ bytes: length, mistakes, sign }) => {
    const readings = received.filter(({ bytes }) => bytes.length === length)
    if (readings.length === 0) return []
    return [
      {
        main: mistakes.every(({ agreed }) => agreed === true),
        test: (base) => {
          const made = sign(base)
          for (const { bytes, mistake } of readings)
            if (same(made, bytes)) return mistake === undefined ? mistakes : [...mistakes, mistake]
          return undefined
        },
      },
    ]
  })
