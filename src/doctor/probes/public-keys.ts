import { ALGORITHMS, type Algorithm, type EcdsaAlgorithm, signatureBytesOf } from '../../crypto/algorithm.js'
import { utf8 } from '../../crypto/encoding.js'
import type { PublicKeyMaterial } from '../../crypto/format/read-key.js'
import { publicMaterialOf } from '../../crypto/held.js'
import type { Bytes, VerifyingKey } from '../../crypto/key.js'
import { CountersignError } from '../../errors.js'
import type { DiagnoseOptions } from '../diagnosis.js'
import type { KeyMistake, Probe, Received } from '../hunt.js'
import { lengthMistake } from './signature-length.js'

/** The tests that a public key allows. */
export interface KeyProbes {
  readonly probes: readonly Probe[]
  /** True where every test answers at once and costs no more than a hash. */
  readonly quick: boolean
  /** What is certain before any text is tested. */
  readonly certain: readonly KeyMistake[]
  /** What was given, read. */
  readonly key?: VerifyingKey
}

/** The keys that a text or JWK can be, the algorithm that is meant first. The curves are loaded only where one is there. */
async function candidates(
  { key, publicKey }: DiagnoseOptions,
  keyId: string,
  meant: readonly string[],
): Promise<readonly VerifyingKey[]> {
  if (key !== undefined) return [key]
  const { importVerifyingKey } = await import('../../crypto/import.js')
  const all = (Object.keys(ALGORITHMS) as Algorithm[]).filter((name) => ALGORITHMS[name].family !== 'hmac')
  const out: VerifyingKey[] = []
  for (const algorithm of all.sort((a, b) => Number(meant.includes(b)) - Number(meant.includes(a)))) {
    try {
      const named = keyId === '' ? 'doctor' : keyId.replace(/[^\w.:@/+=~#-]/g, '_')
      out.push(await importVerifyingKey(publicKey as PublicKeyMaterial, { keyId: named, algorithm }))
    } catch {
      // Of another family.
    }
  }
  const parameterSet = out.length === 0 ? mlDsaOf(publicKey) : undefined
  if (parameterSet !== undefined)
    throw new CountersignError(
      'KEY_UNSUPPORTED',
      `"publicKey" is a key of ${parameterSet}: pass "key", from importMlDsaVerifyingKey() or mlDsaVerifyingKey() of countersign/rfc9421/ml-dsa`,
    )
  if (out.length === 0)
    throw new CountersignError('KEY_MALFORMED', '"publicKey" must be PEM or a JWK of a public key, got neither')
  return out
}

// RFC 9881 3: the identifiers of the parameter sets, as they stand at the start of every such key in base64.
const IN_PEM = /BglghkgBZQMEAx([EIM])D/
const IN_JWK = /^ML-DSA-(?:44|65|87)$/

/** The parameter set of a key of ML-DSA (RFC 9964: `kty` AKP); `undefined` for any other one. */
function mlDsaOf(publicKey: unknown): string | undefined {
  if (typeof publicKey === 'string') {
    const [, letter] = IN_PEM.exec(publicKey) ?? []
    return letter && { E: 'ML-DSA-44', I: 'ML-DSA-65', M: 'ML-DSA-87' }[letter]
  }
  const { kty, alg } = Object(publicKey) as { readonly kty?: unknown; readonly alg?: unknown }
  if (kty !== 'AKP') return undefined
  return typeof alg === 'string' && IN_JWK.test(alg) ? alg : 'type AKP'
}

const otherKind = (used: Algorithm, meant: readonly Algorithm[]): KeyMistake => ({
  id: 'algorithm',
  cause: `The signature was made with ${used}, where ${meant.join(' or ')} is meant.`,
  fix: `Use a key of ${meant.join(' or ')}.`,
})

const PREHASHED: KeyMistake = {
  id: 'algorithm',
  cause: 'The signature is Ed25519ph, which hashes the text first, where Ed25519 is meant.',
  fix: 'Give the library the text itself, not a hash object or digest of it (sign(message), no "prehash" and no Ed25519ph).',
}

/** The tests for Ed25519ph: with noble alone, so that they come last. */
async function prehashed(
  publicKey: Uint8Array,
  forms: ReadonlyArray<{ readonly bytes: Uint8Array; readonly mistakes: readonly KeyMistake[] }>,
): Promise<readonly Probe[]> {
  const { verifyEd25519ph } = await import('../../crypto/backend/ed25519-variants.js')
  return forms.map(({ bytes, mistakes }) => ({
    main: false,
    test: (base) =>
      verifyEd25519ph(publicKey, typeof base === 'string' ? utf8(base) : base, bytes)
        ? [PREHASHED, ...mistakes]
        : undefined,
  }))
}

/** What the key and the message together allow to be tested; `undefined` where no public key was given. */
export async function keyProbes(
  options: DiagnoseOptions,
  keyId: string,
  claimed: readonly string[],
  received: readonly Received[],
): Promise<KeyProbes | undefined> {
  if (options.key === undefined && options.publicKey === undefined) return undefined
  const stated: readonly string[] = options.algorithm === undefined ? claimed : [options.algorithm]
  const keys = await candidates(options, keyId, stated)
  const [first] = keys as readonly [VerifyingKey]
  const used = first.algorithm as Algorithm
  const family = ALGORITHMS[used]?.family
  const named = (stated as readonly Algorithm[]).filter((name) => ALGORITHMS[name] !== undefined)
  const own = named.filter((name) => ALGORITHMS[name].family === family)
  // A key that is given as an object says what it is for; a file does not.
  const meant = own.length > 0 ? own : named.length > 0 ? named : keys.map(({ algorithm }) => algorithm as Algorithm)
  const other: readonly KeyMistake[] = own.length > 0 || named.length === 0 ? [] : [otherKind(used, named)]
  const material = publicMaterialOf(first)
  if (material !== undefined && !(material instanceof Uint8Array)) {
    const { rsaReading } = await import('./rsa.js')
    return { quick: true, key: first, ...rsaReading(material, meant, received) }
  }
  const wrong = lengthMistake(used, received)
  if (material !== undefined && family === 'ecdsa') {
    const { ecdsaProbes } = await import('./ecdsa.js')
    const probes = ecdsaProbes(first.algorithm as EcdsaAlgorithm, material, meant, received)
    return { quick: false, key: first, certain: probes.length === 0 ? wrong : [], probes }
  }
  const isPostQuantum = /^ml-dsa-/.test(used)
  const length = family === 'ed25519' || isPostQuantum ? signatureBytesOf(used) : undefined
  const fitting = received.filter(({ bytes }) => length === undefined || bytes.length === length)
  const forms = fitting.map(({ bytes, mistake }) => ({ bytes, mistakes: mistake === undefined ? [] : [mistake] }))
  return {
    quick: false,
    key: first,
    certain: fitting.length === 0 ? wrong : [],
    probes: [
      ...forms.map(({ bytes, mistakes }) => ({
        main: mistakes.length === 0,
        test: async (base: Bytes) => ((await first.verify(base, bytes)) ? [...other, ...mistakes] : undefined),
      })),
      ...(material !== undefined && family === 'ed25519' ? await prehashed(material, forms) : []),
    ],
  }
}
