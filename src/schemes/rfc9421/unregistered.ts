/** A slot for algorithms that no registry has: `countersign/rfc9421/unregistered`. */
import { addAlgorithm, isAlgorithm, isKeyAlgorithm, type UnregisteredAlgorithmName } from '../../crypto/algorithm.js'
import { utf8 } from '../../crypto/encoding.js'
import { assertKeyId, assertKeyOptions, type Bytes, type SigningKey, type VerifyingKey } from '../../crypto/key.js'
import { assertInteger, assertOptions, fail, kindOf, mustBe, type OptionNames } from '../../errors.js'
import { isPromise } from '../../support/deadline.js'
import { FUNCTION, LIST } from '../../support/option-kinds.js'
import type { VerifyScheme } from '../scheme.js'
import { type Rfc9421VerifierOptions, VERIFIER_OPTIONS, verifierOf } from './verifier.js'

export type { UnregisteredAlgorithmName } from '../../crypto/algorithm.js'

/** Options of {@link unregisteredAlgorithm}: what the algorithm is, and your functions. `S` and `V` are whatever those take as keys. */
export interface UnregisteredAlgorithmOptions<S, V> {
  /** Exactly as both sides write it in `alg`. Not a name that this package, RFC 9421, draft-cavage or JOSE has, nor one that was defined, in another case. */
  readonly name: string
  /** Bytes of every signature; 0 where the key decides it. Others are refused before `verify` is called. */
  readonly signatureBytes: number
  /** Signs the bytes of a signature base. */
  readonly sign: (base: Uint8Array, privateKey: S) => Uint8Array | Promise<Uint8Array>
  /** Whether a signature is right: `true` or `false`, and an error only for a fault of your own. */
  readonly verify: (base: Uint8Array, signature: Uint8Array, publicKey: V) => boolean | Promise<boolean>
}

/** An algorithm of your own, and what makes keys of it. */
export interface UnregisteredAlgorithm<S = unknown, V = unknown> {
  /** For `algorithms` of a policy. */
  readonly name: UnregisteredAlgorithmName
  /** A key that signs with this algorithm, and no other. */
  signingKey(options: { readonly keyId: string; readonly privateKey: S }): SigningKey
  /** A key that verifies this algorithm, and no other. */
  verifyingKey(options: { readonly keyId: string; readonly publicKey: V }): VerifyingKey
}

/** Options of {@link unregisteredVerifier}. */
export interface UnregisteredVerifierOptions extends Rfc9421VerifierOptions {
  /** What signatures may state as `alg` besides the registered ones, made by {@link unregisteredAlgorithm}. */
  readonly algorithms: ReadonlyArray<Pick<UnregisteredAlgorithm, 'name'>>
}

const KNOWN: OptionNames<UnregisteredAlgorithmOptions<unknown, unknown>> = {
  name: 2,
  signatureBytes: 2,
  sign: [FUNCTION, 2],
  verify: [FUNCTION, 2],
}
// Nothing that would have to be escaped where it stands between quotes.
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{2,63}$/
const MAX_BYTES = 8_192
/**
 * What other tables have, and RFC 9421 3.3.7 never states as `alg`, for signatures or for the management of keys: the registries of JOSE
 * and of draft-cavage (12, appendix E.2), and the names that both make likely.
 */
const ELSEWHERE: readonly RegExp[] = [
  /^(none|dir|hs2019|eddsa|ed(25519|448)(-sha512)?|(hs|rs|ps|es[bp]?)\d+k?|ml-dsa.*)$/,
  /^(rsa1_5|rsa-oaep.*|a\d+(kw|gcm|gcmkw|ctr|cbc.*)|(ecdh-es|pbes2|hpke).*)$/,
  /^(rsa-(v1_5-|pss-)?|ecdsa-|hmac-)sha(1|256|384|512)$/,
]

/** Definitions, by the object that was returned: a name alone is none. */
const DEFINED: WeakMap<object, string> = /* @__PURE__ */ new WeakMap()
/** Their names, by the name in lower case. */
const NAMES: Map<string, string> = /* @__PURE__ */ new Map()

function assertName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || !NAME.test(name))
    fail('CONFIG_INVALID', `unregisteredAlgorithm: "name" must be 3 to 64 of A-Za-z0-9._-, got ${kindOf(name)}`)
  const lower = name.toLowerCase()
  const defined = NAMES.get(lower)
  if (defined === name) return
  // What every object has would be found in a table that is one.
  const known = [...Object.getOwnPropertyNames(Object.prototype), defined]
  if (
    isKeyAlgorithm(lower) ||
    ELSEWHERE.some((names) => names.test(lower)) ||
    known.some((one) => one?.toLowerCase() === lower)
  )
    fail('CONFIG_INVALID', `unregisteredAlgorithm: "name" must not be one that is known: ${JSON.stringify(name)}`)
}

/**
 * Defines an algorithm that no registry has, such as one that two parties have agreed on: its name, and your functions. Its keys
 * sign and verify with exactly this algorithm. A verifier accepts it only where the policy (`algorithms`) and the record of the
 * key name it, and reads a signature that states it as `alg` only where the scheme lists it ({@link unregisteredVerifier}). Sign
 * with `alg: true`, so that signatures do.
 *
 * @throws {CountersignError} `CONFIG_INVALID` for a name that is known already, and for one that was defined with another length.
 *   Signing throws `KEY_MALFORMED` where `sign` returns no signature of that length.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.3 | RFC 9421 3.3}
 * @example
 * ```ts
 * import { rfc9421 } from 'countersign'
 * import { unregisteredAlgorithm, unregisteredVerifier } from 'countersign/rfc9421/unregistered'
 * import { createVerifier, memoryReplayStore, staticKeys, strictPolicy } from 'countersign/server'
 *
 * declare const schnorr: {
 *   sign(message: Uint8Array, privateKey: Uint8Array): Uint8Array
 *   verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
 * }
 * declare const keys: { privateKey: Uint8Array; publicKey: Uint8Array }
 * const bip340 = unregisteredAlgorithm<Uint8Array, Uint8Array>({
 *   name: 'bip340-schnorr-secp256k1',
 *   signatureBytes: 64,
 *   sign: (base, privateKey) => schnorr.sign(base, privateKey),
 *   verify: (base, signature, publicKey) => schnorr.verify(signature, base, publicKey),
 * })
 * const signer = rfc9421({ key: bip340.signingKey({ keyId: 'bot-1', privateKey: keys.privateKey }), alg: true })
 * const verifier = createVerifier({
 *   schemes: [unregisteredVerifier({ algorithms: [bip340] })],
 *   keys: staticKeys([{ key: bip340.verifyingKey({ keyId: 'bot-1', publicKey: keys.publicKey }), owner: 'alice' }]),
 *   policy: strictPolicy({ authorities: ['api.example.com'], algorithms: [bip340.name] }),
 *   replay: memoryReplayStore(),
 * })
 * ```
 */
export function unregisteredAlgorithm<S, V>(options: UnregisteredAlgorithmOptions<S, V>): UnregisteredAlgorithm<S, V> {
  assertOptions('unregisteredAlgorithm', options, KNOWN, { alg: 'name', algorithm: 'name' })
  const { name, signatureBytes, sign, verify } = options
  assertName(name)
  assertInteger('signatureBytes', signatureBytes, 0, MAX_BYTES, 'unregisteredAlgorithm: ')
  for (const [option, value] of [['sign', sign] as const, ['verify', verify] as const])
    mustBe(typeof value === 'function', option, 'a function', value, 'CONFIG_INVALID', 'unregisteredAlgorithm: ')
  addAlgorithm(name, signatureBytes)
  NAMES.set(name.toLowerCase(), name)
  const algorithm = name as UnregisteredAlgorithmName
  const made: UnregisteredAlgorithm<S, V> = {
    name: algorithm,
    signingKey: (given) => {
      assertKeyOptions('signingKey', given, { keyId: 2, privateKey: 2 })
      const { keyId, privateKey } = given
      assertKeyId(keyId)
      return Object.freeze({
        keyId,
        algorithm,
        sign: (base: Bytes) => settled(sign(bytesOf(base), privateKey), (one) => signatureOf(one, signatureBytes)),
      })
    },
    verifyingKey: (given) => {
      assertKeyOptions('verifyingKey', given, { keyId: 2, publicKey: 2 })
      const { keyId, publicKey } = given
      assertKeyId(keyId)
      return Object.freeze({
        keyId,
        algorithm,
        verify: (base: Bytes, signature: Uint8Array) =>
          signatureBytes === 0 || signature.length === signatureBytes
            ? settled(verify(bytesOf(base), signature, publicKey), answerOf)
            : false,
      })
    },
  }
  DEFINED.set(made, name)
  return Object.freeze(made)
}

const bytesOf = (base: Bytes): Uint8Array => (typeof base === 'string' ? utf8(base) : base)

const settled = <A, B>(value: A | Promise<A>, then: (value: A) => B): B | Promise<B> =>
  isPromise(value) ? value.then(then) : then(value)

function signatureOf(signature: unknown, length: number): Uint8Array {
  const fits = signature instanceof Uint8Array && (length === 0 ? signature.length > 0 : signature.length === length)
  if (!fits) fail('KEY_MALFORMED', `"sign" must return ${length === 0 ? 'a signature' : `${length} bytes`}`)
  return signature
}

/** Anything but a boolean is a fault of the function, and no answer. */
function answerOf(answer: unknown): boolean {
  if (typeof answer !== 'boolean') fail('KEY_MALFORMED', `"verify" must return true or false, got ${kindOf(answer)}`)
  return answer
}

/**
 * `rfc9421Verifier` that also reads signatures whose `alg` is one of these names. A name that was not defined is refused here, and
 * one that is not listed is `ALG_UNSUPPORTED`, as ever. The policy has to name the algorithm as well; a key of another one is
 * `ALG_MISMATCH`.
 *
 * @throws {CountersignError} `CONFIG_INVALID`.
 * @see {@link unregisteredAlgorithm}, which has an example of both.
 * @example
 * ```ts
 * import { type UnregisteredAlgorithm, unregisteredVerifier } from 'countersign/rfc9421/unregistered'
 *
 * declare const bip340: UnregisteredAlgorithm<Uint8Array, Uint8Array>
 * const scheme = unregisteredVerifier({ algorithms: [bip340] })
 * console.assert(scheme.id === 'rfc9421')
 * ```
 */
export function unregisteredVerifier(options: UnregisteredVerifierOptions): VerifyScheme {
  assertOptions('unregisteredVerifier', options, { ...VERIFIER_OPTIONS, algorithms: [LIST, 2] })
  const { algorithms, ...rest } = options
  const names = new Set<string>()
  for (const [at, one] of (algorithms ?? []).entries()) {
    const name = DEFINED.get(Object(one))
    const says = 'made by unregisteredAlgorithm()'
    mustBe(name !== undefined, `algorithms[${at}]`, says, one, 'CONFIG_INVALID', 'unregisteredVerifier: ')
    names.add(name)
  }
  if (names.size === 0) fail('CONFIG_INVALID', 'unregisteredVerifier: "algorithms" must name at least one')
  return verifierOf(rest, (alg) => names.has(alg) || isAlgorithm(alg))
}
