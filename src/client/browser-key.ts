/** A key that never leaves the page: `countersign/client/browser-key`. */
import { ALGORITHMS, type Algorithm, type EcdsaAlgorithm } from '../crypto/algorithm.js'
import { base64url, utf8 } from '../crypto/encoding.js'
import type { Jwk } from '../crypto/format/jwk.js'
import { formatPem } from '../crypto/format/pem.js'
import { assertKeyId, type SigningKey } from '../crypto/key.js'
import { subtle, webCryptoParameters } from '../crypto/subtle.js'
import { requiredMembers } from '../crypto/thumbprint-members.js'
import { webCryptoSigningKey } from '../crypto/web-crypto-key.js'
import { alternatives, assertOptions, fail, type OptionNames } from '../errors.js'
import { keyPlace, type StoredKey } from './browser-key-store.js'

/** What a browser can make and keep. */
export type BrowserKeyAlgorithm = 'ed25519' | EcdsaAlgorithm

/** Options of {@link browserKey}. */
export interface BrowserKeyOptions {
  /** Which key of this origin: 1 to 128 characters, such as the user's id. */
  readonly name: string
  /** Name of the IndexedDB database, which nothing else may use. Default `countersign`. */
  readonly database?: string
  /** In order of preference; the first that this browser really can do. Default Ed25519, then ECDSA with P-256. */
  readonly algorithms?: readonly BrowserKeyAlgorithm[]
  /** Default: the RFC 7638 thumbprint of the public key, which a server can compute for itself. */
  readonly keyId?: string
}

/** The half of the key that is sent to the verifier. */
export interface BrowserPublicKey {
  /** With `kid`, `alg` and `use`. */
  readonly jwk: Jwk
  /** SubjectPublicKeyInfo. */
  readonly pem: string
  /** 32 bytes for Ed25519, the uncompressed point for ECDSA. */
  readonly raw: Uint8Array
  /** RFC 7638, SHA-256, base64url. */
  readonly thumbprint: string
}

/** A key that lives in this browser. */
export interface BrowserKey {
  /** What signs; its private half cannot be exported. */
  readonly signingKey: SigningKey
  /** The public half, to be registered with the server. */
  readonly publicKey: BrowserPublicKey
  /** The algorithm that this browser could make a key of. */
  readonly algorithm: BrowserKeyAlgorithm
  /** Forgets the stored key; the next call makes a new one. What holds {@link BrowserKey.signingKey} can still sign. */
  delete(): Promise<void>
}

const PREFERENCE: readonly BrowserKeyAlgorithm[] = ['ed25519', 'ecdsa-p256-sha256']
const ALLOWED: readonly Algorithm[] = ['ed25519', 'ecdsa-p256-sha256', 'ecdsa-p384-sha384']

const KNOWN: OptionNames<BrowserKeyOptions> = { name: 2, database: 1, algorithms: 1, keyId: 1 }

/**
 * Opens the key of that name, or makes it: once, also when several tabs ask at the same time. It lies in IndexedDB as a
 * non-extractable WebCrypto key: scripts of the page can sign with it, but cannot copy it, and it is there after a
 * reload. Which algorithm the browser can do is found out by signing with it.
 *
 * A browser may evict the storage of an origin: register the new public key then, or ask `navigator.storage.persist()`.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` without a secure context, IndexedDB or any of the algorithms, and where the
 *   stored key is of an algorithm that is not among them; `KEY_MALFORMED` where something else lies there;
 *   `CONFIG_INVALID` for a database of something else; `ARGUMENT_INVALID`.
 * @see {@link https://www.w3.org/TR/webcrypto-2/ | Web Cryptography Level 2}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7638 | RFC 7638}
 * @example
 * ```ts
 * import { createSignedFetch, rfc9421 } from 'countersign'
 * import { browserKey } from 'countersign/client/browser-key'
 *
 * const { signingKey, publicKey } = await browserKey({ name: 'trading' })
 * await fetch('/register', { method: 'POST', body: JSON.stringify(publicKey.jwk) })
 * const signedFetch = createSignedFetch(rfc9421({ key: signingKey }), { origins: ['https://api.example.com'] })
 * ```
 */
export async function browserKey(options: BrowserKeyOptions): Promise<BrowserKey> {
  assertOptions('browserKey', options, KNOWN, { algorithm: 'algorithms' }, 'ARGUMENT_INVALID')
  const { name, database = 'countersign', algorithms = PREFERENCE, keyId } = options ?? {}
  for (const [member, text] of Object.entries({ name, database })) {
    if (typeof text !== 'string' || text === '' || text.length > 128)
      fail('ARGUMENT_INVALID', `"${member}" must be 1 to 128 characters`)
  }
  if (!Array.isArray(algorithms) || algorithms.length === 0 || !algorithms.every((one) => ALLOWED.includes(one)))
    fail('ARGUMENT_INVALID', `"algorithms" must be names among ${alternatives(ALLOWED)}`)
  if (keyId !== undefined) assertKeyId(keyId)
  subtle()
  const place = keyPlace(database, name)
  let stored = await place.read()
  for (let i = 0; stored === undefined && i < algorithms.length; i++) {
    const made = await generate(algorithms[i] as BrowserKeyAlgorithm)
    if (made === undefined) continue
    try {
      await place.addIfAbsent(made)
    } catch (error) {
      // A browser may sign with a key that it cannot store; the next algorithm may do both.
      if (i + 1 === algorithms.length) throw error
      continue
    }
    // Not `made`: another tab may have been first, and what comes back is what the next visit will find.
    stored = await place.read()
  }
  if (stored === undefined) fail('KEY_UNSUPPORTED', `WebCrypto supports none of ${alternatives(algorithms)}`)
  if (!algorithms.includes(stored.algorithm as BrowserKeyAlgorithm))
    fail('KEY_UNSUPPORTED', `stored key must be ${alternatives(algorithms)}, got another algorithm`)
  const algorithm = stored.algorithm as BrowserKeyAlgorithm
  if (stored.privateKey?.extractable !== false) fail('KEY_MALFORMED', 'stored key must be non-extractable')
  const publicKey = await publicHalf(stored.publicKey, algorithm, keyId)
  const { thumbprint } = publicKey
  return {
    algorithm,
    signingKey: webCryptoSigningKey(stored.privateKey, { keyId: keyId ?? thumbprint, algorithm }),
    publicKey,
    delete: () => place.deleteIfSame(thumbprint),
  }
}

/** RFC 7638, hashed by the browser: it is here in any case, and a hash in JavaScript would be half of this module. */
async function thumbprintOf(jwk: Jwk): Promise<string> {
  const text = utf8(JSON.stringify(requiredMembers(jwk)))
  return base64url(new Uint8Array(await subtle().digest('SHA-256', text as BufferSource)))
}

/** A new key that has signed once; `undefined` where this browser cannot. */
async function generate(algorithm: BrowserKeyAlgorithm): Promise<StoredKey | undefined> {
  const spec = ALGORITHMS[algorithm]
  const engine = subtle()
  try {
    const parameters = { name: spec.webCrypto, namedCurve: spec.curve }
    const pair = await engine.generateKey(parameters, false, ['sign', 'verify'])
    const { privateKey, publicKey } = pair as CryptoKeyPair
    const probe = new Uint8Array(1)
    const how = webCryptoParameters(spec)
    if (!(await engine.verify(how, publicKey, await engine.sign(how, privateKey, probe), probe))) return undefined
    const thumbprint = await thumbprintOf((await engine.exportKey('jwk', publicKey)) as Jwk)
    return { algorithm, thumbprint, privateKey, publicKey }
  } catch {
    // Browsers disagree on the error (NotSupportedError, SyntaxError, OperationError …); what counts is that it does not work.
    return undefined
  }
}

async function publicHalf(
  key: CryptoKey,
  algorithm: BrowserKeyAlgorithm,
  keyId: string | undefined,
): Promise<BrowserPublicKey> {
  const engine = subtle()
  const [exported, spki, raw] = await Promise.all([
    engine.exportKey('jwk', key),
    engine.exportKey('spki', key),
    engine.exportKey('raw', key),
  ]).catch(() => {
    fail('KEY_MALFORMED', 'stored key must have a public half that WebCrypto can export')
  })
  const { kty, crv, x, y } = exported
  // Browsers add members and disagree on "alg"; these are the ones that RFC 7638 counts, and what exportPublicKey writes.
  const members = { crv, kty, x, ...(y !== undefined && { y }) } as Jwk
  const thumbprint = await thumbprintOf(members)
  return {
    jwk: { ...members, alg: ALGORITHMS[algorithm].jose as string, kid: keyId ?? thumbprint, use: 'sig' },
    pem: formatPem('PUBLIC KEY', new Uint8Array(spki)),
    raw: new Uint8Array(raw),
    thumbprint,
  }
}
