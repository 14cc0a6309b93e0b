import { hash } from '#backend/hash'
import { mlDsaSigner, mlDsaVerifier } from '#backend/ml-dsa'
import { fail, kindOf, mustBe } from '../errors.js'
import { type PostQuantumAlgorithm, signatureBytesOf } from './algorithm.js'
import type { MlDsaName, PrivateHalf } from './backend/backend.js'
import { base64url, base64urlDecode, equalBytes, utf8 } from './encoding.js'
import { hold } from './held.js'
import { assertKeyId, assertKeyOptions, type Bytes, type SyncSigningKey, type SyncVerifyingKey } from './key.js'
import { revealed, type Secret } from './secret.js'

/** A public key as JWK (RFC 9964 3): key type `AKP`, and `alg` is a part of the key. */
export interface MlDsaJwk {
  /** RFC 9964: an algorithm key pair. */
  readonly kty: 'AKP'
  /** The parameter set. */
  readonly alg: MlDsaName
  /** The public key, in base64url. */
  readonly pub: string
  /** Id of the key. */
  readonly kid?: string
}

/** A JWK as it is read: other members are ignored. `priv` is the seed, 32 bytes (RFC 9964 4). */
export interface MlDsaJwkInput {
  /** Must be `AKP`. */
  readonly kty?: string
  /** The parameter set. */
  readonly alg?: string
  /** The public key, in base64url. */
  readonly pub?: string
  /** The private seed of 32 bytes, in base64url. */
  readonly priv?: string
  /** Id of the key. */
  readonly kid?: string
}

/** What is used of one parameter set of `@noble/post-quantum`. */
export interface MlDsaFunctions {
  /** Makes a pair of a seed of 32 bytes. */
  keygen(seed: Uint8Array): { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array }
  /** The signature of a message. */
  sign(message: Uint8Array, secretKey: Uint8Array): Uint8Array
  /** Whether a signature is one of a message. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
}

/** What is used of `@noble/post-quantum`: pass the module, `import * as mlDsa from '@noble/post-quantum/ml-dsa.js'`. */
export interface MlDsaModule {
  /** ML-DSA-44. */
  readonly ml_dsa44: MlDsaFunctions
  /** ML-DSA-65. */
  readonly ml_dsa65: MlDsaFunctions
  /** ML-DSA-87. */
  readonly ml_dsa87: MlDsaFunctions
}

/** A public key that verifies ML-DSA. */
export interface MlDsaVerifyingKey extends SyncVerifyingKey {
  /** The parameter set. */
  readonly algorithm: PostQuantumAlgorithm
  /** For publishing: with the key id as `kid`. */
  readonly publicJwk: MlDsaJwk
}

/** A private key that signs with ML-DSA, with its public half. */
export interface MlDsaKey extends SyncSigningKey {
  /** The parameter set. */
  readonly algorithm: PostQuantumAlgorithm
  /** The public half, as directories publish it. */
  readonly publicJwk: MlDsaJwk
  /** The public half. */
  readonly verifyingKey: MlDsaVerifyingKey
}

/** Options of {@link mlDsaKey}. */
export interface MlDsaKeyOptions {
  /** As in every key: what the other side knows it by. */
  readonly keyId: string
  /** The parameter set: `ml-dsa-65` is what most choose. */
  readonly algorithm: PostQuantumAlgorithm
  /** The 32 bytes that the key is made of (FIPS 204 calls them the seed), or a private JWK, whose `priv` they are. */
  readonly seed: Uint8Array | Secret | MlDsaJwkInput
  /** `@noble/post-quantum/ml-dsa.js`, for runtimes without ML-DSA of their own. Default: that of Node, from 24.7 on. */
  readonly mlDsa?: MlDsaModule
}

/** Options of {@link mlDsaVerifyingKey}. */
export interface MlDsaVerifyingKeyOptions {
  /** As in every key: what the other side knows it by. */
  readonly keyId: string
  /** The parameter set: `ml-dsa-65` is what most choose. */
  readonly algorithm: PostQuantumAlgorithm
  /** The bytes of the key (FIPS 204 7.2: 1312, 1952 or 2592), or a public JWK. */
  readonly publicKey: Uint8Array | MlDsaJwkInput
  /** As in {@link MlDsaKeyOptions}. */
  readonly mlDsa?: MlDsaModule
}

type Row = readonly [name: MlDsaName, member: keyof MlDsaModule, publicBytes: number]

// FIPS 204, table 2.
const ROWS: ReadonlyMap<unknown, Row> = /* @__PURE__ */ new Map<PostQuantumAlgorithm, Row>([
  ['ml-dsa-44', ['ML-DSA-44', 'ml_dsa44', 1312]],
  ['ml-dsa-65', ['ML-DSA-65', 'ml_dsa65', 1952]],
  ['ml-dsa-87', ['ML-DSA-87', 'ml_dsa87', 2592]],
])
const SEED_BYTES = 32
const MISSING =
  'this runtime has no ML-DSA: "mlDsa" must be passed, import * as mlDsa from "@noble/post-quantum/ml-dsa.js"'

/** The row of an algorithm, by its name here. @throws {CountersignError} `ARGUMENT_INVALID`. */
export function mlDsaRow(algorithm: unknown): Row {
  return (
    ROWS.get(algorithm) ??
    fail('ARGUMENT_INVALID', `"algorithm" must be ml-dsa-44, ml-dsa-65 or ml-dsa-87, got ${kindOf(algorithm)}`)
  )
}

function functionsOf(mlDsa: unknown, member: keyof MlDsaModule): MlDsaFunctions | undefined {
  if (mlDsa === undefined) return undefined
  const found = (mlDsa as Partial<MlDsaModule> | null)?.[member]
  const fits = [found?.keygen, found?.sign, found?.verify].every((one) => typeof one === 'function')
  mustBe(fits, 'mlDsa', 'the module @noble/post-quantum/ml-dsa.js', mlDsa, 'ARGUMENT_INVALID')
  return found
}

/**
 * Refuses what could verify no key: a module that is none, and a runtime without ML-DSA where no module is passed. Said when it is
 * made, and not by the first key that a client presents.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED`, `ARGUMENT_INVALID`.
 */
export function assertMlDsa(where: string, mlDsa: MlDsaModule | undefined): void {
  for (const [name, member] of ROWS.values())
    if (functionsOf(mlDsa, member) === undefined && mlDsaSigner(name, new Uint8Array(SEED_BYTES)) === undefined)
      fail('KEY_UNSUPPORTED', `${where}: ${MISSING}`)
}

const toBytes = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)

/** The bytes of a member of a JWK, checked with all that it states about itself. */
function memberOf(jwk: unknown, row: Row, name: 'pub' | 'priv', length: number): Uint8Array {
  if (typeof jwk !== 'object' || jwk === null)
    fail('KEY_MALFORMED', `"${name === 'priv' ? 'seed' : 'publicKey'}" must be bytes or a JWK, got ${kindOf(jwk)}`)
  const own = (member: string): unknown =>
    Object.hasOwn(jwk, member) ? (jwk as Readonly<Record<string, unknown>>)[member] : undefined
  // RFC 9964 3: `alg` is required.
  if (own('kty') !== 'AKP' || own('alg') !== row[0])
    fail('KEY_MALFORMED', `JWK must have "kty" AKP and "alg" ${row[0]}`)
  const use = own('use')
  if (use !== undefined && use !== 'sig') fail('KEY_MALFORMED', 'JWK must have "use" sig or none')
  const operations = own('key_ops')
  const operation = name === 'priv' ? 'sign' : 'verify'
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes(operation)))
    fail('KEY_MALFORMED', `JWK must have "key_ops" with ${operation} or none`)
  const text = own(name)
  const bytes = typeof text === 'string' ? base64urlDecode(text) : undefined
  return bytes?.length === length
    ? bytes
    : fail('KEY_MALFORMED', `JWK must have "${name}" of ${length} bytes in base64url`)
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array
const isSecret = (value: unknown): value is Secret => typeof (value as Partial<Secret> | null)?.reveal === 'function'

const jwkOf = (keyId: string, [name]: Row, publicKey: Uint8Array): MlDsaJwk =>
  Object.freeze({ kty: 'AKP', kid: keyId, alg: name, pub: base64url(publicKey) })

/**
 * A key that signs with ML-DSA (FIPS 204), from its seed. Experimental: no algorithm of HTTP signatures is registered for it, so
 * it is used as RFC 9421 3.3.7 has it for algorithms of JOSE: the key states the algorithm, and signatures state no `alg`.
 * Answers at once. Signatures are 2420, 3309 or 4627 bytes long, and two of the same text differ.
 *
 * @throws {CountersignError} `KEY_UNSUPPORTED` where neither the runtime nor `mlDsa` has it; `KEY_MALFORMED` for a JWK that is
 *   none, or whose halves do not belong together; `ARGUMENT_INVALID`.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9964 | RFC 9964}
 * @example
 * ```ts
 * import { randomBytes } from 'countersign'
 * import { type MlDsaModule, mlDsaKey } from 'countersign/rfc9421/ml-dsa'
 *
 * // import * as mlDsa from '@noble/post-quantum/ml-dsa.js'
 * declare const mlDsa: MlDsaModule
 * const key = mlDsaKey({ keyId: 'bot-1-pq', algorithm: 'ml-dsa-65', seed: randomBytes(32), mlDsa })
 * console.log(key.publicJwk)
 * ```
 */
export function mlDsaKey(options: MlDsaKeyOptions): MlDsaKey {
  assertKeyOptions('mlDsaKey', options, { keyId: 2, algorithm: 2, seed: 2, mlDsa: 1 })
  const { keyId, algorithm, seed: given, mlDsa } = options
  assertKeyId(keyId)
  const row = mlDsaRow(algorithm)
  const raw = isBytes(given) || isSecret(given)
  const seed = raw ? revealed(given, 'seed', SEED_BYTES) : memberOf(given, row, 'priv', SEED_BYTES)
  const half = signerOf(row, seed, functionsOf(mlDsa, row[1])) ?? fail('KEY_UNSUPPORTED', MISSING)
  const publicKey = half.publicKey()
  // RFC 9964 7.4: halves of two keys are no key.
  if (!raw && !equalBytes(memberOf({ ...given, key_ops: undefined }, row, 'pub', row[2]), publicKey))
    fail('KEY_MALFORMED', 'JWK must have the "pub" that belongs to its "priv"')
  const verifyingKey = mlDsaVerifyingKey({ keyId, algorithm, publicKey, ...(mlDsa && { mlDsa }) })
  return hold({ keyId, algorithm, sign: half.sign, verifyingKey, publicJwk: verifyingKey.publicJwk }, { sync: true })
}

function signerOf([name]: Row, seed: Uint8Array, functions: MlDsaFunctions | undefined): PrivateHalf | undefined {
  if (functions === undefined) return mlDsaSigner(name, seed)
  const { publicKey, secretKey } = functions.keygen(new Uint8Array(seed))
  return { sign: (base) => functions.sign(toBytes(base), secretKey), publicKey: () => publicKey }
}

/**
 * The public half of such a key, from its bytes or its JWK. Experimental.
 *
 * @throws {CountersignError} as {@link mlDsaKey}; `KEY_MALFORMED` also for a JWK with a private half, which must not be passed on.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9964 | RFC 9964}
 * @example
 * ```ts
 * import { type MlDsaJwk, type MlDsaModule, mlDsaVerifyingKey } from 'countersign/rfc9421/ml-dsa'
 * import { createVerifier, memoryReplayStore, rfc9421Verifier, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const jwk: MlDsaJwk
 * declare const mlDsa: MlDsaModule
 * const key = mlDsaVerifyingKey({ keyId: 'bot-1-pq', algorithm: 'ml-dsa-65', publicKey: jwk, mlDsa })
 * const verifier = createVerifier({
 *   schemes: [rfc9421Verifier()],
 *   keys: staticKeys([{ key, owner: 'alice' }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'], algorithms: ['ml-dsa-65'] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function mlDsaVerifyingKey(options: MlDsaVerifyingKeyOptions): MlDsaVerifyingKey {
  assertKeyOptions('mlDsaVerifyingKey', options, { keyId: 2, algorithm: 2, publicKey: 2, mlDsa: 1 })
  const { keyId, algorithm, publicKey: given, mlDsa } = options
  assertKeyId(keyId)
  const row = mlDsaRow(algorithm)
  const [name, member, length] = row
  if (Object.hasOwn(Object(given), 'priv')) fail('KEY_MALFORMED', 'JWK must be a public key, without "priv"')
  const publicKey = isBytes(given) ? new Uint8Array(given) : memberOf(given, row, 'pub', length)
  if (publicKey.length !== length)
    fail('KEY_MALFORMED', `"publicKey" must be ${length} bytes of ${name}, got ${publicKey.length}`)
  const functions = functionsOf(mlDsa, member)
  const verify = functions
    ? verifierOf(functions, publicKey)
    : (mlDsaVerifier(name, publicKey) ?? fail('KEY_UNSUPPORTED', MISSING))
  const signatureBytes = signatureBytesOf(algorithm)
  return hold(
    {
      keyId,
      algorithm,
      publicJwk: jwkOf(keyId, row, publicKey),
      verify: (base: Bytes, signature: Uint8Array) => signature.length === signatureBytes && verify(base, signature),
    },
    { sync: true },
  )
}

const verifierOf =
  (functions: MlDsaFunctions, publicKey: Uint8Array): SyncVerifyingKey['verify'] =>
  (base, signature) => {
    try {
      return functions.verify(signature, toBytes(base), publicKey) === true
    } catch {
      return false
    }
  }

/**
 * The RFC 7638 SHA-256 thumbprint of an ML-DSA key in base64url, over `alg`, `kty` and `pub` (RFC 9964 6).
 *
 * @throws {CountersignError} `KEY_MALFORMED` for what is no such JWK.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9964#section-6 | RFC 9964 6}
 * @example
 * ```ts
 * import { type MlDsaKey, mlDsaThumbprint } from 'countersign/rfc9421/ml-dsa'
 *
 * declare const key: MlDsaKey
 * console.log(mlDsaThumbprint(key.publicJwk))
 * ```
 */
export function mlDsaThumbprint(jwk: MlDsaJwkInput): string {
  const row = [...ROWS.values()].find(([name]) => name === jwk?.alg)
  if (row === undefined) return fail('KEY_MALFORMED', 'JWK must have "kty" AKP and "alg" of ML-DSA')
  const pub = base64url(memberOf({ kty: jwk.kty, alg: jwk.alg, pub: jwk.pub }, row, 'pub', row[2]))
  return base64url(hash('sha256', JSON.stringify({ alg: row[0], kty: 'AKP', pub })))
}
