import { fail, kindOf } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import { utf8Decode } from '../encoding.js'
import { Secret } from '../secret.js'
import { type Jwk, readJwk } from './jwk.js'
import { bareBytes } from './key-bytes.js'
import type { PrivateReader, PublicReader } from './key-reader.js'
import { ENCRYPTED } from './key-structure.js'
import { cleanText, type Half, PRIVATE_HALF, PUBLIC_HALF, refuseKnownText } from './key-text.js'
import { decryptPkcs8, type Passphrase } from './pbes2.js'
import { parsePem } from './pem.js'
import { readPrivateKeyInfo, readPublicKeyInfo } from './pkcs8.js'

/** What bytes are: `raw` (the default) is the family's shortest form, `der` is PKCS#8 or SubjectPublicKeyInfo. */
export type BytesFormat = 'raw' | 'der' | 'pem'

/** A public key in any accepted form. A string is PEM, also without its lines or in base64; an object is a JWK. */
export type PublicKeyMaterial = string | Uint8Array | Jwk

/** A private key in any accepted form. */
export type PrivateKeyMaterial = PublicKeyMaterial | Secret

/** `label` is set where the bytes came out of a PEM. */
type Parsed =
  | { readonly kind: 'raw' | 'der'; readonly bytes: Uint8Array; readonly label: string | undefined }
  | { readonly kind: 'jwk'; readonly jwk: unknown }

// Base64 of base64 of the largest key, with every line break doubled.
const MAX_TEXT = 131_072
const DASH = 0x2d

const malformed = (expected: string): never => fail('KEY_MALFORMED', `key must be ${expected}`)

// The form follows from the type and the given format; contents are never sniffed (CVE-2023-48223 and its sequels). Text is a
// key of the given algorithm, whatever became of it on its way here, and never a shared secret.
function parse(material: unknown, format: BytesFormat | undefined, half: Half): Parsed {
  if (typeof material === 'string' && material !== '') {
    if (format !== undefined && format !== 'pem') malformed(`bytes for format ${format}, got a string`)
    return fromText(material, half)
  }
  // A copy (Buffer's slice would be a view): the caller may wipe or reuse the array.
  const bytes =
    material instanceof Secret
      ? material.reveal()
      : material instanceof Uint8Array
        ? new Uint8Array(material)
        : material
  if (bytes instanceof Uint8Array) {
    if (format === 'pem') return fromText(utf8Decode(bytes) ?? malformed('PEM text'), half)
    if (format !== undefined && format !== 'raw' && format !== 'der') malformed('of format raw, der or pem')
    // Read without an encoding, a file of text is bytes. Longer than any raw key, so that none is taken for text.
    if (format === undefined && bytes.length > 66 && bytes[0] === DASH && bytes[1] === DASH)
      malformed('raw bytes, got those of a PEM file: pass its text')
    return { kind: format ?? 'raw', bytes, label: undefined }
  }
  if (typeof bytes !== 'object' || bytes === null || bytes instanceof Promise)
    return refuseMaterial('the key must be PEM text, bytes, a Secret or a JWK', bytes)
  if (format !== undefined) malformed(`bytes for format ${format}, got ${kindOf(bytes)}`)
  return { kind: 'jwk', jwk: bytes }
}

/** Refuses what is no material of any kind: a variable of the environment that is not set is the usual case. */
export const refuseMaterial = (expected: string, material: unknown): never =>
  fail('KEY_MALFORMED', `${expected}, got ${kindOf(material)}${material ? '' : ': is the environment variable set?'}`)

/** The key of a text as an environment variable, a JSON file or an editor leaves it; see `cleanText`. */
function fromText(text: string, half: Half): Parsed {
  if (text.length > MAX_TEXT) malformed(`at most ${MAX_TEXT} characters, got ${text.length}`)
  const clean = cleanText(text)
  refuseKnownText(clean, half, 'key')
  if (!clean.includes('-----')) return fromBareText(clean)
  const { label, der } = parsePem(clean)
  return { kind: 'der', bytes: der, label }
}

/** Base64 or hexadecimal of DER, which lost the lines around it. Its structure identifies the key. */
function fromBareText(text: string): Parsed {
  const { structure, bytes } = bareBytes(text) ?? {}
  if (bytes === undefined || structure === undefined)
    return malformed('PEM, or the base64 of its DER; raw bytes are passed as bytes, not as text')
  if (structure.form === 'certificate') return malformed('PEM of a key, got a certificate')
  return { kind: 'der', bytes, label: structure.label }
}

function labelMismatch(label: string, wanted: 'private' | 'public'): never {
  const got = /(PRIVATE|PUBLIC) KEY$/.exec(label)?.[1]?.toLowerCase() ?? 'other'
  return malformed(`PEM of a ${wanted} key of the given algorithm, got ${got === wanted ? 'another algorithm' : got}`)
}

/** A private key of one family. Asynchronous because deriving a key from a passphrase is. */
export async function readPrivateKey<K>(
  reader: PrivateReader<K>,
  spec: AlgorithmSpec,
  material: unknown,
  { format, passphrase }: { readonly format?: BytesFormat; readonly passphrase?: Passphrase },
): Promise<K> {
  const parsed = parse(material, format, PRIVATE_HALF)
  const label = parsed.kind === 'der' ? parsed.label : undefined
  // A PEM states whether it is encrypted; for DER the passphrase decides.
  const encrypted = parsed.kind === 'der' && (label === ENCRYPTED || (label === undefined && passphrase !== undefined))
  if (passphrase !== undefined && !encrypted) {
    fail('KEY_PASSPHRASE', 'key is not encrypted, although a passphrase is given')
  }
  if (parsed.kind === 'jwk') return reader.jwk(spec, readJwk(parsed.jwk, spec, reader.kty, 'sign'))
  const { bytes } = parsed
  if (parsed.kind === 'raw') return reader.raw(spec, bytes)
  if (encrypted) return reader.pkcs8(spec, readPrivateKeyInfo(await decryptPkcs8(bytes, passphrase)))
  if (label === undefined || label === 'PRIVATE KEY') return reader.pkcs8(spec, readPrivateKeyInfo(bytes))
  return reader.legacy?.(spec, label, bytes) ?? labelMismatch(label, 'private')
}

/** A public key of one family. */
export function readPublicKey<K>(
  reader: PublicReader<K>,
  spec: AlgorithmSpec,
  material: unknown,
  format: BytesFormat | undefined,
): K {
  if (material instanceof Secret) malformed('a public key, got a Secret')
  const parsed = parse(material, format, PUBLIC_HALF)
  if (parsed.kind === 'jwk') return reader.jwk(spec, readJwk(parsed.jwk, spec, reader.kty, 'verify'))
  const { kind, bytes, label } = parsed
  if (kind === 'raw') return reader.raw(spec, bytes)
  if (label !== undefined && label !== 'PUBLIC KEY') {
    return reader.legacy?.(spec, label, bytes) ?? labelMismatch(label, 'public')
  }
  const { algorithm, publicKey } = readPublicKeyInfo(bytes)
  return reader.spki(spec, algorithm, publicKey)
}
