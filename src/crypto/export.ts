import { fail } from '../errors.js'
import { defined } from '../support/defined.js'
import { type AlgorithmSpec, algorithmSpec } from './algorithm.js'
import { base64url } from './encoding.js'
import { ecdsaPkcs8, ecdsaSpki } from './format/ecdsa-der.js'
import { ed25519Pkcs8, ed25519Spki } from './format/ed25519-format.js'
import { type Jwk, publicJwk } from './format/jwk.js'
import { encryptPkcs8, type Passphrase } from './format/pbes2.js'
import { formatPem } from './format/pem.js'
import { RSA_MEMBERS, rsaPkcs8, rsaSpki } from './format/rsa-der.js'
import { held, type PrivateMaterial, type PublicMaterial, publicMaterialOf } from './held.js'
import { assertKeyOptions, type SigningKey, type VerifyingKey } from './key.js'
import { refuseMlDsa } from './of-ml-dsa.js'

/** `der` is PKCS#8 or SubjectPublicKeyInfo, `pem` the same as text, `raw` the shortest form (RSA has none). */
export type KeyFormat = 'raw' | 'der' | 'pem' | 'jwk'

const noRaw = (): never => fail('KEY_UNSUPPORTED', 'RSA key must have the format der, pem or jwk, there is no raw form')

const unknownFormat = (): never => fail('ARGUMENT_INVALID', '"format" must be raw, der, pem or jwk')

/** The public half of either half, for sending to the verifier. */
function spki(spec: AlgorithmSpec, material: PublicMaterial): Uint8Array {
  if (material.family === 'ed25519') return ed25519Spki(material.publicKey)
  return material.family === 'ecdsa' ? ecdsaSpki(spec, material.point) : rsaSpki(material.rsa)
}

function rawPublic(material: PublicMaterial): Uint8Array {
  if (material.family === 'rsa') return noRaw()
  return (material.family === 'ed25519' ? material.publicKey : material.point).slice()
}

function knownPublic(key: SigningKey | VerifyingKey): PublicMaterial {
  const material = publicMaterialOf(key)
  if (material !== undefined) return material
  fail('KEY_UNSUPPORTED', 'key must be one this library imported, with a public half')
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
  refuseMlDsa(
    'exportPublicKey',
    key?.algorithm,
    'the "publicJwk" of mlDsaKey() or mlDsaVerifyingKey()',
    'KEY_UNSUPPORTED',
  )
  const spec = algorithmSpec(key.algorithm)
  const material = knownPublic(key)
  if (format === 'raw') return rawPublic(material)
  if (format === 'der') return spki(spec, material)
  if (format === 'pem') return formatPem('PUBLIC KEY', spki(spec, material))
  if (format !== 'jwk') return unknownFormat()
  return defined({
    ...publicJwk(spec, material),
    alg: spec.jose,
    kid: key.keyId,
    use: 'sig',
  })
}

function pkcs8(spec: AlgorithmSpec, material: PrivateMaterial, point: PublicMaterial): Uint8Array {
  if (material.family === 'ed25519') return ed25519Pkcs8(material.seed)
  if (material.family === 'rsa') return rsaPkcs8(material.rsa)
  return ecdsaPkcs8(spec, material.scalar, point.family === 'ecdsa' ? point.point : undefined)
}

function privateJwkMembers(material: PrivateMaterial): Jwk {
  if (material.family === 'ed25519') return { d: base64url(material.seed) }
  if (material.family === 'ecdsa') return { d: base64url(material.scalar) }
  const { rsa } = material
  return Object.fromEntries(RSA_MEMBERS.slice(2).map((name) => [name, base64url(rsa[name])]))
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
  refuseMlDsa(
    'exportPrivateKey',
    key?.algorithm,
    'the seed that it was made of, which you have: mlDsaKey()',
    'KEY_UNSUPPORTED',
  )
  const material = held(key)?.privateMaterial
  if (material === undefined) fail('KEY_UNSUPPORTED', '"key" must be a private one that this library imported')
  const spec = algorithmSpec(key.algorithm)
  if (format === 'encrypted-pem') {
    return formatPem('ENCRYPTED PRIVATE KEY', await encryptPkcs8(pkcs8(spec, material, knownPublic(key)), passphrase))
  }
  if (passphrase !== undefined) {
    fail('KEY_PASSPHRASE', '"passphrase" is for the format encrypted-pem only')
  }
  if (format === 'raw') {
    return material.family === 'rsa'
      ? noRaw()
      : (material.family === 'ed25519' ? material.seed : material.scalar).slice()
  }
  if (format === 'der') return pkcs8(spec, material, knownPublic(key))
  if (format === 'pem') return formatPem('PRIVATE KEY', pkcs8(spec, material, knownPublic(key)))
  if (format !== 'jwk') return unknownFormat()
  return { ...exportPublicKey(key, 'jwk'), ...privateJwkMembers(material) }
}
