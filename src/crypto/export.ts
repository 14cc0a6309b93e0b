import { fail } from '../errors.js'
import { defined } from '../support/defined.js'
import { type AlgorithmSpec, algorithmSpec } from './algorithm.js'
import { base64url } from './encoding.js'
import { ecdsaPkcs8, ecdsaSpki } from './format/ecdsa-der.js'
import { ed25519Pkcs8, ed25519Spki } from './format/ed25519-format.js'
import { type Jwk, publicJwk } from './format/jwk.js'
import { ENCRYPTED } from './format/key-structure.js'
import { encryptPkcs8, type Passphrase } from './format/pbes2.js'
import { formatPem } from './format/pem.js'
import { RSA_MEMBERS, rsaPkcs8, rsaSpki } from './format/rsa-der.js'
import { held, knownPublic, type PrivateMaterial, type PublicMaterial } from './held.js'
import { assertKeyOptions, type SigningKey, type VerifyingKey } from './key.js'
import { refuseMlDsa } from './of-ml-dsa.js'

/** `der` is PKCS#8 or SubjectPublicKeyInfo, `pem` the same as text, `raw` the shortest form (RSA has none). */
export type KeyFormat = 'raw' | 'der' | 'pem' | 'jwk'

/** Either half in one of the formats. */
function exported(
  format: KeyFormat,
  material: PublicMaterial | PrivateMaterial,
  half: { readonly label: string; der(): Uint8Array; jwk(): Jwk },
): Uint8Array | string | Jwk {
  if (format === 'der') return half.der()
  if (format === 'pem') return formatPem(half.label, half.der())
  if (format === 'jwk') return half.jwk()
  if (format !== 'raw') fail('ARGUMENT_INVALID', '"format" must be raw, der, pem or jwk')
  if (material instanceof Uint8Array) return material.slice()
  fail('KEY_UNSUPPORTED', 'RSA key must be PEM, DER or JWK, there is no raw form')
}

/** The public half of either half, for sending to the verifier. */
function spki(spec: AlgorithmSpec, material: PublicMaterial): Uint8Array {
  if (!(material instanceof Uint8Array)) return rsaSpki(material)
  return spec.curve === undefined ? ed25519Spki(material) : ecdsaSpki(spec, material)
}

/** DER of the public key, without the code of the other forms: for what stores keys. @throws {CountersignError} `KEY_UNSUPPORTED`. */
export const publicSpki = (key: SigningKey | VerifyingKey): Uint8Array =>
  spki(algorithmSpec(key.algorithm), knownPublic(key))

/**
 * The public key of either half, in the form the other side wants: PEM or DER SubjectPublicKeyInfo, JWK (with `kid`, `alg`
 * and `use`), or raw: 32 bytes for Ed25519, the uncompressed point for ECDSA.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` for a shared secret, an RSA key as raw, or a key made elsewhere.
 * @example
 * ```ts
 * import { exportPublicKey, generateKeyPair } from 'countersign/crypto'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
 * console.log(exportPublicKey(signingKey, 'pem'))
 * ```
 */
export function exportPublicKey(key: SigningKey | VerifyingKey, format: 'raw' | 'der'): Uint8Array
export function exportPublicKey(key: SigningKey | VerifyingKey, format: 'pem'): string
export function exportPublicKey(key: SigningKey | VerifyingKey, format: 'jwk'): Jwk
export function exportPublicKey(key: SigningKey | VerifyingKey, format: KeyFormat): Uint8Array | string | Jwk {
  refuseMlDsa('exportPublicKey', key?.algorithm, '"publicJwk" of mlDsaKey() or mlDsaVerifyingKey()', 'KEY_UNSUPPORTED')
  const spec = algorithmSpec(key.algorithm)
  const material = knownPublic(key)
  return exported(format, material, {
    label: 'PUBLIC KEY',
    der: () => spki(spec, material),
    jwk: () => defined({ ...publicJwk(spec, material), alg: spec.jose, kid: key.keyId, use: 'sig' }),
  })
}

function privateJwkMembers(material: PrivateMaterial): Jwk {
  if (material instanceof Uint8Array) return { d: base64url(material) }
  return Object.fromEntries(RSA_MEMBERS.slice(2).map((name) => [name, base64url(material[name])]))
}

/**
 * A private key, to be kept somewhere safe. `encrypted-pem` is what belongs in a file: PKCS#8 under PBKDF2-HMAC-SHA-256 with
 * 600 000 rounds and AES-256-CBC, which takes about a third of a second; OpenSSL, Node and Java read it.
 *
 * The other formats are the bare secret. Nothing else in this library hands one out.
 *
 * @throws {CountersignError} `KEY_PASSPHRASE` for an encrypted form without a passphrase, or one with a bare form;
 * `KEY_UNSUPPORTED` for a shared secret, an RSA key as raw, or a key made elsewhere (WebCrypto, KMS).
 * @see {@link https://www.rfc-editor.org/rfc/rfc8018#section-6.2 | RFC 8018 6.2}
 * @example
 * ```ts
 * import { exportPrivateKey, generateKeyPair } from 'countersign/crypto'
 *
 * const { signingKey } = await generateKeyPair('ed25519', { keyId: 'bot-1' })
 * const pem = await exportPrivateKey(signingKey, 'encrypted-pem', { passphrase: 'correct horse battery staple' })
 * ```
 */
export async function exportPrivateKey(
  key: SigningKey,
  format: 'encrypted-pem',
  options: { readonly passphrase: Passphrase },
): Promise<string>
export async function exportPrivateKey(key: SigningKey, format: 'pem'): Promise<string>
export async function exportPrivateKey(key: SigningKey, format: 'raw' | 'der'): Promise<Uint8Array>
export async function exportPrivateKey(key: SigningKey, format: 'jwk'): Promise<Jwk>
export async function exportPrivateKey(
  key: SigningKey,
  format: KeyFormat | 'encrypted-pem',
  options: { readonly passphrase?: Passphrase } = {},
): Promise<Uint8Array | string | Jwk> {
  assertKeyOptions('exportPrivateKey', options, { passphrase: 1 })
  const { passphrase } = options
  refuseMlDsa('exportPrivateKey', key?.algorithm, 'keep the seed of mlDsaKey()', 'KEY_UNSUPPORTED')
  const material = held(key)?.privateMaterial
  if (material === undefined) fail('KEY_UNSUPPORTED', 'key must be one this library imported, with a private half')
  const spec = algorithmSpec(key.algorithm)
  const der = (): Uint8Array => {
    if (!(material instanceof Uint8Array)) return rsaPkcs8(material)
    return spec.curve === undefined
      ? ed25519Pkcs8(material)
      : ecdsaPkcs8(spec, material, knownPublic(key) as Uint8Array)
  }
  if (format === 'encrypted-pem') return formatPem(ENCRYPTED, await encryptPkcs8(der(), passphrase))
  if (passphrase !== undefined) {
    fail('KEY_PASSPHRASE', '"passphrase" is for the format encrypted-pem only')
  }
  return exported(format, material, {
    label: 'PRIVATE KEY',
    der,
    jwk: () => ({ ...exportPublicKey(key, 'jwk'), ...privateJwkMembers(material) }),
  })
}
