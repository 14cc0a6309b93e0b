import { CountersignError } from '../../errors.js'
import type { AlgorithmSpec } from '../algorithm.js'
import { utf8Decode } from '../encoding.js'
import { Secret } from '../secret.js'
import { type Jwk, readJwk } from './jwk.js'
import type { PrivateReader, PublicReader } from './key-reader.js'
import { decryptPkcs8, type Passphrase } from './pbes2.js'
import { parsePem } from './pem.js'
import { readPrivateKeyInfo, readPublicKeyInfo } from './pkcs8.js'

/** What bytes are: `raw` (the default) is the family's shortest form, `der` is PKCS#8 or SubjectPublicKeyInfo. */
export type BytesFormat = 'raw' | 'der' | 'pem'

/** A public key in any accepted form. A string is PEM and nothing else; an object is a JWK. */
export type PublicKeyMaterial = string | Uint8Array | Jwk

/** A private key in any accepted form. */
export type PrivateKeyMaterial = PublicKeyMaterial | Secret

/** `label` is set where the bytes came out of a PEM. */
type Parsed =
  | { readonly kind: 'raw' | 'der'; readonly bytes: Uint8Array; readonly label: string | undefined }
  | { readonly kind: 'jwk'; readonly jwk: unknown }

const malformed = (expected: string): never => {
  throw new CountersignError('KEY_MALFORMED', `key expected ${expected}`)
}

// The form follows from the type and the stated format; contents are never sniffed (CVE-2023-48223 and its sequels).
function parse(material: unknown, format: BytesFormat | undefined): Parsed {
  if (typeof material === 'string') {
    if (format !== undefined && format !== 'pem') malformed(`bytes for format ${format}, got a string`)
    return fromPem(material)
  }
  // A copy (Buffer's slice would be a view): the caller may wipe or reuse the array.
  const bytes =
    material instanceof Secret
      ? material.reveal()
      : material instanceof Uint8Array
        ? new Uint8Array(material)
        : material
  if (bytes instanceof Uint8Array) {
    if (format === 'pem') return fromPem(utf8Decode(bytes) ?? malformed('PEM text'))
    if (format !== undefined && format !== 'raw' && format !== 'der') malformed('format raw, der or pem')
    return { kind: format ?? 'raw', bytes, label: undefined }
  }
  if (format !== undefined) malformed(`bytes for format ${format}, got ${bytes === null ? 'null' : typeof bytes}`)
  return { kind: 'jwk', jwk: bytes }
}

function fromPem(text: string): Parsed {
  const { label, der } = parsePem(text)
  return { kind: 'der', bytes: der, label }
}

const ENCRYPTED = 'ENCRYPTED PRIVATE KEY'

function labelMismatch(label: string, wanted: 'private' | 'public'): never {
  const got = label.endsWith('PRIVATE KEY') ? 'private' : label.endsWith('PUBLIC KEY') ? 'public' : 'other'
  return malformed(`PEM of a ${wanted} key of the stated algorithm, got ${got === wanted ? 'another algorithm' : got}`)
}

/** A private key of one family. Asynchronous because deriving a key from a passphrase is. */
export async function readPrivateKey<K>(
  reader: PrivateReader<K>,
  spec: AlgorithmSpec,
  material: unknown,
  { format, passphrase }: { readonly format?: BytesFormat; readonly passphrase?: Passphrase },
): Promise<K> {
  const parsed = parse(material, format)
  const label = parsed.kind === 'der' ? parsed.label : undefined
  // A PEM says whether it is encrypted; for DER the passphrase does.
  const encrypted = parsed.kind === 'der' && (label === ENCRYPTED || (label === undefined && passphrase !== undefined))
  if (passphrase !== undefined && !encrypted) {
    throw new CountersignError('KEY_PASSPHRASE', 'key expected to be encrypted where a passphrase is given, it is not')
  }
  if (parsed.kind === 'jwk') return reader.jwk(spec, readJwk(parsed.jwk, spec, reader.kty, 'sign'))
  const { bytes } = parsed
  if (parsed.kind === 'raw') return reader.raw(spec, bytes)
  if (encrypted) return reader.pkcs8(spec, readPrivateKeyInfo(await decryptPkcs8(bytes, passphrase)))
  if (label === undefined || label === 'PRIVATE KEY') return reader.pkcs8(spec, readPrivateKeyInfo(bytes))
  return reader.legacy(spec, label, bytes) ?? labelMismatch(label, 'private')
}

/** A public key of one family. */
export function readPublicKey<K>(
  reader: PublicReader<K>,
  spec: AlgorithmSpec,
  material: unknown,
  format: BytesFormat | undefined,
): K {
  if (material instanceof Secret) malformed('a public key, got a Secret')
  const parsed = parse(material, format)
  if (parsed.kind === 'jwk') return reader.jwk(spec, readJwk(parsed.jwk, spec, reader.kty, 'verify'))
  const { kind, bytes, label } = parsed
  if (kind === 'raw') return reader.raw(spec, bytes)
  if (label !== undefined && label !== 'PUBLIC KEY') {
    return reader.legacy(spec, label, bytes) ?? labelMismatch(label, 'public')
  }
  const { algorithm, publicKey } = readPublicKeyInfo(bytes)
  return reader.spki(spec, algorithm, publicKey)
}
