import { ALGORITHMS, type Algorithm, isAlgorithm } from '../../crypto/algorithm.js'
import { base64Decode, hexDecode, utf8 } from '../../crypto/encoding.js'
import { hmacKey } from '../../crypto/hmac-key.js'
import { importVerifyingKey } from '../../crypto/import.js'
import type { VerifyingKey } from '../../crypto/key.js'
import type { UntrustedSignature } from '../../schemes/scheme.js'
import { EXCHANGES } from './exchanges.js'
import type { DiagnoseOptions } from './types.js'

/** A key to test, and what is wrong where it is the one that fits. */
export interface Candidate {
  readonly key: VerifyingKey
  /** How the secret was used; absent where it is used as it is meant. */
  readonly used?: string
}

const HMACS: readonly Algorithm[] = ['hmac-sha256', 'hmac-sha512', 'hmac-sha384']

/** The algorithms that a signature can be of: by what is stated, else by its length. */
function algorithmsOf(
  signature: UntrustedSignature,
  stated: Algorithm | undefined,
  shared: boolean,
): readonly Algorithm[] {
  if (stated !== undefined) return [stated]
  const claimed = signature.claimedAlgorithm
  if (claimed !== undefined && isAlgorithm(claimed)) return [claimed]
  const { length } = signature.signature
  if (shared) return HMACS.filter((name) => ALGORITHMS[name].hashBytes === length)
  const all = Object.keys(ALGORITHMS) as Algorithm[]
  const fit = all.filter((name) => ALGORITHMS[name].family !== 'hmac' && ALGORITHMS[name].signatureBytes === length)
  return fit.length > 0 ? fit : all.filter((name) => ALGORITHMS[name].family === 'rsa')
}

/** How people use a secret that is meant otherwise. */
const READINGS: ReadonlyArray<readonly [used: string, read: (text: string) => Uint8Array | undefined]> = [
  ['as its characters', utf8],
  ['decoded from base64', base64Decode],
  ['decoded from hexadecimal', (text) => hexDecode(text.toLowerCase())],
  ['with a line break behind it', (text) => utf8(`${text}\n`)],
  ['with quotes around it', (text) => utf8(`"${text}"`)],
]

/** The key as it is meant, first, and what else may have been used for it. */
export async function candidatesOf(
  scheme: string,
  signature: UntrustedSignature,
  { secret, publicKey, algorithm, passphrase }: DiagnoseOptions,
): Promise<readonly Candidate[]> {
  const keyId = signature.keyId || 'key'
  if (publicKey !== undefined) return publicKeys(publicKey, keyId, algorithmsOf(signature, algorithm, false))
  if (secret === undefined) return []
  const text = typeof secret === 'string' ? secret.trim() : undefined
  const meant = exchangeKey(scheme, keyId, text, passphrase)
  const names = algorithmsOf(signature, algorithm, true)
  const read =
    text === undefined
      ? [['as it is', secret as Uint8Array] as const]
      : READINGS.map(([used, read]) => [used, read(text)] as const)
  const other = read.flatMap(([used, bytes], at) =>
    bytes === undefined || bytes.length === 0
      ? []
      : names.map((name): Candidate => {
          const key = hmacKey({ keyId, algorithm: name as 'hmac-sha256', secret: bytes })
          return at === 0 && meant === undefined ? { key } : { key, used }
        }),
  )
  return meant === undefined ? other : [{ key: meant }, ...other]
}

/** An exchange's own reading of the secret. */
function exchangeKey(
  scheme: string,
  apiKey: string,
  secret: string | undefined,
  passphrase = 'passphrase',
): VerifyingKey | undefined {
  const [id = '', variant] = scheme.split('/')
  const factory = Object.hasOwn(EXCHANGES, id) ? EXCHANGES[id] : undefined
  if (factory === undefined || secret === undefined) return undefined
  const phrase = factory().spec.passphrase === undefined ? {} : { passphrase }
  try {
    const { key } = factory({ apiKey, secret, ...phrase, ...(variant !== undefined && { variant }) })
    return 'verify' in key ? (key as unknown as VerifyingKey) : undefined
  } catch {
    // A secret of another form: the other readings are tested.
    return undefined
  }
}

async function publicKeys(
  given: string | object,
  keyId: string,
  names: readonly Algorithm[],
): Promise<readonly Candidate[]> {
  const made = await Promise.allSettled(
    names.map((algorithm) => importVerifyingKey(given as string, { keyId, algorithm: algorithm as 'ed25519' })),
  )
  const keys = made.flatMap((one): Candidate[] => (one.status === 'fulfilled' ? [{ key: one.value }] : []))
  const [first] = made
  if (keys.length === 0 && first?.status === 'rejected') throw first.reason
  return keys
}
