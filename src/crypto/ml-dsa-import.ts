import { mlDsaPairFits } from '#backend/ml-dsa'
import { fail, kindOf } from '../errors.js'
import type { PostQuantumAlgorithm } from './algorithm.js'
import { base64urlDecode, equalBytes } from './encoding.js'
import { bitString, type DerReader, derReader, octetString, oid, sequence } from './format/der.js'
import { parsePem } from './format/pem.js'
import { type AlgorithmIdentifier, readAlgorithmIdentifier, readPrivateKeyInfo } from './format/pkcs8.js'
import { assertKeyOptions } from './key.js'
import {
  type MlDsaKey,
  type MlDsaModule,
  type MlDsaVerifyingKey,
  mlDsaKey,
  mlDsaRow,
  mlDsaVerifyingKey,
} from './ml-dsa-key.js'
import { revealed, type Secret } from './secret.js'

/** Options of {@link importMlDsaKey} and {@link importMlDsaVerifyingKey}. The key itself states its parameter set. */
export interface ImportMlDsaOptions {
  /** As in every key: what the other side knows it by. */
  readonly keyId: string
  /** The only parameter set that is taken. Default: that of the key. */
  readonly algorithm?: PostQuantumAlgorithm
  /** `@noble/post-quantum/ml-dsa.js`, for runtimes without ML-DSA of their own. */
  readonly mlDsa?: MlDsaModule
}

// RFC 9881 3: id-ml-dsa-44, -65 and -87 of NIST's arc, 2.16.840.1.101.3.4.3.17 to .19.
const OIDS: Readonly<Record<string, PostQuantumAlgorithm>> = {
  '608648016503040311': 'ml-dsa-44',
  '608648016503040312': 'ml-dsa-65',
  '608648016503040313': 'ml-dsa-87',
}
const SEED = 0x80

function derOf(input: unknown, labels: readonly string[], name: string): Uint8Array {
  if (input instanceof Uint8Array && input[0] === 0x30) return input
  const bytes = typeof input === 'string' ? input : undefined
  if (bytes === undefined) return fail('KEY_MALFORMED', `${name} must be PEM, or DER as bytes, got ${kindOf(input)}`)
  const { label, der } = parsePem(bytes)
  return labels.includes(label) ? der : fail('KEY_MALFORMED', `${name} must be PEM with the label ${labels[0]}`)
}

/** SubjectPublicKeyInfo of a public key. */
export function mlDsaSpki({ algorithm, publicJwk }: MlDsaVerifyingKey): Uint8Array {
  const [hex] = Object.keys(OIDS).filter((one) => OIDS[one] === algorithm)
  return sequence(sequence(oid(hex as string)), bitString(base64urlDecode(publicJwk.pub) as Uint8Array))
}

/** RFC 9881 2: the parameters of the identifier are absent. */
function algorithmOf(
  { oid: found, parameters }: AlgorithmIdentifier,
  only: PostQuantumAlgorithm | undefined,
): PostQuantumAlgorithm {
  parameters.end()
  const algorithm = OIDS[found]
  if (algorithm === undefined) return fail('KEY_UNSUPPORTED', 'key must be one of ML-DSA-44, -65 or -87')
  return only === undefined || only === algorithm
    ? algorithm
    : fail('KEY_MALFORMED', `key must be one of ${only}, got ${algorithm}`)
}

/**
 * A private key of ML-DSA from PKCS#8, as PEM or DER (RFC 9881): what `openssl genpkey -algorithm ML-DSA-65` and Node's
 * `export({ type: 'pkcs8' })` write. The seed has to be there; an expanded key alone is refused. Experimental.
 *
 * @throws {CountersignError} `KEY_MALFORMED`; `KEY_UNSUPPORTED` for another key, one without its seed, or a runtime without ML-DSA
 *   where `mlDsa` is not passed; `ARGUMENT_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9881 | RFC 9881}
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 * import { importMlDsaKey, type MlDsaModule } from 'countersign/rfc9421/ml-dsa'
 *
 * // import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
 * declare const mlDsa: MlDsaModule
 * const key = importMlDsaKey(await readFile('bot-1.pem', 'utf8'), { keyId: 'bot-1-pq', mlDsa })
 * ```
 */
export function importMlDsaKey(input: string | Uint8Array | Secret, options: ImportMlDsaOptions): MlDsaKey {
  assertKeyOptions('importMlDsaKey', options, { keyId: 2, algorithm: 1, mlDsa: 1 })
  const { algorithm: only, ...rest } = options
  const given = typeof input === 'string' || input instanceof Uint8Array ? input : textOf(input)
  const { privateKey, publicKey, ...info } = readPrivateKeyInfo(derOf(given, ['PRIVATE KEY'], 'private key'))
  const algorithm = algorithmOf(info.algorithm, only)
  const { seed, expanded } = seedIn(derReader(privateKey))
  const made = mlDsaKey({ ...rest, algorithm, seed })
  if (expanded !== undefined && !isExpanded(expanded, seed, algorithm, rest.mlDsa))
    fail('KEY_MALFORMED', 'private key must have a seed that belongs to its expanded key')
  // RFC 5958 2: version 2 has the public key behind.
  if (publicKey !== undefined && !equalBytes(publicKey, base64urlDecode(made.publicJwk.pub) as Uint8Array))
    fail('KEY_MALFORMED', 'private key must have the public key that belongs to it')
  return made
}

/** RFC 9881 6: the expanded key is what the seed makes, all of it. */
function isExpanded(
  expanded: Uint8Array,
  seed: Uint8Array,
  algorithm: PostQuantumAlgorithm,
  mlDsa: MlDsaModule | undefined,
): boolean {
  const [name, member] = mlDsaRow(algorithm)
  return mlDsa === undefined
    ? mlDsaPairFits(name, sequence(octetString(seed), octetString(expanded)))
    : equalBytes(mlDsa[member].keygen(new Uint8Array(seed)).secretKey, expanded)
}

const textOf = (input: unknown): string => new TextDecoder().decode(revealed(input as Secret, 'private key'))

/** RFC 9881 6: `seed [0]`, `expandedKey`, or both. */
function seedIn(reader: DerReader): { readonly seed: Uint8Array; readonly expanded: Uint8Array | undefined } {
  if (reader.peek() === SEED) {
    const seed = reader.next(SEED)
    reader.end()
    return { seed, expanded: undefined }
  }
  if (reader.peek() !== 0x30)
    fail('KEY_UNSUPPORTED', 'private key must have its seed: this one has the expanded key alone')
  const both = reader.inside()
  reader.end()
  const seed = both.octets()
  const expanded = both.octets()
  both.end()
  return { seed, expanded }
}

/**
 * A public key of ML-DSA from SubjectPublicKeyInfo, as PEM or DER (RFC 9881). Experimental.
 *
 * @throws {CountersignError} as {@link importMlDsaKey}.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9881 | RFC 9881}
 * @example
 * ```ts
 * import { importMlDsaVerifyingKey, type MlDsaModule } from 'countersign/rfc9421/ml-dsa'
 *
 * declare const mlDsa: MlDsaModule
 * declare const pem: string
 * const key = importMlDsaVerifyingKey(pem, { keyId: 'bot-1-pq', algorithm: 'ml-dsa-65', mlDsa })
 * ```
 */
export function importMlDsaVerifyingKey(input: string | Uint8Array, options: ImportMlDsaOptions): MlDsaVerifyingKey {
  assertKeyOptions('importMlDsaVerifyingKey', options, { keyId: 2, algorithm: 1, mlDsa: 1 })
  const { algorithm: only, ...rest } = options
  const outer = derReader(derOf(input, ['PUBLIC KEY'], 'public key'))
  const key = outer.inside()
  outer.end()
  const algorithm = algorithmOf(readAlgorithmIdentifier(key), only)
  const publicKey = key.bits()
  key.end()
  return mlDsaVerifyingKey({ ...rest, algorithm, publicKey })
}
